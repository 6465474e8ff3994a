import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSpan, attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { show } from './album';
import { bringAxe } from './axe';
import { rows, visit } from './visitor';

/** Run makes the spans of one trace, whose times are milliseconds from its start. */
class Run {
  readonly start: number;
  private readonly digits: string;

  constructor(digits: string, agoMs = 10_000) {
    this.digits = digits;
    this.start = Date.now() - agoMs;
  }

  get path(): string {
    return `/executions/${this.digits.repeat(16)}`;
  }

  span(id: number, parent: number, name: string, from: number, to: number | null, more: Partial<OtlpSpan> = {}): OtlpSpan {
    return { ...aSpan(this.digits, id, parent, name, this.start + from), endTimeUnixNano: to === null ? '0' : this.nano(to), ...more };
  }

  nano(ms: number): string {
    return `${this.start + ms}000000`;
  }
}

function row(page: Page, name: RegExp) {
  return page.getByRole('treeitem', { name });
}

/** window is the part of the run that the address asks for, in milliseconds from its start. */
function window(page: Page, run: Run): [number, number] | null {
  const { searchParams } = new URL(page.url());
  const [from, to] = [searchParams.get('from'), searchParams.get('to')];
  return from === null || to === null ? null : [Math.round(Number(from) - run.start), Math.round(Number(to) - run.start)];
}

describe('the span tree', () => {
  let collector: Collector;
  beforeAll(async () => { collector = await startCollector(); });
  afterAll(async () => { await collector.stop(); });

  it('zooms by dragging, wheel, keys and the map of the whole run, and the address holds what is shown', async () => {
    const run = new Run('a1');
    await sendSpans(collector, [run.span(1, 0, 'root', 0, 4000), run.span(2, 1, 'early', 500, 900), run.span(3, 1, 'late', 3000, 3900)]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page + run.path);
    await row(page, /^late/).waitFor();
    const axis = page.locator('.axis');
    const box = await axis.boundingBox();
    const x = (share: number) => (box?.x ?? 0) + (box?.width ?? 0) * share;
    const y = (box?.y ?? 0) + 8;

    await page.mouse.move(x(0.5), y);
    await page.mouse.down();
    await page.mouse.move(x(0.3), y);
    await page.mouse.move(x(0.25), y);
    await page.mouse.up();
    await expect.poll(() => window(page, run)).not.toBeNull();
    const [from, to] = window(page, run) ?? [0, 0];
    expect(Math.abs(from - 1000) + Math.abs(to - 2000)).toBeLessThan(40);
    // Neither of the children is in this part: a sign on the side says where they are.
    expect(await row(page, /^early/).locator('.elsewhere').getAttribute('title')).toBe('early lies before the part that is shown');
    expect(await row(page, /^late/).locator('.elsewhere').getAttribute('title')).toBe('late lies after the part that is shown');
    expect(await row(page, /^root/).locator('.span-bar').evaluate((bar: HTMLElement) => [bar.style.left, bar.style.width])).toEqual(['0%', '100%']);

    await page.reload();
    await row(page, /^late/).waitFor();
    expect(window(page, run)).toEqual([from, to]);

    // A wheel with Ctrl zooms where the pointer is; with Shift it moves; both are steps that leave no trace in the history.
    const tickAt = () => axis.locator('.tick').allTextContents();
    const before = await tickAt();
    await page.mouse.move(x(0.5), y + 100);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -231);
    await page.keyboard.up('Control');
    await expect.poll(() => window(page, run)?.[0] ?? 0).toBeGreaterThan(from + 200);
    const [closer, until] = window(page, run) ?? [0, 0];
    expect(Math.abs((closer + until) / 2 - (from + to) / 2)).toBeLessThan(20);
    expect(await tickAt()).not.toEqual(before);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, (box?.width ?? 0) / 2);
    await page.keyboard.up('Shift');
    await expect.poll(() => window(page, run)?.[0] ?? 0).toBeGreaterThan(closer + 100);

    // Dragging with Shift moves, too.
    const right = window(page, run)?.[0] ?? 0;
    await page.keyboard.down('Shift');
    await page.mouse.move(x(0.5), y);
    await page.mouse.down();
    await page.mouse.move(x(0.7), y);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(() => window(page, run)?.[0] ?? 0).toBeLessThan(right - 50);

    // The axis has keys while it has the focus.
    await axis.focus();
    await page.keyboard.press('-');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('0');
    await expect.poll(() => window(page, run)).toBeNull();
    await page.keyboard.press('+');
    await expect.poll(() => window(page, run)).toEqual([1000, 3000]);

    // So have the ends of the part, in the map of the whole run.
    await page.getByRole('slider', { name: 'Begin of the part' }).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => window(page, run)).toEqual([600, 3000]);
    expect(await page.getByRole('slider', { name: 'Begin of the part' }).getAttribute('aria-valuetext')).toBe('600 ms');
    const map = await page.locator('.minimap').boundingBox();
    await page.mouse.move((map?.x ?? 0) + (map?.width ?? 0) * 0.5, (map?.y ?? 0) + 10);
    await page.mouse.down();
    await page.mouse.move((map?.x ?? 0) + (map?.width ?? 0) * 0.6, (map?.y ?? 0) + 10);
    await page.mouse.up();
    await expect.poll(() => Math.abs((window(page, run)?.[0] ?? 0) - 1000)).toBeLessThan(40);

    await row(page, /^late/).click();
    await page.getByRole('button', { name: 'Zoom to span' }).click();
    await expect.poll(() => window(page, run)).toEqual([2910, 3990]);
    await page.goBack();
    await expect.poll(() => Math.abs((window(page, run)?.[0] ?? 0) - 1000)).toBeLessThan(40);
    await axis.dblclick({ position: { x: 5, y: 5 } });
    await expect.poll(() => window(page, run)).toBeNull();
    await visitor.leave();
  });

  it('has an axis that grows with a run that is under way, until somebody zooms', async () => {
    const run = new Run('a9', 1000);
    await sendSpans(collector, [run.span(1, 0, 'root', 0, null), run.span(2, 1, 'done', 100, 900)]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page + run.path);
    const bar = row(page, /^done/).locator('.span-bar');
    const width = () => bar.evaluate((b: HTMLElement) => parseFloat(b.style.width));
    await bar.waitFor();
    const before = await width();
    await expect.poll(width).toBeLessThan(before * 0.9);
    await row(page, /^done/).click();
    await page.keyboard.press('z');
    await expect.poll(() => window(page, run)).toEqual([20, 980]);
    const zoomed = await width();
    expect(zoomed).toBeGreaterThan(80);
    const age = await row(page, /^root/).locator('.row-duration').textContent();
    await expect.poll(() => row(page, /^root/).locator('.row-duration').textContent()).not.toBe(age);
    expect(await width()).toBe(zoomed);
    expect(await row(page, /^root/).locator('.span-bar').evaluate((b: HTMLElement) => [b.style.left, b.style.width])).toEqual(['0%', '100%']);
    await visitor.leave();
  });

  it('shows the critical path below the bars and in words', async () => {
    const run = new Run('a2');
    await sendSpans(collector, [run.span(1, 0, 'root', 0, 1000), run.span(2, 1, 'waited for', 100, 900), run.span(3, 1, 'beside it', 100, 300)]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page + run.path);
    await row(page, /^beside it/).waitFor();
    expect(await page.locator('.path-line').count()).toBe(0);
    await page.keyboard.press('c');
    await row(page, /^waited for, .*on the critical path, 800 ms itself, 80 %/).waitFor();
    await row(page, /^root, .*on the critical path, 200 ms itself, 20 %/).waitFor();
    expect(await row(page, /^beside it/).getAttribute('aria-label')).not.toContain('critical');
    expect(await row(page, /^root/).locator('.path-line').count()).toBe(2);
    expect(await page.getByRole('button', { name: 'Critical path' }).getAttribute('aria-pressed')).toBe('true');
    expect(page.url()).toContain('path=on');
    await page.goBack();
    await expect.poll(() => page.locator('.path-line').count()).toBe(0);
    await visitor.leave();
  });

  it('has one row for many similar leaves, which hides nothing that matters', async () => {
    const run = new Run('a3');
    const embeds = Array.from({ length: 240 }, (_, i) => run.span(100 + i, 1, 'embed', 10 * i, 10 * i + 5));
    await sendSpans(collector, [run.span(1, 0, 'root', 0, 4000), ...embeds,
      run.span(2, 1, 'embed', 500, 600, { status: { code: 2, message: 'no' } }), run.span(3, 1, 'embed', 700, 800, { attributes: [attribute('needle', 'haystack')] })]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page + run.path);
    const group = row(page, /^embed, Span, 241 similar spans, 1\.30 s total · max 100 ms/);
    await group.waitFor();
    expect(await rows(page)).toHaveLength(3);
    await row(page, /^embed, Span, error/).waitFor();

    await group.click();
    await row(page, /^embed, Span, ok, 5 ms/).first().waitFor();
    expect(await group.getAttribute('aria-expanded')).toBe('true');
    const member = row(page, /^embed, Span, ok, 5 ms/).nth(2);
    expect(await member.getAttribute('aria-level')).toBe('3');
    // Who is selected in an open group stays in it.
    const at = (await member.boundingBox())?.y;
    await member.click();
    await page.locator('.detail h2', { hasText: 'embed' }).waitFor();
    expect((await row(page, /^embed, Span, ok, 5 ms/).nth(2).boundingBox())?.y).toBe(at);
    expect(await page.getByRole('treeitem', { selected: true }).getAttribute('aria-level')).toBe('3');
    await page.keyboard.press('Escape');
    await group.click();
    await expect.poll(() => rows(page)).toHaveLength(3);

    // What a search finds stands on its own.
    await page.keyboard.press('/');
    await page.keyboard.type('haystack');
    await row(page, /^embed, Span, ok, 100 ms, match/).waitFor();
    await row(page, /240 similar spans/).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await expect.poll(async () => (await rows(page)).length).toBeGreaterThan(10);
    expect(page.url()).toContain('fold=off');
    await page.keyboard.press('g');

    // The group grows, and no row moves.
    await expect.poll(() => rows(page)).toHaveLength(3);
    await sendSpans(collector, [run.span(900, 1, 'embed', 3000, 3010)]);
    await row(page, /242 similar spans/).waitFor();
    expect((await rows(page)).map((r) => r.split(',', 3).join())).toEqual(['root, Span, ok', 'embed, Span, 242 similar spans', 'embed, Span, error']);
    await visitor.leave();
  });

  it('has marks for events on the bars, and each leads to the event', async () => {
    const run = new Run('a4');
    const chunks = Array.from({ length: 50 }, (_, i) => ({ name: 'token.chunk', timeUnixNano: run.nano(1200 + i * 10), attributes: [] }));
    await sendSpans(collector, [run.span(1, 0, 'root', 0, 4000), run.span(2, 1, 'chat', 1000, 3000, { events: [
      { name: 'prompt', timeUnixNano: run.nano(1100), attributes: [attribute('preview', 'hello there')] }, ...chunks,
      { name: 'exception', timeUnixNano: run.nano(2500), attributes: [attribute('exception.type', 'TimeoutError')] }] })]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page + run.path);
    await row(page, /^chat, .*52 events/).waitFor();
    const marks = row(page, /^chat/).locator('.axis-mark');
    expect(await marks.evaluateAll((all) => all.map((m) => m.getAttribute('aria-label')))).toEqual([
      'message prompt at +1.10 s', '50 pieces of the answer, the first, token.chunk, at +1.20 s', 'exception exception at +2.50 s',
    ]);
    await marks.nth(2).click();
    await page.locator('.detail h2', { hasText: 'chat' }).waitFor();
    expect(new URL(page.url()).searchParams.get('event')).toBe('51');
    expect(await marks.nth(2).getAttribute('class')).toContain('mark-chosen');
    expect(await page.locator('.event[aria-current=true]').textContent()).toContain('exception');
    await visitor.leave();
  });

  it('follows a run that is under way until somebody scrolls, says so, and catches up', async () => {
    const run = new Run('a5', 2000);
    await sendSpans(collector, [run.span(1, 0, 'root', 0, null)]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page + run.path);
    await row(page, /^root, Span, running/).waitFor();
    const follow = page.getByRole('button', { name: 'Follow live' });
    expect(await follow.getAttribute('aria-pressed')).toBe('true');
    const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => run.span(10 + from + i, 1, `step ${from + i}`, from + i, from + i + 50));
    await sendSpans(collector, steps(0, 60));
    await row(page, /^step 59,/).waitFor();
    const inSight = async (name: RegExp) => {
      const [box, view] = await Promise.all([row(page, name).boundingBox(), page.getByRole('tree').boundingBox()]);
      return box !== null && view !== null && box.y >= view.y && box.y + box.height <= view.y + view.height + 1;
    };
    await expect.poll(() => inSight(/^step 59,/)).toBe(true);

    const place = await page.getByRole('tree').boundingBox();
    await page.mouse.move((place?.x ?? 0) + 100, (place?.y ?? 0) + 100);
    await page.mouse.wheel(0, -300);
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => page.locator('.tree-tools [role=status]').textContent()).toBe('No longer following, since you moved or selected something.');
    const top = () => page.getByRole('tree').evaluate((tree) => tree.scrollTop);
    await expect.poll(() => page.getByRole('tree').evaluate((tree) => tree.scrollTop < tree.scrollHeight - tree.clientHeight - 200)).toBe(true);
    const before = await top();
    await sendSpans(collector, steps(60, 72));
    await page.getByRole('button', { name: 'Catch up: 12 new spans' }).waitFor();
    expect((await page.getByRole('tree').boundingBox())?.y).toBe(place?.y); // what is new moves no row
    await page.getByRole('button', { name: 'Catch up: 12 new spans' }).click();
    await expect.poll(() => inSight(/^step 71,/)).toBe(true);
    expect(await top()).toBeGreaterThan(before);
    expect(await page.getByRole('button', { name: /^Catch up/ }).count()).toBe(0);

    await row(page, /^step 71,/).click();
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    await visitor.leave();
  });

  it('keeps each row where it is read while spans arrive in any order, and a placeholder keeps its row', async () => {
    const run = new Run('a6', 3000);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    // The children are sent first, as SDKs do: their parent is a placeholder.
    await sendSpans(collector, Array.from({ length: 40 }, (_, i) => run.span(100 + i, 1, `late ${i}`, 1000 + i, 1001 + i)));
    await page.goto(collector.page + run.path);
    await page.getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').focus();
    await page.keyboard.press('Home');
    await row(page, /not received/).waitFor();
    const placeholder = await row(page, /not received/).getAttribute('id');
    await page.keyboard.press('End');
    await row(page, /^late 39,/).waitFor();
    const place = async () => Math.round((await row(page, /^late 39,/).boundingBox())?.y ?? -1);
    const before = await place();
    // What began earlier comes later: rows appear above, and what is read stays where it is.
    await sendSpans(collector, Array.from({ length: 30 }, (_, i) => run.span(200 + i, 1, `early ${i}`, 100 + i, 101 + i)));
    await expect.poll(() => page.getByRole('tree').evaluate((tree) => tree.querySelector('.tree-space')?.clientHeight)).toBe(71 * 30);
    expect(await place()).toBe(before);
    await sendSpans(collector, [run.span(1, 0, 'root', 0, 2000)]);
    await page.keyboard.press('Home');
    await row(page, /^root, Span, ok/).waitFor();
    expect(await row(page, /^root, Span, ok/).getAttribute('id')).toBe(placeholder);
    await visitor.leave();
  });

  it('keeps the selected row in its place in the window when its parent comes and takes it elsewhere', async () => {
    const run = new Run('b6', 3000);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await sendSpans(collector, [...Array.from({ length: 60 }, (_, i) => run.span(100 + i, 1, `late ${i}`, 1000 + i, 1001 + i)), run.span(60, 50, 'picked', 1200, 1300)]);
    await page.goto(collector.page + run.path);
    await page.getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').focus();
    await page.keyboard.press('End');
    await row(page, /^picked,/).click();
    const place = async () => Math.round((await row(page, /^picked,/).boundingBox())?.y ?? -1);
    const before = await place();
    await sendSpans(collector, [run.span(50, 1, 'its parent', 1030, 1400)]);
    await row(page, /^its parent,/).waitFor();
    expect(await place()).toBe(before);
    // At the top of the tree it stays as well.
    await page.getByRole('tree').evaluate((tree) => { tree.scrollTop = 0; });
    await row(page, /^late 4,/).click();
    // What is said above the tree may take a line more.
    const fourth = async () => Math.round(((await row(page, /^late 4,/).boundingBox())?.y ?? -1) - ((await page.getByRole('tree').boundingBox())?.y ?? 0));
    const there = await fourth();
    await sendSpans(collector, Array.from({ length: 5 }, (_, i) => run.span(200 + i, 1, `early ${i}`, 900 + i, 901 + i)));
    await row(page, /^early 4,/).waitFor();
    expect(await fourth()).toBe(there);
    await visitor.leave();
  });

  it('opens and closes all at once', async () => {
    const run = new Run('a7');
    await sendSpans(collector, [run.span(1, 0, 'root', 0, 900), run.span(2, 1, 'node', 10, 800), run.span(3, 2, 'inside', 20, 700), run.span(4, 3, 'innermost', 30, 600)]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page + run.path);
    await row(page, /^innermost/).waitFor();
    await page.getByRole('button', { name: 'Collapse all' }).click();
    await expect.poll(() => rows(page)).toHaveLength(2);
    await page.getByRole('button', { name: 'Expand all' }).click();
    await expect.poll(() => rows(page)).toHaveLength(4);
    await visitor.leave();
  });

  it('is whole and without barriers in either theme, wide and narrow, with everything on', async () => {
    const run = new Run('a8', 6000);
    const embeds = Array.from({ length: 60 }, (_, i) => run.span(100 + i, 2, 'embed', 1000 + 30 * i, 1020 + 30 * i, { attributes: [attribute('gen_ai.operation.name', 'embeddings')] }));
    await sendSpans(collector, [run.span(1, 0, 'root', 0, null), run.span(2, 1, 'index', 900, 3000), ...embeds,
      run.span(3, 2, 'embed', 1500, 1900, { status: { code: 2, message: 'no' }, events: [{ name: 'exception', timeUnixNano: run.nano(1890), attributes: [attribute('exception.type', 'ValueError')] }] }),
      run.span(4, 1, 'chat', 3000, 5000, { attributes: [attribute('gen_ai.operation.name', 'chat')], events: [
        { name: 'prompt', timeUnixNano: run.nano(3100), attributes: [attribute('preview', 'hello there')] },
        ...Array.from({ length: 30 }, (_, i) => ({ name: 'token.chunk', timeUnixNano: run.nano(3500 + i * 20), attributes: [] }))] })]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await bringAxe(visitor.context);
    await page.goto(`${collector.page}${run.path}?path=on&from=${run.start + 500}&to=${run.start + 4500}`);
    await row(page, /60 similar spans/).waitFor();
    await page.getByRole('tree').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('button', { name: 'Catch up' }).waitFor();
    await show(page, 'tree');
    await visitor.leave();
  });
});
