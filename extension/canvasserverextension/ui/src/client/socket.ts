import { lost, type Loss } from './connection.js';
import { question, type Feed } from './feed.js';
import { Outbox } from './outbox.js';
import { silenceOf, type Server } from './server.js';
import { protocolsFor } from './tokens.js';
import { Watch, type Host, type Transport } from './transport.js';
import { message, type Message } from './wire/message.js';
import type { Wire, World } from './world.js';

/** SocketTransport is the multiplexed WebSocket: one for all subscriptions. */
export class SocketTransport implements Transport {
  readonly name = 'websocket';
  private readonly server: Server;
  private readonly world: World;
  private readonly host: Host;
  private readonly outbox: Outbox;
  private readonly feeds = new Map<string, Feed>(); // by the id of the subscription
  private readonly ids = new Map<Feed, string>();
  private wire: Wire | null = null;
  private watch: Watch | null = null;
  private welcomed = false;
  private silenceMs = 0;
  private lastId = 0;

  constructor(server: Server, world: World, host: Host) {
    this.server = server;
    this.world = world;
    this.host = host;
    this.outbox = new Outbox(world, (text) => {
      this.wire?.send(text);
    });
  }

  start(): void {
    const { token } = this.server;
    const protocols = protocolsFor(token);
    let wire: Wire;
    try {
      wire = this.world.open(this.server.socketUrl(), protocols);
    } catch {
      this.end(lost('A WebSocket could not be opened.', { unfit: true }));
      return;
    }
    this.wire = wire;
    this.watch = new Watch(this.world, () => {
      this.end(this.welcomed ? lost('The server was silent for too long.') : lost('No WebSocket came about in time.', { unfit: true }));
    });
    wire.onopen = () => {
      const offered = protocols.length > 1;
      wire.send(JSON.stringify({ type: 'init', ...(token === null || offered ? {} : { token }) }));
    };
    wire.onmessage = (event) => {
      const m = typeof event.data === 'string' ? message(event.data) : null;
      if (m !== null) {
        this.hear(m);
      }
    };
    wire.onclose = (event) => {
      this.end(lossOf(event.code));
    };
  }

  follow(feed: Feed): void {
    this.leave(feed);
    this.lastId++;
    const id = `s${this.lastId}`;
    this.feeds.set(id, feed);
    this.ids.set(feed, id);
    if (this.welcomed) {
      this.subscribe(id, feed);
    }
  }

  leave(feed: Feed): void {
    const id = this.ids.get(feed);
    if (id !== undefined) {
      this.forget(id, feed);
      if (this.welcomed) {
        this.outbox.put({ type: 'unsubscribe', id });
      }
    }
  }

  check(): void {
    this.watch?.check();
  }

  close(): void {
    this.watch?.stop();
    this.watch = null;
    this.outbox.close();
    const wire = this.wire;
    this.wire = null;
    if (wire !== null) {
      wire.onopen = wire.onmessage = wire.onclose = null;
      wire.close();
    }
  }

  private hear(m: Message): void {
    if (m.type === 'welcome') {
      this.welcome(m.heartbeatMs, m.messageRate);
    }
    if (!this.welcomed) {
      return;
    }
    this.watch?.heard(this.silenceMs);
    switch (m.type) {
      case 'subscribed':
        this.opened(m.id, m.mode);
        break;
      case 'frame': {
        const feed = this.feeds.get(m.sub);
        if (feed?.kind === 'trace') {
          feed.receive(m.frame);
        }
        break;
      }
      case 'rows': {
        const feed = this.feeds.get(m.sub);
        if (feed?.kind === 'list') {
          feed.take({ type: 'changed', rows: m.rows, removed: m.removed, after: m.after });
        }
        break;
      }
      case 'error': {
        const feed = m.id === null ? undefined : this.feeds.get(m.id);
        if (m.id !== null && feed !== undefined) {
          this.forget(m.id, feed);
          this.host.failed(feed, { code: m.code, reason: m.message, retryable: m.retryable });
        }
        break;
      }
      case 'goaway':
        this.end(lost(restarting, { pauseMs: m.retryAfterMs }));
        break;
    }
  }

  private welcome(heartbeatMs: number, messageRate: number): void {
    this.welcomed = true;
    this.silenceMs = heartbeatMs > 0 ? silenceOf(heartbeatMs) : this.server.silenceMs;
    this.outbox.limit(messageRate);
    for (const [id, feed] of this.feeds) {
      this.subscribe(id, feed);
    }
    this.host.up(); // which may follow more
  }

  private subscribe(id: string, feed: Feed): void {
    if (feed.kind === 'list') {
      this.outbox.put({ type: 'subscribe', id, executions: { ...question(feed.filter), limit: feed.limit } });
      return;
    }
    const { execution: execution_id, trace: trace_id } = feed.target;
    this.outbox.put({ type: 'subscribe', id, execution_id, trace_id, since: feed.place() ?? undefined });
  }

  private opened(id: string, mode: string): void {
    const feed = this.feeds.get(id);
    if (feed?.kind === 'trace') {
      feed.opened(mode === 'resume' ? feed.place() : null);
    } else {
      feed?.take({ type: 'opened' });
    }
  }

  private forget(id: string, feed: Feed): void {
    this.feeds.delete(id);
    this.ids.delete(feed);
  }

  private end(loss: Loss): void {
    this.close();
    this.host.lost(loss);
  }
}

const restarting = 'The server is restarting.';

function lossOf(code: number): Loss {
  switch (code) {
    case 1001:
    case 1012:
      return lost(restarting);
    case 1013:
      return lost('The server asks to try again later.', { pauseMs: 1000 });
    case 4401:
      return { kind: 'unauthorized' };
    case 4403:
      return { kind: 'refused', reason: 'The server turned this page away.' };
    case 4429:
      return lost('The server has too many connections, or this page asked too often.', { pauseMs: 2000 });
    default:
      return lost('The connection was lost.');
  }
}
