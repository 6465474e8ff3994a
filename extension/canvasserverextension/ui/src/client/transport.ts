import type { Loss, Problem, TransportName } from './connection.js';
import type { Feed } from './feed.js';
import type { World } from './world.js';

/** Transport carries subscriptions. It ends as a whole: cursors make coming again cheap, and one way to fail is enough. */
export interface Transport {
  readonly name: TransportName;
  start(): void;
  /** follow begins a subscription, or begins it again, at its place. */
  follow(feed: Feed): void;
  leave(feed: Feed): void;
  /** check notices a silence that timers slept through. */
  check(): void;
  /** close ends everything; the host hears nothing more. */
  close(): void;
}

/** Host is whom a transport tells. */
export interface Host {
  /** up says that the server answers over this transport. */
  up(): void;
  lost(loss: Loss): void;
  failed(feed: Feed, problem: Problem): void;
}

/** openMs is how long a transport may take to show that it works. */
export const openMs = 5000;

/** Watch tells when nothing was heard for too long. */
export class Watch {
  private readonly world: World;
  private readonly silent: () => void;
  private heardAt: number;
  private limit = openMs;
  private cancel: (() => void) | null = null;

  constructor(world: World, silent: () => void) {
    this.world = world;
    this.silent = silent;
    this.heardAt = world.now();
    this.arm();
  }

  /** heard takes how long the next silence may be. */
  heard(limitMs: number): void {
    this.heardAt = this.world.now();
    if (limitMs !== this.limit) {
      this.limit = limitMs;
      this.arm();
    }
  }

  check(): void {
    if (this.cancel !== null && this.world.now() - this.heardAt >= this.limit) {
      this.stop();
      this.silent();
    }
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private arm(): void {
    this.cancel?.();
    this.cancel = this.world.after(Math.max(1, this.heardAt + this.limit - this.world.now()), () => {
      this.arm();
      this.check();
    });
  }
}

/** sleep ends early where the signal is aborted; it never rejects. */
export function sleep(world: World, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) {
      done();
      return;
    }
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      done();
    };
    const cancel = world.after(ms, end);
    signal.addEventListener('abort', end);
  });
}

/** within is a signal that is aborted with another one, or when the time is up; end it when what it was for is done. */
export function within(world: World, ms: number, signal: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const both = new AbortController();
  const abort = () => {
    cancel();
    both.abort();
  };
  const cancel = world.after(ms, abort);
  signal.addEventListener('abort', abort);
  if (signal.aborted) {
    abort();
  }
  return {
    signal: both.signal,
    end: () => {
      cancel();
      signal.removeEventListener('abort', abort);
    },
  };
}
