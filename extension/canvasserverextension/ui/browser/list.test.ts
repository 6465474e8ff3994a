import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers, bringAxe } from './axe';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { visit } from './visitor';

const pictures = process.env['CANVAS_LIST_PICTURES'];

/** Run is an execution of two spans: its root, and a call of a model. */
interface Run {
  readonly id: string;
  readonly workflow?: string;
  readonly runName?: string;
  readonly rootName?: string;
  readonly model?: string;
  readonly tokens?: number;
  /** seconds is how long it took; open: it still runs. */
  readonly seconds?: number;
  readonly minutesAgo?: number;
  readonly open?: boolean;
  readonly failed?: string;
}

let traces = 0;

function spansOf(r: Run): OtlpSpan[] {
  const traceId = (++traces).toString(16).padStart(32, '0');
  const start = Date.now() - (r.minutesAgo ?? 0) * 60_000 - (r.seconds ?? 1) * 1000;
  const end = r.open === true ? '0' : `${start + (r.seconds ?? 1) * 1000}000000`;
  const count = (key: string, n: number) => ({ key, value: { intValue: String(n) } });
  return [
    {
      traceId, spanId: '1'.padStart(16, '0'), name: r.rootName ?? 'workflow.execution', startTimeUnixNano: `${start}000000`, endTimeUnixNano: end,
      attributes: [
        attribute('orcheo.execution.id', r.id), ...(r.workflow === undefined ? [] : [attribute('orcheo.workflow.id', r.workflow)]),
        ...(r.runName === undefined ? [] : [attribute('orcheo.execution.run_name', r.runName)]),
      ],
      ...(r.failed === undefined ? {} : { status: { code: 2, message: r.failed } }),
    },
    {
      traceId, spanId: '2'.padStart(16, '0'), parentSpanId: '1'.padStart(16, '0'), name: 'chat', startTimeUnixNano: `${start + 1}000000`, endTimeUnixNano: `${start + 500}000000`,
      attributes: [
        attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', r.model ?? 'gpt-4o-mini'),
        count('gen_ai.usage.input_tokens', r.tokens ?? 900), count('gen_ai.usage.output_tokens', 100),
      ],
    },
  ];
}

async function send(c: Collector, ...runs: readonly Run[]): Promise<void> {
  for (let i = 0; i < runs.length; i += 200) {
    await sendSpans(c, runs.slice(i, i + 200).flatMap(spansOf));
  }
}

/** listed are the ids of the rows that are drawn, as they stand. */
function listed(page: Page): Promise<string[]> {
  return page.locator('.execution').evaluateAll((all) => all
    .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex'))).map((row) => row.getAttribute('data-id') ?? ''));
}

/** keyboardOn is the id of the row that has the keyboard; empty where none has. */
function keyboardOn(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.closest('[data-id]')?.getAttribute('data-id') ?? '');
}

const picture = async (page: Page, name: string) => {
  if (pictures !== undefined) {
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
};

/** noBarriers has axe look at the list in both themes. */
const noBarriers = async (page: Page) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
  }
};

const search = (page: Page) => page.getByRole('searchbox');
const status = (page: Page, name: string) => page.getByRole('group', { name: 'Status' }).getByRole('button', { name });

describe('the list of executions', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    await send(
      collector,
      { id: 'run-import', workflow: 'wf-import', runName: 'Nightly import', model: 'gpt-4o', minutesAgo: 300 },
      { id: 'run-triage', workflow: 'wf-support', runName: 'Ticket triage', failed: 'the mailbox did not answer', minutesAgo: 30 },
      { id: 'run-digest', workflow: 'wf-support', runName: 'Support digest', seconds: 400, tokens: 250_000, model: 'gpt-4o' },
      { id: 'run-agent', rootName: 'invoke_agent planner', model: 'claude-sonnet-4' },
      { id: 'run-live', workflow: 'wf-import', runName: 'Import of today', open: true },
    );
  });
  afterAll(async () => { await collector.stop(); });

  it('says of each what there is to know, and marks what is slow or large with a word', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page);
    await expect.poll(async () => (await listed(page)).length).toBe(5);
    const cells = (id: string) => page.locator(`[data-id="${id}"]`).getByRole('cell').allTextContents();
    await page.getByRole('link', { name: 'Nightly import, completed' }).waitFor();
    expect((await cells('run-triage')).slice(1)).toMatchObject([
      /^error/, /^Ticket triage.*run-triage.*the mailbox did not answer$/, /^wf-support$/, /\d/, /^1.00 s$/, /^2$/, /^1$/, /^900 \/ 100$/, /./,
    ].map((pattern) => expect.stringMatching(pattern) as unknown));
    expect(await page.getByRole('link', { name: /^invoke_agent planner run-agent, / }).count()).toBe(1);
    const digest = (await cells('run-digest')).join('|');
    expect(digest).toContain('6 m 40 sslow');
    expect(digest).toContain('250,000 / 100many tokens');
    const duration = () => page.locator('[data-id="run-live"] [data-label="Duration"]').textContent();
    const before = await duration();
    await expect.poll(duration).not.toBe(before);
    await picture(page, 'list-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'list-dark');
    await visitor.leave();
  });

  it('is filtered by every part of the filter, which the address holds', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page);
    const fits = (...ids: string[]) => expect.poll(async () => (await listed(page)).sort()).toEqual(ids.sort());
    const address = () => new URL(page.url()).search;
    await fits('run-import', 'run-triage', 'run-digest', 'run-agent', 'run-live');

    await status(page, 'error').click();
    await fits('run-triage');
    await status(page, 'running').click();
    await fits('run-triage', 'run-live');
    expect(address()).toBe('?status=running%2Cerror');
    await page.getByRole('button', { name: 'Remove the filter status: running, error' }).click();
    await fits('run-import', 'run-triage', 'run-digest', 'run-agent', 'run-live');

    await page.getByRole('combobox', { name: 'Workflow' }).fill('wf-import');
    await fits('run-import', 'run-live');
    await page.getByRole('combobox', { name: 'Model' }).fill('gpt-4o');
    await fits('run-import');
    expect(address()).toBe('?workflow=wf-import&model=gpt-4o');
    await page.getByRole('combobox', { name: 'Started' }).selectOption('last hour');
    await page.getByRole('heading', { name: 'Nothing fits this filter' }).waitFor();
    await picture(page, 'list-nothing');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    expect(address()).toBe('');

    await page.getByRole('combobox', { name: 'Started' }).selectOption('last hour');
    await fits('run-triage', 'run-digest', 'run-agent', 'run-live');
    await page.getByRole('combobox', { name: 'Started' }).selectOption('last 15 minutes');
    await fits('run-digest', 'run-agent', 'run-live');
    await page.goBack();
    await fits('run-triage', 'run-digest', 'run-agent', 'run-live');
    await page.getByRole('combobox', { name: 'Started' }).selectOption('from … to …');
    const localMinute = (minutesAgo: number) => page.evaluate((ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16), Date.now() - minutesAgo * 60_000);
    await page.getByLabel('From', { exact: true }).fill(await localMinute(60));
    await page.getByLabel('To', { exact: true }).fill(await localMinute(20));
    await fits('run-triage');
    await page.getByRole('button', { name: 'Clear all' }).click();

    await search(page).fill('PLANNER');
    await fits('run-agent');
    await page.reload();
    await fits('run-agent');
    expect(await search(page).inputValue()).toBe('PLANNER');
    await page.goto(`${collector.page}/?status=completed&workflow=wf-support&model=GPT-4O&started=1h`);
    await fits('run-digest');
    expect(await page.locator('.chip').allTextContents()).toEqual(['status: completed', 'workflow: wf-support', 'model: GPT-4O', 'started: last hour']);
    await visitor.leave();
  });

  it('has what comes to fit a filter, and lets go of what fits no more, by itself', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/?q=comes&status=running`);
    await page.getByRole('heading', { name: 'Nothing fits this filter' }).waitFor();
    const [root, call] = spansOf({ id: 'run-comes', open: true });
    if (root === undefined || call === undefined) {
      throw new Error('a run has two spans');
    }
    await sendSpans(collector, [root, call]);
    await expect.poll(() => listed(page)).toEqual(['run-comes']);
    await sendSpans(collector, [{ ...root, endTimeUnixNano: `${Date.now()}000000` }]);
    await page.getByRole('heading', { name: 'Nothing fits this filter' }).waitFor();
    await visitor.leave();
  });

  it('is walked with the keyboard alone, and found again after Back', async () => {
    await send(collector, ...Array.from({ length: 60 }, (_, i) => ({ id: `walk-${i}`, workflow: 'wf-walk', minutesAgo: i })));
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await bringAxe(visitor.context);
    await page.goto(`${collector.page}/?workflow=wf-walk`);
    await expect.poll(async () => (await listed(page)).length).toBeGreaterThan(5);
    const key = (...keys: string[]) => keys.reduce((before, k) => before.then(() => page.keyboard.press(k)), Promise.resolve());
    await key('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    await page.keyboard.type('walk');
    expect(page.url()).toContain('q=walk');
    await key('Escape');
    expect(page.url()).not.toContain('q=');
    await key('Escape');
    await expect.poll(() => keyboardOn(page)).toBe('walk-0');
    await key('j', 'j', 'ArrowDown', 'k');
    await expect.poll(() => keyboardOn(page)).toBe('walk-2');
    await key('End');
    await expect.poll(() => keyboardOn(page)).toBe('walk-59');
    await key('Home');
    await expect.poll(() => keyboardOn(page)).toBe('walk-0');
    await key(...Array.from({ length: 30 }, () => 'j'));
    await expect.poll(() => keyboardOn(page)).toBe('walk-30');
    const place = () => page.locator('[data-id="walk-30"]').evaluate((row) => Math.round(row.getBoundingClientRect().top));
    const at = await place();
    await key('Enter');
    await page.waitForURL(/executions\/walk-30$/);

    await send(collector, { id: 'walk-new', workflow: 'wf-walk' });
    await page.goBack();
    await expect.poll(() => keyboardOn(page)).toBe('walk-30');
    expect(Math.abs(await place() - at)).toBeLessThan(4);
    await page.getByRole('button', { name: '1 newer execution: show' }).waitFor();
    await picture(page, 'list-news');
    await noBarriers(page);
    expect(Math.abs(await place() - at)).toBeLessThan(4);
    await key('.');
    await expect.poll(async () => (await listed(page))[0]).toBe('walk-new');

    await key('?');
    await page.getByRole('heading', { name: 'In the list of executions' }).waitFor();
    await key('Escape');
    await key('Escape');
    expect(new URL(page.url()).search).toBe('');
    await visitor.leave();
  });

  it('marks two executions for a comparison', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await bringAxe(visitor.context);
    await page.goto(`${collector.page}/?workflow=wf-support`);
    await expect.poll(async () => (await listed(page)).length).toBe(2);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('One execution is marked.').waitFor();
    await page.getByRole('checkbox', { checked: false }).check();
    const link = page.getByRole('link', { name: 'Compare', exact: true });
    expect(await link.getAttribute('href')).toBe('compare?a=run-triage&b=run-digest');
    await picture(page, 'list-compare');
    await noBarriers(page);
    await page.keyboard.press('Escape');
    expect(await link.count()).toBe(0);
    await visitor.leave();
  });

  it('moves no row under a mouse, and shows what is new when it is asked', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await send(collector, { id: 'still-1', workflow: 'wf-still' }, { id: 'still-2', workflow: 'wf-still' });
    await page.goto(`${collector.page}/?workflow=wf-still`);
    await expect.poll(async () => (await listed(page)).length).toBe(2);
    const before = await listed(page);
    await page.locator('.execution').last().hover();
    await send(collector, { id: 'still-3', workflow: 'wf-still' });
    await page.getByRole('button', { name: '1 newer execution: show' }).waitFor();
    expect(await listed(page)).toEqual(before);
    await page.mouse.move(0, 0);
    await expect.poll(() => listed(page)).toEqual(['still-3', ...before]);
    await visitor.leave();
  });

  it('draws only the rows in the window, of thousands that it reads by and by', async () => {
    await send(collector, ...Array.from({ length: 1500 }, (_, i) => ({ id: `many-${i}`, workflow: 'wf-many' })));
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/?workflow=wf-many`);
    await page.getByText('200 executions loaded, there are more').waitFor();
    await page.getByRole('link').first().waitFor();
    await page.keyboard.press('j');
    await expect.poll(async () => {
      await page.keyboard.press('End');
      return page.locator('.list-tools [role="status"]').textContent();
    }, { timeout: 30_000 }).toBe('1,500 executions');
    await page.getByText('The first 200 are live.').waitFor();
    expect((await listed(page)).length).toBeLessThan(60);
    expect(new Set(await listed(page)).size).toBe((await listed(page)).length);
    await picture(page, 'list-many');
    await visitor.leave();
  });

  it('reads older ones again, which are not live', async () => {
    await send(collector, ...Array.from({ length: 230 }, (_, i) => ({ id: `again-${i}`, workflow: 'wf-again' })));
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/?workflow=wf-again`);
    const count = () => page.locator('.list-tools [role="status"]').textContent();
    await expect.poll(count).toMatch(/there are more/);
    await page.keyboard.press('j');
    await expect.poll(async () => {
      await page.keyboard.press('End');
      return count();
    }).toBe('230 executions');
    const asOf = () => page.getByText('The first 200 are live.').textContent();
    const before = await asOf();
    await expect.poll(asOf, { timeout: 45_000, interval: 500 }).not.toBe(before);
    expect(await count()).toBe('230 executions');
    await visitor.leave();
  });

  it.each([['light', 360], ['dark', 360], ['light', 768]] as const)('fits in a %s window of %i pixels', async (scheme, width) => {
    const visitor = await visit(collector.page, { width, height: 740, scheme });
    const { page } = visitor;
    await page.goto(`${collector.page}/?workflow=wf-support&status=completed,error`);
    await expect.poll(async () => (await listed(page)).length).toBe(2);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await page.locator('.list-page').evaluate((list) => list.scrollWidth - list.clientWidth)).toBeLessThanOrEqual(0);
    await page.getByRole('checkbox').first().check();
    await picture(page, `list-${width}-${scheme}`);
    await visitor.leave();
  });
});
