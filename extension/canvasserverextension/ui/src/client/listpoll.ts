import type { Loss, Problem } from './connection.js';
import { question, type Feed, type ListFeed } from './feed.js';
import { Refusal, type Server } from './server.js';
import { sleep, within } from './transport.js';
import { rowPage } from './wire/execution.js';
import type { World } from './world.js';

const everyMs = 2000;
const answerMs = 15_000;

interface ListHost {
  answered(): void;
  failed(feed: ListFeed, problem: Problem): void;
  lost(feed: ListFeed, loss: Loss): void;
}

/** ListPoll asks for lists every two seconds while somebody looks, one question at a time for each. */
export class ListPoll {
  private readonly server: Server;
  private readonly world: World;
  private readonly host: ListHost;
  private readonly running = new Map<Feed, AbortController>();
  private naps = new Set<AbortController>();

  constructor(server: Server, world: World, host: ListHost) {
    this.server = server;
    this.world = world;
    this.host = host;
  }

  follow(feed: ListFeed): void {
    this.leave(feed);
    const leaving = new AbortController();
    this.running.set(feed, leaving);
    void this.run(feed, leaving.signal);
  }

  leave(feed: Feed): void {
    this.running.get(feed)?.abort();
    this.running.delete(feed);
  }

  /** wake asks at once, because somebody looks again. */
  wake(): void {
    for (const nap of this.naps) {
      nap.abort();
    }
  }

  close(): void {
    for (const leaving of this.running.values()) {
      leaving.abort();
    }
    this.running.clear();
  }

  private async run(feed: ListFeed, leaving: AbortSignal): Promise<void> {
    while (!leaving.aborted) {
      if (!this.world.hidden() && !(await this.ask(feed, leaving))) {
        return;
      }
      await this.nap(leaving);
    }
  }

  /** ask says whether to go on. */
  private async ask(feed: ListFeed, leaving: AbortSignal): Promise<boolean> {
    const time = within(this.world, answerMs, leaving);
    const answer = await this.server.json('api/executions', { ...question(feed.filter), limit: String(feed.limit) }, time.signal);
    time.end();
    if (leaving.aborted) {
      return false;
    }
    if (answer instanceof Refusal) {
      const verdict = answer.verdict();
      this.running.delete(feed);
      if ('problem' in verdict) {
        this.host.failed(feed, verdict.problem);
      } else {
        this.host.lost(feed, verdict.loss);
      }
      return false;
    }
    this.host.answered();
    feed.take({ type: 'page', ...rowPage(answer.value) });
    return true;
  }

  private async nap(leaving: AbortSignal): Promise<void> {
    const nap = new AbortController();
    const end = () => {
      nap.abort();
    };
    leaving.addEventListener('abort', end);
    this.naps.add(nap);
    await sleep(this.world, everyMs, nap.signal);
    this.naps.delete(nap);
    leaving.removeEventListener('abort', end);
  }
}
