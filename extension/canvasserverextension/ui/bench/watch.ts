import type { Page } from 'playwright-core';

/** Seen is what the page itself noted, in milliseconds since it began to load. */
export interface Seen {
  /** firstData and lastData are when the first and the last message with spans came over the WebSocket. */
  readonly firstData: number;
  readonly lastData: number;
  /** firstRows is when rows were painted first. */
  readonly firstRows: number;
}

interface Notes { firstData: number; lastData: number; firstRows: number }

declare global {
  interface Window { benchNotes: Notes }
}

/** watch has every page of a context note when data came, and when rows were painted. */
export async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const notes: Notes = { firstData: 0, lastData: 0, firstRows: 0 };
    window.benchNotes = notes;
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
      constructor(...args: ConstructorParameters<typeof Plain>) {
        super(...args);
        this.addEventListener('message', (e) => {
          if (typeof e.data === 'string' && e.data.includes('"trace:update"')) {
            notes.firstData ||= performance.now();
            notes.lastData = performance.now();
          }
        });
      }
    };
    const wait = () => {
      if (document.querySelector('.row') === null) {
        requestAnimationFrame(wait);
      } else {
        requestAnimationFrame(() => { notes.firstRows = performance.now(); });
      }
    };
    requestAnimationFrame(wait);
  });
}

export function seen(page: Page): Promise<Seen> {
  return page.evaluate(() => window.benchNotes);
}

/** scrollFrames scrolls the tree by half a window with each frame, to and fro, and returns how long the frames took, in milliseconds. */
export function scrollFrames(page: Page, count: number): Promise<number[]> {
  return page.getByRole('tree').evaluate((tree, frames) => new Promise<number[]>((done) => {
    const took: number[] = [];
    let last = performance.now();
    let step = tree.clientHeight / 2;
    const frame = (now: number) => {
      took.push(now - last);
      last = now;
      if (took.length > frames) {
        done(took.slice(1));
        return;
      }
      if (tree.scrollTop + tree.clientHeight >= tree.scrollHeight - 1 || (tree.scrollTop <= 0 && took.length > 1)) {
        step = -step;
      }
      tree.scrollTop += step;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }), count);
}

/** heap is the JavaScript heap after a collection of garbage, in MB. */
export async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

/** quantile is the value below which a share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
