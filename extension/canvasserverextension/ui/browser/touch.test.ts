import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playDemo, startCollector, type Collector } from './collector';
import { visit } from './visitor';

/** leastPx is what WCAG 2.2 asks of a target's width and height (2.5.8). */
const leastPx = 24;

/** small are the controls in sight that a finger misses. A link that covers its row is as large as that; marks on bars have their list beside the span. */
function small(page: Page): Promise<string[]> {
  return page.evaluate((least) => [...document.querySelectorAll<HTMLElement>('button, a, input, select, summary, [role=slider], .twisty:not(:empty)')]
    .filter((e) => e.closest('[inert], .cell-run, p') === null && !e.classList.contains('axis-mark'))
    .map((e) => ({ e, box: e.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && (box.width < least || box.height < least))
    .map(({ e, box }) => `${e.tagName.toLowerCase()}.${e.className} “${(e.getAttribute('aria-label') ?? e.textContent).slice(0, 30)}” ${Math.round(box.width)} × ${Math.round(box.height)}`), leastPx);
}

describe('on a phone', () => {
  let collector: Collector;
  let run = '';
  beforeAll(async () => {
    collector = await startCollector();
    const demo = await playDemo(collector, 4);
    run = demo.id;
    await demo.done;
  });
  afterAll(async () => { await collector.stop(); });

  it.each([[360, 740], [820, 1180]])('every control is large enough for a finger, and nothing is wider than the window: %i × %i', async (width, height) => {
    const visitor = await visit(collector.page, { width, height, touch: true });
    const { page } = visitor;
    const open = async (path: string) => {
      await page.goto(collector.page + path);
      await page.locator('.connection-live').waitFor();
    };
    const fits = async (what: string) => {
      expect(await small(page), what).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(width);
    };
    await open('/');
    await page.getByRole('link', { name: /completed/ }).waitFor();
    await fits('the list');
    await page.getByRole('checkbox').first().tap();
    await page.getByRole('link', { name: 'Compare', exact: true }).or(page.getByText('One execution is marked.')).first().waitFor();
    await fits('the list, with a mark');

    await open(`/executions/${run}`);
    await page.getByRole('treeitem', { name: /^Post to chat/ }).waitFor();
    await fits('the trace');
    expect(await page.getByRole('searchbox').getAttribute('placeholder'), 'no key is named where there are none').toBe('Search spans and messages');
    await page.getByRole('treeitem', { name: /^chat gpt-4o-mini/ }).first().tap();
    await page.getByText('Sort by urgency').first().waitFor();
    await fits('a span');

    await open(`/executions/${run}?view=transcript`);
    await page.getByRole('article').first().waitFor();
    await fits('the transcript');
    await open(`/executions/${run}?view=tokens`);
    await page.getByRole('heading', { name: 'Tokens by node' }).waitFor();
    await fits('tokens & cost');
    await open(`/compare?a=${run}&b=${run}`);
    await page.getByRole('treeitem').first().waitFor();
    await fits('the comparison');
    const overall = page.getByRole('region', { name: 'Both runs as a whole' });
    expect(await overall.evaluate((e) => e.scrollWidth - e.clientWidth), 'how far the figures of both scroll sideways').toBe(0);
    expect(await overall.getByRole('rowheader').count(), 'figures below each other where there is no room').toBe(width < 560 ? 6 : 3);
    await visitor.leave();
  });
});
