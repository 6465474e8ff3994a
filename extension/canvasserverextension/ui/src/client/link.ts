import { backoff } from './backoff.js';
import type { Connection, ConnectionKind, Loss, Problem } from './connection.js';
import { EventsTransport } from './events.js';
import type { Feed } from './feed.js';
import { Ladder } from './ladder.js';
import { PollTransport } from './poll.js';
import { Presence } from './presence.js';
import { Refusal, Server } from './server.js';
import { SocketTransport } from './socket.js';
import { Timers } from './timers.js';
import type { Tokens } from './tokens.js';
import { within, type Host, type Transport } from './transport.js';
import { number, object } from './wire/json.js';
import type { World } from './world.js';

/** Timing is how patient a client is, in milliseconds. */
export interface Timing {
  /** pauseHiddenMs is how long a hidden page stays connected. */
  readonly pauseHiddenMs: number;
  /** betterMs is how often a better transport is tried again. */
  readonly betterMs: number;
  /** lingerMs is how long a connection is kept that nobody uses. */
  readonly lingerMs: number;
}

/** A connection that lasted so long was a good one: what comes after it begins to count anew. */
const stableMs = 5000;
const doubtMs = 4000;

/** Link keeps subscriptions connected: it chooses the transport, comes again after a loss, and rests while nobody looks. */
export class Link {
  private readonly world: World;
  private readonly base: string;
  private readonly tokens: Tokens;
  private readonly timing: Timing;
  private readonly changed: (c: Connection) => void;
  private readonly feeds = new Set<Feed>();
  private readonly timers: Timers<'retry' | 'better' | 'linger'>;
  private readonly again: Timers<Feed>; // subscriptions that are about to be tried again
  private readonly presence: Presence;
  private readonly ladder = new Ladder();

  private now: Connection;
  private transport: Transport | null = null;
  private candidate: Transport | null = null;
  private tries = 0;
  private upAt = 0;
  private heartbeatMs = 20_000; // of a server that does not say
  private wasLive = false;
  /** Whoever waited for something asynchronous may only go on if nothing happened meanwhile. */
  private turn = 0;
  private asking: AbortController | null = null;

  constructor(world: World, base: string, tokens: Tokens, timing: Timing, changed: (c: Connection) => void) {
    this.world = world;
    this.base = base;
    this.tokens = tokens;
    this.timing = timing;
    this.changed = changed;
    this.timers = new Timers(world);
    this.again = new Timers(world);
    this.now = { kind: 'idle', transport: 'websocket', attempt: 0, reason: null, since: world.now(), resumed: false, retryAt: null };
    this.presence = new Presence(world, timing.pauseHiddenMs, {
      gone: () => {
        if (this.now.kind === 'live' || this.now.kind === 'connecting' || this.now.kind === 'waiting') {
          this.rest('paused', 'The page was hidden for a while.');
        }
      },
      seen: () => {
        this.seen();
      },
      online: () => {
        this.hurry();
      },
    });
  }

  get connection(): Connection {
    return this.now;
  }

  follow(feed: Feed): void {
    this.feeds.add(feed);
    this.timers.stop('linger');
    if (this.now.kind === 'idle') {
      this.connect();
    } else {
      this.transport?.follow(feed);
    }
  }

  leave(feed: Feed): void {
    this.feeds.delete(feed);
    this.again.stop(feed);
    this.transport?.leave(feed);
    feed.end();
    if (this.feeds.size === 0 && this.now.kind !== 'closed') {
      this.timers.after('linger', this.timing.lingerMs, () => {
        this.rest('idle', null);
      });
    }
  }

  /** hurry ends a wait: the machine is online again, or somebody looks. */
  hurry(): void {
    if (this.now.kind === 'waiting') {
      this.connect();
    } else {
      this.transport?.check();
    }
  }

  /** renew begins again with a new token. */
  renew(): void {
    if (this.now.kind === 'closed') {
      return;
    }
    this.tokens.forget();
    for (const feed of this.feeds) {
      feed.revive();
    }
    this.tries = 0;
    if (this.feeds.size > 0) {
      this.connect();
    } else {
      this.rest('idle', null);
    }
  }

  close(): void {
    for (const feed of this.feeds) {
      feed.end();
    }
    this.rest('closed', null);
    this.presence.close();
    this.feeds.clear();
  }

  /** gap asks again for what a subscription lacks: at once, but not over and over. */
  gap(feed: Feed): void {
    const before = feed.trouble(this.world.now()) - 1;
    this.followAgain(feed, before === 0 ? 0 : backoff(before, this.world.random()));
  }

  private connect(): void {
    this.drop();
    this.set('connecting', this.now.kind === 'waiting' ? this.now.reason : this.ladder.reason);
    this.presence.begin();
    const turn = this.turn;
    this.tokens.current().then((token) => {
      if (turn === this.turn) {
        this.open(token);
      }
    }, () => {
      if (turn === this.turn) {
        this.retry('The token could not be had.', 0);
      }
    });
  }

  private open(token: string | null): void {
    const t = this.make(token);
    this.transport = t;
    for (const feed of this.feeds) {
      if (!feed.over) {
        t.follow(feed);
      }
    }
    t.start();
  }

  private make(token: string | null, name = this.ladder.name): Transport {
    const server = this.server(token);
    const host: Host = {
      up: () => {
        if (t === this.candidate) {
          this.promote(t);
        } else if (t === this.transport) {
          this.up();
        }
      },
      lost: (loss) => {
        if (t === this.candidate) {
          this.candidate = null;
          this.giveUpBetter();
        } else if (t === this.transport) {
          this.lost(loss);
        }
      },
      failed: (feed, problem) => {
        if (t === this.transport) {
          this.failed(feed, problem);
        }
      },
    };
    const kinds = { websocket: SocketTransport, events: EventsTransport, poll: PollTransport };
    const t: Transport = new kinds[name](server, this.world, host);
    return t;
  }

  private server(token: string | null): Server {
    return new Server(this.world, this.base, token, this.heartbeatMs);
  }

  private up(): void {
    if (this.now.kind === 'live') {
      return;
    }
    this.tokens.accepted();
    this.ladder.worked();
    this.upAt = this.world.now();
    const resumed = this.wasLive;
    this.wasLive = true;
    this.set('live', this.ladder.reason, { resumed });
    if (!this.ladder.best) {
      this.laterBetter();
    }
  }

  private lost(loss: Loss): void {
    const was = this.now.kind === 'live';
    if (was && this.world.now() - this.upAt >= stableMs) {
      this.tries = 0;
    }
    this.drop();
    switch (loss.kind) {
      case 'unauthorized':
        void this.refresh();
        break;
      case 'refused':
        this.rest('refused', loss.reason);
        break;
      case 'lost':
        if (loss.pauseMs === 0 && (!was || loss.unfit) && !this.ladder.last) {
          void this.doubt(loss.reason);
        } else {
          this.retry(loss.reason, loss.pauseMs);
        }
    }
  }

  /** doubt asks the server over HTTP whether it is there; then it is the transport that does not get through. */
  private async doubt(reason: string): Promise<void> {
    this.set('connecting', reason);
    const turn = this.turn;
    const asking = new AbortController();
    this.asking = asking;
    const time = within(this.world, doubtMs, asking.signal);
    const token = await this.tokens.current().catch(() => null);
    const got = await this.server(token).json('api/info', {}, time.signal);
    time.end();
    if (turn !== this.turn) {
      return;
    }
    if (!(got instanceof Refusal)) {
      this.heartbeatMs = number(object(object(got.value)['limits'])['ping_interval_ms']) || this.heartbeatMs;
      if (this.ladder.blocked(reason)) {
        this.connect();
      } else {
        this.retry(reason, 0);
      }
    } else if (got.status === 401) {
      await this.refresh();
    } else if (got.status === 403) {
      this.rest('refused', got.reason);
    } else {
      this.retry(got.reason, got.retryAfterMs);
    }
  }

  private async refresh(): Promise<void> {
    this.set('connecting', 'The server wants another token.');
    const turn = this.turn;
    const another = await this.tokens.refresh().catch(() => null);
    if (turn !== this.turn) {
      return;
    }
    if (another === null) {
      this.retry('The token could not be had.', 0);
    } else if (another) {
      this.connect();
    } else {
      this.rest('unauthorized', 'The server does not accept the token.');
    }
  }

  private retry(reason: string, pauseMs: number): void {
    this.tries++;
    const wait = pauseMs + backoff(this.tries, this.world.random());
    this.set('waiting', reason, { retryAt: this.world.now() + wait });
    this.timers.after('retry', wait, () => {
      this.connect();
    });
  }

  private failed(feed: Feed, problem: Problem): void {
    if (problem.code === 4400 && feed.kind === 'trace' && feed.place() !== null) {
      feed.startOver(); // a cursor of another version of the server
      this.followAgain(feed, 0);
      return;
    }
    feed.fail(problem);
    if (problem.retryable) {
      this.followAgain(feed, 1000 + backoff(feed.trouble(this.world.now()), this.world.random()));
    }
  }

  private followAgain(feed: Feed, ms: number): void {
    this.again.after(feed, ms, () => {
      this.transport?.follow(feed);
    });
  }

  private laterBetter(): void {
    this.timers.after('better', this.timing.betterMs, () => {
      void this.tryBetter();
    });
  }

  /** tryBetter opens a WebSocket beside what works, and moves over once it is welcome. */
  private async tryBetter(): Promise<void> {
    const turn = this.turn;
    const token = await this.tokens.current().catch(() => null);
    if (turn === this.turn && this.now.kind === 'live') {
      this.candidate = this.make(token, 'websocket');
      this.candidate.start();
    }
  }

  private giveUpBetter(): void {
    if (this.ladder.last) {
      this.ladder.stepUp(); // events may get through by now; if not, polling goes on after a moment
      this.connect();
    } else {
      this.laterBetter();
    }
  }

  private promote(better: Transport): void {
    this.candidate = null;
    this.transport?.close();
    this.transport = better;
    this.ladder.top();
    this.upAt = this.world.now();
    for (const feed of this.feeds) {
      if (!feed.over) {
        better.follow(feed);
      }
    }
    this.set('live', null, { resumed: true });
  }

  private seen(): void {
    if (this.now.kind === 'paused') {
      this.tries = 0;
      this.connect();
    } else {
      this.hurry();
    }
  }

  /** rest ends what is under way. What was read stays, and so do the places to go on from. */
  private rest(kind: ConnectionKind, reason: string | null): void {
    this.drop();
    this.presence.rest();
    this.timers.stop('linger');
    this.wasLive &&= kind !== 'idle';
    this.set(kind, reason);
  }

  private drop(): void {
    this.turn++;
    this.asking?.abort();
    this.asking = null;
    this.timers.stop('retry');
    this.timers.stop('better');
    const ending = [this.transport, this.candidate];
    this.transport = this.candidate = null;
    for (const t of ending) {
      t?.close();
    }
    for (const feed of this.feeds) {
      feed.stop();
    }
    this.again.stopAll();
  }

  private set(kind: ConnectionKind, reason: string | null, more: { readonly resumed?: boolean; readonly retryAt?: number } = {}): void {
    this.now = {
      kind, reason, transport: this.ladder.name, attempt: kind === 'live' ? 0 : this.tries, since: this.world.now(),
      resumed: more.resumed ?? false, retryAt: more.retryAt ?? null,
    };
    this.changed(this.now);
  }
}
