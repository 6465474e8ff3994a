import type { Wire, World } from '../../src/client/index';

/** FakeSocket is a WebSocket whose other end is in the test. */
export class FakeSocket implements Wire {
  onopen: Wire['onopen'] = null;
  onmessage: Wire['onmessage'] = null;
  onclose: Wire['onclose'] = null;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: string[] = [];
  closed = false;
  /** The other end, as far as there is one. */
  received: (text: string) => void = () => undefined;
  left: () => void = () => undefined;

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  send(text: string): void {
    this.sent.push(text);
    queueMicrotask(() => { this.received(text); });
  }

  close(): void {
    this.closed = true;
    this.left();
  }

  open(): void {
    this.onopen?.(new Event('open'));
  }

  say(message: object): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  end(code: number): void {
    this.closed = true;
    this.onclose?.(Object.assign(new Event('close'), { code, reason: '', wasClean: true }));
  }
}

interface Timer { readonly at: number; readonly run: () => void }

/** FakeWorld is a world in which time passes when the test says so. */
export class FakeWorld implements World {
  time = 1_800_000_000_000;
  dice = 0.5;
  isHidden = false;
  readonly sockets: FakeSocket[] = [];
  readonly asked: string[] = [];
  serve: (url: URL, init: RequestInit) => Promise<Response> = () => Promise.reject(new TypeError('nobody there'));
  connect: (socket: FakeSocket) => void = () => undefined;
  private readonly timers = new Set<Timer>();
  private readonly watchers = new Set<{ changed(): void; online(): void }>();

  get pendingTimers(): number {
    return this.timers.size;
  }

  get watching(): number {
    return this.watchers.size;
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) {
      throw new Error('no socket was opened');
    }
    return last;
  }

  open(url: string, protocols: readonly string[]): Wire {
    const socket = new FakeSocket(url, protocols);
    this.sockets.push(socket);
    this.connect(socket);
    return socket;
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    this.asked.push(url);
    const aborted = new Promise<never>((_, reject) => {
      init.signal?.addEventListener('abort', () => { reject(new DOMException('aborted', 'AbortError')); });
    });
    return Promise.race([aborted, this.serve(new URL(url), init)]);
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.timers.add(timer);
    return () => { this.timers.delete(timer); };
  }

  random(): number {
    return this.dice;
  }

  hidden(): boolean {
    return this.isHidden;
  }

  watch(changed: () => void, online: () => void): () => void {
    const watcher = { changed, online };
    this.watchers.add(watcher);
    return () => { this.watchers.delete(watcher); };
  }

  hide(hidden: boolean): void {
    this.isHidden = hidden;
    this.watchers.forEach((w) => { w.changed(); });
  }

  online(): void {
    this.watchers.forEach((w) => { w.online(); });
  }

  /** sleepThrough lets time pass without a timer running, as on a machine that is asleep. */
  sleepThrough(ms: number): void {
    this.time += ms;
  }

  /** pass lets time pass, and everything happen that is due in it. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    await settled();
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) {
        break;
      }
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settled();
    }
    this.time = until;
  }
}

/** settled waits until all that can happen without time passing has happened. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((done) => { setImmediate(done); });
  }
}
