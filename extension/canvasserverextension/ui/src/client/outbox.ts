import type { World } from './world.js';

/** Outbox sends messages no faster than the server takes them: some at once, then one by one. */
export class Outbox {
  private readonly world: World;
  private readonly send: (message: string) => void;
  private waiting: string[] = [];
  private rate = 10; // messages a second
  private credit = 10;
  private countedAt: number;
  private cancel: (() => void) | null = null;

  constructor(world: World, send: (message: string) => void) {
    this.world = world;
    this.send = send;
    this.countedAt = world.now();
  }

  /** limit takes what the server allows, in messages a second; 0 is no limit. Half of it leaves room for what browsers send by themselves. */
  limit(rate: number): void {
    this.rate = rate > 0 ? Math.max(1, rate / 2) : Infinity;
    this.credit = Math.min(this.credit, this.rate);
    this.push();
  }

  put(message: object): void {
    this.waiting.push(JSON.stringify(message));
    this.push();
  }

  close(): void {
    this.cancel?.();
    this.cancel = null;
    this.waiting = [];
  }

  private push(): void {
    const now = this.world.now();
    this.credit = this.rate === Infinity ? Infinity : Math.min(this.rate, this.credit + (this.rate * Math.max(0, now - this.countedAt)) / 1000);
    this.countedAt = now;
    while (this.waiting.length > 0 && this.credit >= 1) {
      this.credit--;
      this.send(this.waiting.shift() ?? '');
    }
    if (this.waiting.length > 0) {
      this.cancel ??= this.world.after(Math.ceil(((1 - this.credit) * 1000) / this.rate), () => {
        this.cancel = null;
        this.push();
      });
    }
  }
}
