import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askTrace, aSpan, family, playDemo, sendSpans, startCollector, type Collector } from './collector';
import { fact, rows, visit } from './visitor';

describe('the page', () => {
  let collector: Collector;
  beforeAll(async () => { collector = await startCollector(); });
  afterAll(async () => { await collector.stop(); });

  it('shows a run from its first span to its totals', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page);
    await page.getByRole('heading', { name: 'No execution yet' }).waitFor();
    expect(await page.getByText('make demo', { exact: true }).count()).toBe(1);

    const demo = await playDemo(collector, 6);
    await page.getByRole('link', { name: /running/ }).click();
    expect(page.url()).toBe(`${collector.page}/executions/${demo.id}`);

    // It grows while we look; the root still runs, and says so by its heartbeats.
    const sizes = new Set<number>();
    await expect.poll(async () => {
      sizes.add((await rows(page)).length);
      return sizes.size;
    }).toBeGreaterThan(3);
    expect((await rows(page))[0]).toContain('running');
    expect(await page.locator('.headline .badge').textContent()).toBe('running');
    expect(await page.locator('.connection').textContent()).toBe('Live');
    expect(await fact(page, 'Completeness')).toContain('open');

    // A span can be read while the run goes on.
    await page.getByRole('treeitem', { name: /^chat gpt-4o-mini/ }).click();
    const conversation = page.locator('.conversation');
    await conversation.getByText('Sort by urgency').waitFor();
    await expect.poll(() => conversation.locator('.role').allTextContents()).toEqual(['user', 'assistant']);
    expect(await conversation.textContent()).toContain('[REDACTED]');
    expect(await page.locator('body').innerHTML()).not.toMatch(/ada@example|sk-demo-/);
    expect(page.url()).toMatch(/\?span=[0-9a-f]{16}$/);
    await expect.poll(() => page.locator('.detail-facts').textContent()).toContain('counted in the totals');

    await demo.done;
    await expect.poll(() => fact(page, 'Completeness')).toMatch(/^complete/);
    expect(await page.locator('.headline .badge').textContent()).toBe('completed');
    expect(await page.locator('h1').textContent()).toContain('Support digest');
    const truth = await askTrace(collector, demo.id);
    const count = (n: number) => n.toLocaleString('en-US');
    expect(truth.output).toBeGreaterThan(4000);
    expect({ in: await fact(page, 'Tokens in'), out: await fact(page, 'Tokens out'), spans: await fact(page, 'Spans') })
      .toEqual({ in: count(truth.input), out: count(truth.output), spans: count(truth.spans) });
    const all = await rows(page);
    expect(all).toHaveLength(truth.spans);
    expect(all[0]).toMatch(/^workflow\.execution, Workflow, ok/);
    expect(all.join()).not.toContain('not received');
    await page.getByRole('button', { name: /^[2-9] errors$/ }).click();
    expect(await page.locator('.failure').textContent()).toContain('the key service did not answer');

    // An address with a span opens it again.
    await page.reload();
    await page.locator('.failure').waitFor();
    expect(await page.getByRole('treeitem', { selected: true }).getAttribute('aria-label')).toContain('execute_tool lookup_key');

    await page.getByRole('link', { name: 'Executions' }).click();
    await page.getByRole('searchbox').fill('no such run');
    await page.getByRole('heading', { name: 'Nothing fits this filter' }).waitFor();
    await page.getByRole('searchbox').fill(demo.id);
    await page.getByRole('link', { name: /Support digest.*completed/ }).waitFor();
    await page.getByRole('button', { name: 'error', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing fits this filter' }).waitFor();
    await visitor.leave();
  });

  it('shows that a span still runs, by a word and a bar that moves and grows', async () => {
    const [root, ...rest] = family('0d');
    await sendSpans(collector, [{ ...aSpan('0d', 1, 0, 'root', Date.now() - 2000), endTimeUnixNano: '0' }, ...rest]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'0d'.repeat(16)}`);
    const row = page.getByRole('treeitem', { name: /^root, Span, running/ });
    await row.waitFor();
    const bar = row.locator('.span-bar');
    expect(await bar.evaluate((b) => getComputedStyle(b, '::after').animationName)).toBe('sweep');
    const before = await row.locator('.row-duration').textContent();
    await expect.poll(() => row.locator('.row-duration').textContent()).not.toBe(before);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await bar.evaluate((b) => getComputedStyle(b, '::after').animationName)).toBe('none');
    if (root !== undefined) {
      await sendSpans(collector, [root]);
    }
    await page.getByRole('treeitem', { name: /^root, Span, ok/ }).waitFor();
    await visitor.leave();
  });

  it('is used with the keyboard alone', async () => {
    await sendSpans(collector, family('ab'));
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'ab'.repeat(16)}`);
    await page.getByRole('treeitem').first().waitFor();
    const active = () => page.getByRole('tree').evaluate((tree) => document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-label') ?? '');
    await page.getByRole('tree').focus();
    expect(await active()).toMatch(/^root/);
    await page.keyboard.press('ArrowDown');
    expect(await active()).toMatch(/^first/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => rows(page)).toHaveLength(3);
    expect(await page.getByRole('treeitem', { name: /^first/ }).getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await active()).toMatch(/^inside/);
    await page.keyboard.press('Enter');
    await page.locator('.detail h2', { hasText: 'inside' }).waitFor();
    expect(page.url()).toContain('span=');
    await visitor.leave();
  });

  it('keeps 6,000 spans usable by drawing only those in the window', async () => {
    const trace = 'ef'.repeat(16);
    const now = Date.now();
    const spans = Array.from({ length: 6000 }, (_, i) => aSpan('ef', i + 1, i === 0 ? 0 : Math.floor((i - 1) / 20) + 1, `step ${i}`, now - 6000 + i));
    for (let i = 0; i < spans.length; i += 1000) {
      await sendSpans(collector, spans.slice(i, i + 1000));
    }
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${trace}`);
    await expect.poll(() => fact(page, 'Spans')).toBe('6,000');
    await page.getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').focus();
    await page.keyboard.press('End');
    await expect.poll(async () => (await rows(page)).length).toBeGreaterThan(5);
    expect((await rows(page)).length).toBeLessThan(80);
    await visitor.leave();
  });

  it('waits in words for an execution that nobody knows', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'12'.repeat(16)}`);
    await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor();
    await sendSpans(collector, family('12'));
    await expect.poll(() => rows(page)).toHaveLength(4);
    await visitor.leave();
  });

  it.each([['light', 1280], ['dark', 360], ['light', 360]] as const)('fits in a %s window of %i pixels', async (scheme, width) => {
    const visitor = await visit(collector.page, { width, height: 720, scheme });
    const { page } = visitor;
    await page.goto(collector.page);
    await page.getByRole('link', { name: /completed/ }).first().waitFor();
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole('link', { name: /completed/ }).first().click();
    await page.getByRole('treeitem').nth(3).click();
    await page.locator('.detail h2').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    const light = await page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body.querySelector('.detail-pane') ?? document.body).backgroundColor)?.[0]));
    expect(light > 128).toBe(scheme === 'light');
    await page.getByRole('button', { name: 'Close the span' }).click();
    expect(page.url()).not.toContain('span=');
    await visitor.leave();
  });
});
