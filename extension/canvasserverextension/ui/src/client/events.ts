import { lost, type Loss } from './connection.js';
import type { Feed, TraceFeed } from './feed.js';
import { ListPoll } from './listpoll.js';
import { Refusal, type Server } from './server.js';
import { EventParser } from './sse.js';
import { Watch, type Host, type Transport } from './transport.js';
import { frame } from './wire/frame.js';
import type { World } from './world.js';

/**
 * EventsTransport reads server-sent events, one stream for each execution. It uses fetch and not EventSource, which can send no
 * Authorization and tells no status. Lists are polled beside it.
 */
export class EventsTransport implements Transport {
  readonly name = 'events';
  private readonly server: Server;
  private readonly world: World;
  private readonly host: Host;
  private readonly lists: ListPoll;
  private readonly streams = new Map<Feed, { readonly leaving: AbortController; readonly watch: Watch }>();

  constructor(server: Server, world: World, host: Host) {
    this.server = server;
    this.world = world;
    this.host = host;
    this.lists = new ListPoll(server, world, {
      answered: () => {
        this.host.up();
      },
      failed: (feed, problem) => {
        this.host.failed(feed, problem);
      },
      lost: (_, loss) => {
        this.end(loss);
      },
    });
  }

  start(): void {
    // Each subscription begins by itself.
  }

  follow(feed: Feed): void {
    this.leave(feed);
    if (feed.kind === 'list') {
      this.lists.follow(feed);
      return;
    }
    const leaving = new AbortController();
    const watch = new Watch(this.world, () => {
      this.end(lost('No server-sent events came through.', { unfit: true }));
    });
    this.streams.set(feed, { leaving, watch });
    void this.stream(feed, leaving.signal, watch);
  }

  leave(feed: Feed): void {
    this.lists.leave(feed);
    const stream = this.streams.get(feed);
    stream?.watch.stop();
    stream?.leaving.abort();
    this.streams.delete(feed);
  }

  check(): void {
    for (const { watch } of [...this.streams.values()]) {
      watch.check();
    }
    this.lists.wake();
  }

  close(): void {
    for (const feed of [...this.streams.keys()]) {
      this.leave(feed);
    }
    this.lists.close();
  }

  private async stream(feed: TraceFeed, leaving: AbortSignal, watch: Watch): Promise<void> {
    const place = feed.place();
    const query = { ...(feed.hint === null ? {} : { trace_id: feed.hint }), ...(place === null ? {} : { since: place }) };
    const response = await this.server.get(`api/executions/${encodeURIComponent(feed.id)}/events`, query, leaving, 'text/event-stream');
    if (leaving.aborted) {
      return;
    }
    if (response instanceof Refusal) {
      this.refused(feed, response);
      return;
    }
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
    if (!isStream || response.body === null) {
      this.end(lost('The server has no server-sent events.', { unfit: true }));
      return;
    }
    feed.opened(place);
    const reader = response.body.getReader();
    try {
      await this.read(feed, reader, leaving, watch);
    } catch {
      // The connection broke, which is an end like any other.
    }
    if (!leaving.aborted) {
      this.end(lost('The connection was lost.'));
    }
  }

  private async read(feed: TraceFeed, reader: ReadableStreamDefaultReader<Uint8Array>, leaving: AbortSignal, watch: Watch): Promise<void> {
    const decoder = new TextDecoder();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || leaving.aborted) {
        return;
      }
      watch.heard(this.server.silenceMs);
      this.host.up();
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        const f = event.name === 'trace:update' ? frame(event.data) : null;
        if (f !== null && !leaving.aborted) {
          feed.receive(f);
        }
      }
    }
  }

  private refused(feed: TraceFeed, refusal: Refusal): void {
    const verdict = refusal.verdict();
    if ('loss' in verdict) {
      const absent = refusal.status >= 404 && refusal.status < 500 && refusal.status !== 429;
      this.end(absent ? lost('The server has no server-sent events.', { unfit: true }) : verdict.loss);
      return;
    }
    this.leave(feed);
    this.host.failed(feed, verdict.problem);
  }

  private end(loss: Loss): void {
    this.close();
    this.host.lost(loss);
  }
}
