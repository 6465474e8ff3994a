import type { World } from './world.js';

interface Told {
  /** gone: the page has been hidden for long. */
  gone(): void;
  seen(): void;
  online(): void;
}

/** Presence notices whether somebody looks at the page. */
export class Presence {
  private readonly world: World;
  private readonly pauseMs: number;
  private readonly told: Told;
  private readonly unwatch: () => void;
  private cancel: (() => void) | null = null;

  constructor(world: World, pauseMs: number, told: Told) {
    this.world = world;
    this.pauseMs = pauseMs;
    this.told = told;
    this.unwatch = world.watch(() => {
      if (world.hidden()) {
        this.begin();
      } else {
        this.rest();
        told.seen();
      }
    }, () => {
      told.online();
    });
  }

  /** begin counts from now where the page is hidden and nobody counts yet. */
  begin(): void {
    if (this.world.hidden()) {
      this.cancel ??= this.world.after(this.pauseMs, () => {
        this.cancel = null;
        this.told.gone();
      });
    }
  }

  rest(): void {
    this.cancel?.();
    this.cancel = null;
  }

  close(): void {
    this.rest();
    this.unwatch();
  }
}
