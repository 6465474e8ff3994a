import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute, family, sendSpans, startCollector, type Collector } from './collector';
import { rows, visit } from './visitor';

/** focused is the role, the name and the place of what has the keyboard, and whether a reader can see that. */
function focused(page: Page): Promise<{ tag: string; name: string; visible: boolean; ring: boolean }> {
  return page.evaluate(() => {
    const e = document.activeElement ?? document.body;
    const row = document.getElementById(e.getAttribute('aria-activedescendant') ?? '');
    const style = getComputedStyle(row ?? e);
    const box = (row ?? e).getBoundingClientRect();
    const on = document.elementsFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 40));
    return {
      tag: e.getAttribute('role') ?? e.localName,
      name: e.getAttribute('aria-label') ?? (e as HTMLElement).innerText.trim().slice(0, 90),
      visible: box.width > 0 && box.height > 0 && on.some((o) => e.contains(o) || o.contains(e)),
      ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
    };
  });
}

/** walk presses Tab until the keyboard is somewhere, and returns what it passed; each of these must be seen to have the focus. */
async function walk(page: Page, to: RegExp, key = 'Tab'): Promise<string[]> {
  const passed: string[] = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press(key);
    const at = await focused(page);
    passed.push(`${at.tag}: ${at.name}`);
    expect(at, `after ${passed.join(' → ')}`).toMatchObject({ visible: true, ring: true });
    if (to.test(passed.at(-1) ?? '')) {
      return passed;
    }
  }
  throw new Error(`no ${String(to)} on the way: ${passed.join(' → ')}`);
}

const place = async (page: Page) => { const { tag, name } = await focused(page); return `${tag}: ${name}`; };

describe('with the keyboard alone', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    const [root, first, ...rest] = family('ab');
    const message = (role: string, preview: string) => ({ name: 'message', timeUnixNano: `${Date.now() - 750}000000`, attributes: [attribute('role', role), attribute('preview', preview)] });
    if (root !== undefined && first !== undefined) {
      await sendSpans(collector, [root, {
        ...first, attributes: [attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', 'small')],
        events: [message('user', 'why?'), message('assistant', 'because')], status: { code: 2, message: 'it broke' },
      }, ...rest]);
    }
  });
  afterAll(async () => { await collector.stop(); });

  it.each([['wide', 1280], ['narrow', 360]] as const)('one comes from the list into a span and back, in a %s window', async (_, width) => {
    const visitor = await visit(collector.page, { width, height: 800 });
    const { page } = visitor;
    await page.goto(collector.page);
    await page.getByRole('link', { name: /^root/ }).waitFor();
    await walk(page, /^a: root/);
    await page.keyboard.press('Enter');
    await page.getByRole('treeitem').nth(3).waitFor();
    expect((await place(page)).startsWith('body')).toBe(false);

    await walk(page, /^tree: /);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'inside' }).waitFor();
    const inDetail = await walk(page, /Close the span/);
    expect(inDetail.length).toBeLessThan(4);
    await page.keyboard.press('Enter');
    await expect.poll(() => place(page)).toBe('tree: Span tree');

    // Escape does the same from inside the span, and from the tree.
    await page.keyboard.press('Enter');
    await walk(page, /Close the span/);
    await page.keyboard.press('Escape');
    await expect.poll(() => place(page)).toBe('tree: Span tree');
    expect(page.url()).not.toContain('span=');

    await walk(page, /^a: Executions/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Executions' }).waitFor();
    await expect.poll(() => place(page)).toMatch(/^a: root/);
    await visitor.leave();
  });

  it('every control of a run is reached, and each shows that it has the focus', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'ab'.repeat(16)}?span=${'2'.padStart(16, '0')}&q=first`);
    await page.getByRole('heading', { name: 'first' }).waitFor();
    await page.getByRole('button', { name: 'Next match' }).waitFor();
    const passed = (await walk(page, /Raw JSON/)).join('\n');
    for (const control of ['a: Executions', 'button: Live', 'Copy the execution id', '1 error', 'tab: Trace', 'Search in this execution', 'Previous match', 'Next match', 'Export', 'Keys', 'tree: ', 'Close the span', 'Copy the span id', 'Attributes']) {
      expect(passed).toContain(control);
    }
    await visitor.leave();
  });

  it('the views are tabs: arrows go from one to the next, Enter and Space show it', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'ab'.repeat(16)}`);
    await page.getByRole('treeitem').first().waitFor();
    await walk(page, /^tab: Trace/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => place(page)).toBe('tab: Transcript');
    expect(page.url()).not.toContain('view=');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('tab', { selected: true }).textContent()).toBe('Transcript');
    await page.getByRole('region', { name: 'Transcript' }).waitFor();
    expect(await page.getByRole('tabpanel').getAttribute('id')).toBe(await page.getByRole('tab', { selected: true }).getAttribute('aria-controls'));
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => place(page)).toBe('tab: Tokens & cost');
    await page.keyboard.press(' ');
    await expect.poll(() => page.url()).toContain('view=tokens');
    expect(await place(page)).toBe('tab: Tokens & cost');
    await page.goBack();
    await page.getByRole('tab', { name: 'Transcript', selected: true }).waitFor();
    await page.goBack();
    await page.getByRole('tab', { name: 'Trace', selected: true }).waitFor();
    await visitor.leave();
  });

  it('what opens over the page keeps the keyboard, and gives it back', async () => {
    const visitor = await visit(collector.page);
    const { page, context } = visitor;
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: collector.page });
    await page.goto(`${collector.page}/executions/${'ab'.repeat(16)}`);
    await page.getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').focus();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    }
    await page.keyboard.press('2');
    expect(page.url()).not.toContain('view=');
    await page.keyboard.press('Escape');
    await expect.poll(() => place(page)).toBe('tree: Span tree');
    expect(await help.count()).toBe(0);

    await page.getByRole('button', { name: 'Keys' }).focus();
    await page.keyboard.press('Enter');
    await help.waitFor();
    await help.getByRole('button', { name: 'Close the help' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => place(page)).toBe('button: Keys');
    expect(await help.count()).toBe(0);

    await page.getByRole('button', { name: 'Export' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: /^Download OTLP/ }).waitFor();
    await expect.poll(() => place(page)).toMatch(/^menuitem: Download OTLP JSON/);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => place(page)).toBe('menuitem: Copy Markdown for an issue');
    await page.keyboard.press('Enter');
    await expect.poll(() => place(page)).toMatch(/^menuitem: Copy Markdown for an issue\s+a report in Markdown copied/);
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('it broke');
    await page.keyboard.press('Escape');
    await expect.poll(() => place(page)).toBe('button: Export');
    expect(await page.getByRole('menu').count()).toBe(0);

    // Out of the search, into what was searched.
    await page.keyboard.press('/');
    expect(await place(page)).toMatch(/Search in this execution/);
    await page.keyboard.type('first');
    await page.keyboard.press('Escape');
    expect(await place(page)).toBe('tree: Span tree');
    await visitor.leave();
  });

  it('what explains a word is shown to whoever comes to it, and goes with Escape', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'ab'.repeat(16)}?span=${'2'.padStart(16, '0')}`);
    await page.getByRole('heading', { name: 'first' }).waitFor();
    await walk(page, /^button: Live/);
    await expect.poll(() => page.getByRole('tooltip').textContent()).toContain('a late span would still appear');
    await page.keyboard.press('Escape');
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    expect(page.url()).toContain('span=');
    await visitor.leave();
  });

  it('keys of a single character can be turned off, and stay off in this browser', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'ab'.repeat(16)}`);
    await page.getByRole('treeitem').first().waitFor();
    await page.keyboard.press('?');
    const single = page.getByRole('switch', { name: /^Keys of a single character/ });
    await single.focus();
    await page.keyboard.press(' ');
    expect(await single.isChecked()).toBe(false);
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').focus();
    for (const key of ['e', '2', '?', '/']) {
      await page.keyboard.press(key);
    }
    expect(page.url()).toBe(`${collector.page}/executions/${'ab'.repeat(16)}`);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await place(page)).toBe('tree: Span tree');

    await page.getByRole('button', { name: 'Keys' }).click();
    await single.click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'first' }).waitFor();
    expect(await rows(page)).toHaveLength(4);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    await visitor.leave();
  });
});
