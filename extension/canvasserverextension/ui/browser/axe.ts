import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

/**
 * bringAxe has axe-core in every page that this browser opens from now on. An init script is no script of the page: its policy stays as it
 * is, and forbids axe what it forbids everybody.
 */
export async function bringAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: axe.source });
}

// A row of the tree or of the chart is named after its span or bar, and its label begins with that name. What stands beside it are columns; axe
// takes all of it for what somebody would say to choose the row (WCAG 2.5.3). That labels begin with what is shown is looked at below.
const rows = '[role="treeitem"], .bar-row';
const rules = { 'label-content-name-mismatch': { selector: `:not(${rows})` } };

/** barriers lists what axe finds in the page as it is now: the rule, the element, and what is wrong. */
export async function barriers(page: Page): Promise<string[]> {
  const found = await page.evaluate(async (own) => {
    const { axe: run } = window as unknown as { readonly axe: typeof import('axe-core') };
    run.configure({ rules: own });
    const { violations } = await run.run(document, { preload: false, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary, html }) => ({ target: target.join(' '), failureSummary, html })) }));
  }, Object.entries(rules).map(([id, rule]) => ({ id, ...rule })));
  const misnamed = await page.locator(rows).evaluateAll((all) => all.map((row) => [row.getAttribute('aria-label') ?? '', row.querySelector('.name, .bar-name')?.textContent ?? ''] as const)
    .filter(([label, name]) => !label.startsWith(name.slice(0, 100))).map(([label, name]) => `the row of ${name} is labelled ${label}`));
  return [...misnamed, ...found.flatMap(({ id, nodes }) => nodes.slice(0, 5).map((n) => `${id}: ${n.target} ${n.html.slice(0, 160)} (${n.failureSummary ?? ''})`))];
}
