import type { Connection } from './connection.js';
import { ListFeed, TraceFeed, type Feed, type Filter, type Followed, type Target } from './feed.js';
import { Link } from './link.js';
import type { ListState } from './list.js';
import { Tokens, type TokenProvider } from './tokens.js';
import type { TraceState } from './trace.js';
import { systemWorld, type World } from './world.js';

export interface ClientOptions {
  /** url is where the server is, with its path if it has one; the page's own server where it is left out. */
  readonly url?: string;
  /** token is asked for the token to send; none is sent where it is left out. */
  readonly token?: TokenProvider;
  /** pauseHiddenMs is how long a hidden page stays connected; 5 minutes. */
  readonly pauseHiddenMs?: number;
  /** betterMs is how often a better transport is tried again; 5 minutes. */
  readonly betterMs?: number;
  /** lingerMs is how long a connection that nobody uses is kept; 5 seconds. */
  readonly lingerMs?: number;
  readonly world?: World;
}

/** Subscription is one thing that is followed until it is closed. */
export interface Subscription<State> {
  readonly current: Followed<State>;
  close(): void;
}

/**
 * TraceClient follows executions and lists of one server over whatever gets through: a WebSocket for all of them, server-sent
 * events, or long polls. One is enough for a page. It connects when something is subscribed.
 */
export class TraceClient {
  private readonly world: World;
  private readonly link: Link;
  private readonly listeners = new Set<(c: Connection) => void>();

  constructor(options: ClientOptions = {}) {
    this.world = options.world ?? systemWorld();
    const minutes5 = 300_000;
    const timing = { pauseHiddenMs: options.pauseHiddenMs ?? minutes5, betterMs: options.betterMs ?? minutes5, lingerMs: options.lingerMs ?? 5000 };
    this.link = new Link(this.world, baseOf(options.url), new Tokens(options.token ?? (() => null)), timing, (c) => {
      for (const listener of [...this.listeners]) {
        listener(c);
      }
    });
  }

  /** connection is how the client is connected now. */
  get connection(): Connection {
    return this.link.connection;
  }

  /** onConnection tells of each change of connection, until what it returns is called. */
  onConnection(listener: (c: Connection) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** subscribe follows an execution. A text is an execution's id, or the id of one of its traces. */
  subscribe(target: string | Target, listener: (now: Followed<TraceState>) => void): Subscription<TraceState> {
    const feed = new TraceFeed(typeof target === 'string' ? { execution: target } : target, this.world, listener, (f) => {
      this.link.gap(f);
    });
    return this.begin<TraceState, TraceFeed>(feed);
  }

  /** subscribeExecutions follows a list of executions. */
  subscribeExecutions(filter: Filter, listener: (now: Followed<ListState>) => void): Subscription<ListState> {
    return this.begin<ListState, ListFeed>(new ListFeed(filter, listener));
  }

  /** renew asks for a token again: after somebody signed in, or as somebody else. */
  renew(): void {
    this.link.renew();
  }

  /** close ends everything and leaves no timer. */
  close(): void {
    this.link.close();
  }

  private begin<State, F extends Feed & { readonly current: Followed<State> }>(feed: F): Subscription<State> {
    if (this.connection.kind !== 'closed') {
      this.link.follow(feed);
    }
    return {
      get current() {
        return feed.current;
      },
      close: () => {
        this.link.leave(feed);
      },
    };
  }
}

function baseOf(url: string | undefined): string {
  const here = typeof location === 'undefined' ? undefined : location.href;
  const base = new URL(url ?? '/', here);
  base.search = base.hash = '';
  return base.href.endsWith('/') ? base.href : `${base.href}/`;
}
