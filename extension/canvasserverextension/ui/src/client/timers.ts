import type { World } from './world.js';

/** Timers are timers with names: there is one of each at most. */
export class Timers<Name> {
  private readonly world: World;
  private readonly running = new Map<Name, () => void>();

  constructor(world: World) {
    this.world = world;
  }

  /** after runs something later, instead of what the name stood for. */
  after(name: Name, ms: number, run: () => void): void {
    this.stop(name);
    this.running.set(name, this.world.after(ms, () => {
      this.running.delete(name);
      run();
    }));
  }

  has(name: Name): boolean {
    return this.running.has(name);
  }

  stop(name: Name): void {
    this.running.get(name)?.();
    this.running.delete(name);
  }

  stopAll(): void {
    for (const name of [...this.running.keys()]) {
      this.stop(name);
    }
  }
}
