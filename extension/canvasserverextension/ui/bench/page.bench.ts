import { loadavg } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendSpans, startCollector, type Collector } from '../browser/collector';
import { fact, visit } from '../browser/visitor';
import { Load } from './load';
import { sum, tasksWhile, type Task } from './tasks';
import { heap, quantile, scrollFrames, seen, watch } from './watch';

function say(what: string, figures: Readonly<Record<string, number>>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(value < 10 ? 1 : 0)}`).join(', ');
  console.log(`${what}: ${text} (load average ${loadavg()[0]?.toFixed(1) ?? '?'})`);
}

/** long is what is said of tasks: how many took 50 ms and more, and the longest, on the wall and of the processor's time. */
function long(tasks: readonly Task[]): Record<string, number> {
  const [wall, cpu] = [tasks.map((t) => t.wall), tasks.map((t) => t.cpu)];
  return {
    'longest, CPU ms': Math.max(0, ...cpu), 'of 50 ms CPU and more': cpu.filter((ms) => ms >= 50).length,
    'longest, wall ms': Math.max(0, ...wall), 'of 50 ms wall and more': wall.filter((ms) => ms >= 50).length,
  };
}

describe('the page, in Chromium against the real binary', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector('exporters: {canvastrace: {retention: {max_bytes: 2147483648, max_execution_bytes: 1073741824}}}\n');
  });
  afterAll(async () => { await collector.stop(); });

  it('paints the list first', async () => {
    const paints: number[] = [];
    for (let round = 0; round < 7; round++) {
      const visitor = await visit(collector.page);
      await visitor.page.goto(collector.page);
      await visitor.page.locator('h1, h2').first().waitFor();
      await expect.poll(() => visitor.page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length)).toBe(1);
      paints.push(await visitor.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0));
      await visitor.leave();
    }
    say('first paint on loopback, ms, of 7 empty profiles', { median: quantile(paints, 0.5), most: Math.max(...paints) });
  });

  it.each([[10_000, 'e1'], [100_000, 'e2']] as const)('opens and scrolls an execution of %i spans', async (count, digits) => {
    const load = new Load(digits);
    await load.fill(collector, count);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await watch(page);
    const name = `${count.toLocaleString('en-US')} spans`;
    let whole = 0;
    const opening = await tasksWhile(page, async () => {
      await page.goto(`${collector.page}/executions/${load.trace}`);
      await expect.poll(() => fact(page, 'Spans')).toBe(count.toLocaleString('en-US'));
      await expect.poll(() => page.locator('.tree-space').evaluate((space) => space.clientHeight)).toBe(count * 30);
      whole = await page.evaluate(() => new Promise<number>((done) => { requestAnimationFrame(() => { done(performance.now()); }); }));
    });
    const { firstData, lastData, firstRows } = await seen(page);
    say(`${name}, opened, ms`, { 'first data to first rows': firstRows - firstData, 'first to last data': lastData - firstData, 'last data to all rows, at most': whole - lastData });
    say(`${name}, opened, tasks`, { ...long(opening), 'all, CPU ms': sum(opening) });
    say(`${name}, JavaScript heap, MB`, { used: await heap(page) });
    await page.getByRole('button', { name: 'Follow live', pressed: true }).click();
    let frames: number[] = [];
    const scrolling = await tasksWhile(page, async () => { frames = await scrollFrames(page, 240); });
    say(`${name}, frames while scrolling, ms`, { p50: quantile(frames, 0.5), p95: quantile(frames, 0.95), most: Math.max(...frames), 'CPU of a frame': sum(scrolling) / frames.length });
    say(`${name}, scrolling, tasks`, long(scrolling));

    const rounds = 100;
    const began = Date.now();
    let rate = 0;
    const updating = await tasksWhile(page, async () => {
      for (let round = 0; round < rounds; round++) {
        const next = Date.now() + 100;
        // 25 spans begin, and 25 that began before end.
        const begun = Array.from({ length: 25 }, (_, i) => load.span(count + round * 25 + i, false));
        const ended = round === 0 ? [] : Array.from({ length: 25 }, (_, i) => load.span(count + (round - 1) * 25 + i));
        await sendSpans(collector, [...begun, ...ended]);
        await new Promise((done) => { setTimeout(done, Math.max(0, next - Date.now())); });
      }
      rate = (rounds * 50 - 25) / ((Date.now() - began) / 1000);
      await expect.poll(() => fact(page, 'Spans')).toBe((count + rounds * 25).toLocaleString('en-US'));
    });
    say(`${name}, updates for 10 s, tasks`, { 'a second': rate, ...long(updating), 'all, CPU ms': sum(updating) });
    await visitor.leave();
  });
});
