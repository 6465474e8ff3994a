import { lost, type Loss } from './connection.js';
import type { Feed, TraceFeed } from './feed.js';
import { ListPoll } from './listpoll.js';
import { Refusal, type Server } from './server.js';
import { sleep, within, type Host, type Transport } from './transport.js';
import { answer, type Answer } from './wire/answer.js';
import type { World } from './world.js';

const waitSeconds = 25;
/** marginMs is what an answer may take beyond the time that the server was asked to wait. */
const marginMs = 15_000;

/** PollTransport asks again and again, and lets the server wait with the answer until something changes. It works with every server and through every proxy. */
export class PollTransport implements Transport {
  readonly name = 'poll';
  private readonly server: Server;
  private readonly world: World;
  private readonly host: Host;
  private readonly lists: ListPoll;
  private readonly loops = new Map<Feed, AbortController>();

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
    this.loops.set(feed, leaving);
    void this.loop(feed, leaving.signal);
  }

  leave(feed: Feed): void {
    this.lists.leave(feed);
    this.loops.get(feed)?.abort();
    this.loops.delete(feed);
  }

  check(): void {
    this.lists.wake();
  }

  close(): void {
    for (const feed of [...this.loops.keys()]) {
      this.leave(feed);
    }
    this.lists.close();
  }

  private async loop(feed: TraceFeed, leaving: AbortSignal): Promise<void> {
    // The first answer tells what there is, even if that is nothing.
    for (let wait = false; !leaving.aborted; wait = true) {
      const askedAt = this.world.now();
      const got = await this.ask(feed, wait, leaving);
      if (got === null) {
        return;
      }
      await sleep(this.world, pauseMs(got, this.world.now() - askedAt), leaving);
    }
  }

  /** ask returns null where the loop is over. */
  private async ask(feed: TraceFeed, wait: boolean, leaving: AbortSignal): Promise<Answer | 'unknown' | null> {
    const place = feed.place();
    const query = {
      ...(place === null ? {} : { since: place }), ...(wait ? { wait: `${waitSeconds}s` } : {}),
    };
    const time = within(this.world, (wait ? waitSeconds * 1000 : 0) + marginMs, leaving);
    const got = await this.server.json(`api/executions/${encodeURIComponent(feed.id)}/trace`, query, time.signal);
    time.end();
    if (leaving.aborted) {
      return null;
    }
    if (got instanceof Refusal) {
      return this.refused(feed, got);
    }
    const a = answer(got.value);
    if (a === null) {
      this.end(lost('The server answered something that is no trace.'));
      return null;
    }
    this.host.up();
    feed.opened(place);
    feed.take(a);
    return a;
  }

  private refused(feed: TraceFeed, refusal: Refusal): 'unknown' | null {
    if (refusal.status === 404) { // a server that is configured to say so of an execution that has no span yet
      this.host.up();
      return 'unknown';
    }
    const verdict = refusal.verdict();
    if ('loss' in verdict) {
      this.end(verdict.loss);
    } else {
      this.leave(feed);
      this.host.failed(feed, verdict.problem);
    }
    return null;
  }

  private end(loss: Loss): void {
    this.close();
    this.host.lost(loss);
  }
}

/** pauseMs keeps the pace of a live connection where much changes, and is careful where the server does not wait. */
function pauseMs(got: Answer | 'unknown', tookMs: number): number {
  if (got === 'unknown') {
    return 3000;
  }
  if (got.execution.completeReason === 'evicted') {
    return 15_000;
  }
  return got.spans.length === 0 && tookMs < 1000 ? 1000 : 200;
}
