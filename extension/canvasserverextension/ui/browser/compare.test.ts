import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { show } from './album';
import { bringAxe } from './axe';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { visit } from './visitor';

const now = Date.now() - 60_000;
const hex = (n: number) => n.toString(16).padStart(16, '0');

interface Run { readonly id: string; readonly digits: string; readonly workflow: string }

const first: Run = { id: 'run-first', digits: 'c1', workflow: 'digest' };
const second: Run = { id: 'run-second', digits: 'c2', workflow: 'digest' };
const running: Run = { id: 'run-now', digits: 'c3', workflow: 'digest' };
const elsewhere: Run = { id: 'run-elsewhere', digits: 'c4', workflow: 'invoices' };

type More = Pick<OtlpSpan, 'events' | 'status'> & { readonly attributes?: NonNullable<OtlpSpan['attributes']>; readonly open?: boolean };

function span(run: Run, id: number, parent: number, name: string, [from, to]: readonly [number, number], { attributes = [], open = false, ...more }: More = {}): OtlpSpan {
  return {
    traceId: run.digits.repeat(16), spanId: hex(id), ...(parent === 0 ? {} : { parentSpanId: hex(parent) }), name,
    startTimeUnixNano: `${now + from}000000`, endTimeUnixNano: open ? '0' : `${now + to}000000`, ...more,
    attributes: [attribute('orcheo.execution.id', run.id), attribute('orcheo.workflow.id', run.workflow), ...attributes],
  };
}

function call(run: Run, id: number, parent: number, model: string, times: readonly [number, number], input: number, answer: string): OtlpSpan {
  return span(run, id, parent, `chat ${model}`, times, {
    attributes: [
      attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', model), { key: 'gen_ai.usage.input_tokens', value: { intValue: String(input) } },
      { key: 'gen_ai.usage.output_tokens', value: { intValue: '10' } },
    ],
    events: [{ name: 'response', timeUnixNano: `${now + times[1]}000000`, attributes: [attribute('preview', answer)] }],
  });
}

const finished = (run: Run): OtlpSpan => span(run, 1, 0, 'workflow.execution', [0, 9000]);

const runs: readonly OtlpSpan[] = [
  finished(first), span(first, 2, 1, 'plan', [0, 2000]), call(first, 3, 2, 'house-small', [500, 1500], 100, 'Plan: read it.'),
  span(first, 4, 1, 'answer', [2000, 6000]), span(first, 5, 1, 'check', [6000, 7000]),
  finished(second), span(second, 2, 1, 'plan', [0, 5000]), call(second, 3, 2, 'house-large', [500, 4500], 250, '<b>Plan</b>: ask first.'),
  span(second, 4, 1, 'answer', [5000, 6000], { status: { code: 2, message: 'no key' } }), span(second, 5, 1, 'publish', [6000, 7000]), span(second, 6, 1, 'publish', [7000, 8000]),
];

/** labels are what the rows say to somebody who does not see them. */
const labels = (page: Page) => page.getByRole('treeitem').evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));

describe('two executions side by side', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector, runs);
  });
  afterAll(async () => { await collector.stop(); });

  const open = async (page: Page, search: string) => {
    await page.goto(`${collector.page}/compare?${search}`);
    await page.getByRole('treeitem').first().waitFor();
  };

  it('show the same steps beside each other, with what the second is beside the first', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, 'a=run-first&b=run-second');
    await expect.poll(() => labels(page)).toEqual([
      'workflow.execution, Workflow, A ok 9.00 s, B ok 9.00 s, Tokens: 150 more, 2.4 times as much',
      'plan, Span, A ok 2.00 s, B ok 5.00 s, Duration: 3.00 s longer, 2.5 times as much, Tokens: 150 more, 2.4 times as much',
      'chat house-small, Model call, A ok 1.00 s, B ok 4.00 s, Duration: 3.00 s longer, 4.0 times as much, Tokens: 150 more, 2.4 times as much',
      'answer, Span, A ok 4.00 s, B error 1.00 s, Duration: 3.00 s shorter, 0.25 times as much',
      'publish, Span, not in A, B ok 1.00 s', 'publish, Span, not in A, B ok 1.00 s',
      'check, Span, A ok 1.00 s, not in B',
    ]);
    await page.getByText('4 steps in both, 1 only in A, 2 only in B.').waitFor();
    const whole = page.getByRole('region', { name: 'Both runs as a whole' });
    expect(await whole.getByRole('row', { name: /^A/ }).getByRole('cell').allTextContents()).toEqual(['9.00 s', '5', '0', '100', '10', '–']);
    expect(await whole.getByRole('row', { name: /^B beside A/ }).getByRole('cell').allTextContents()).toEqual(['same', '+1 1.2×', '+1 ', '+150 2.5×', 'same', '']);

    await page.getByRole('link', { name: 'Only differences' }).click();
    await expect.poll(async () => (await labels(page)).map((l) => l.split(', ')[0])).toEqual(['workflow.execution', 'answer', 'publish', 'publish', 'check']);
    expect(page.url()).toContain('show=differences');

    // The other way round it says the opposite.
    await page.getByRole('link', { name: 'Swap A and B' }).click();
    await expect.poll(async () => (await labels(page)).find((l) => l.startsWith('answer'))).toBe('answer, Span, A error 1.00 s, B ok 4.00 s, Duration: 3.00 s longer, 4.0 times as much');
    await visitor.leave();
  });

  it('show what was said in a step on both sides as text, at an address of its own, and the attributes that differ', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, 'a=run-first&b=run-second');
    await page.getByRole('tree').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) {
      await page.keyboard.press(key);
    }
    await page.locator('.step h2', { hasText: 'chat house-small' }).waitFor();
    expect(page.url()).toContain(`step=a.${'c1'.repeat(16)}.${hex(3)}`);
    await page.reload();
    const side = (letter: string) => page.locator('.step').getByRole('region', { name: `The step in ${letter}` });
    expect(await side('A').locator('.message').textContent()).toContain('Plan: read it.');
    expect(await side('B').locator('.message').textContent()).toContain('<b>Plan</b>: ask first.');
    expect(await page.locator('.unlike tr', { hasText: 'gen_ai.request.model' }).locator('td').allTextContents()).toEqual(['house-small', 'house-large']);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.step').count()).toBe(0);
    await page.getByRole('tree').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => labels(page)).toHaveLength(1);
    await visitor.leave();
  });

  it('follow one that runs beside one that is finished', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    // Its call came first, the spans above it have not ended yet.
    await sendSpans(collector, [call(running, 3, 2, 'house-small', [500, 1500], 100, 'Plan: read it.')]);
    await open(page, 'a=run-first&b=run-now');
    await page.getByText('B still runs.').waitFor();
    await expect.poll(() => labels(page)).toEqual([
      'workflow.execution, Workflow, A ok 9.00 s, not yet in B',
      'plan, Span, A ok 2.00 s, B not received',
      'chat house-small, Model call, A ok 1.00 s, B ok 1.00 s',
      'answer, Span, A ok 4.00 s, not yet in B', 'check, Span, A ok 1.00 s, not yet in B',
    ]);
    await sendSpans(collector, [span(running, 1, 0, 'workflow.execution', [0, 0], { open: true }), span(running, 2, 1, 'plan', [0, 3000])]);
    await expect.poll(async () => (await labels(page))[1]).toBe('plan, Span, A ok 2.00 s, B ok 3.00 s, Duration: 1.00 s longer, 1.5 times as much');
    await expect.poll(async () => (await labels(page))[0]).toMatch(/^workflow.execution, Workflow, A ok 9.00 s, B running [1-9]/);
    const grown = (await labels(page))[0];
    await expect.poll(async () => (await labels(page))[0]).not.toBe(grown);
    await sendSpans(collector, [finished(running), span(running, 4, 1, 'answer', [3000, 6000])]);
    await expect.poll(async () => (await labels(page))[3]).toBe('answer, Span, A ok 4.00 s, B ok 3.00 s, Duration: 1.00 s shorter, 0.75 times as much');
    await expect.poll(async () => (await labels(page)).at(-1)).toBe('check, Span, A ok 1.00 s, not in B');
    expect(await page.getByText('B still runs.').count()).toBe(0);
    await visitor.leave();
  });

  it('are chosen among the recent executions of the same workflow', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await sendSpans(collector, [finished(elsewhere)]);
    await page.goto(`${collector.page}/executions/run-first`);
    await page.getByRole('link', { name: 'Compare with…' }).click();
    await page.getByText('Recent executions of digest').waitFor();
    const choices = page.locator('.picker-row');
    await expect.poll(async () => (await choices.allTextContents()).join('\n')).toContain('run-second');
    expect((await choices.allTextContents()).join('\n')).not.toContain('run-elsewhere');
    await page.getByRole('checkbox', { name: 'Show those of all workflows' }).check();
    await page.getByRole('searchbox').fill('elsewhere');
    await expect.poll(() => choices.count()).toBe(1);
    await choices.click();
    await page.getByText('These are runs of different workflows.').waitFor();
    await page.getByText('A is of digest, B of invoices.').waitFor();
    await page.getByRole('link', { name: 'change B: choose another execution' }).click();
    await page.getByRole('heading', { name: 'Choose the execution for B' }).waitFor();
    await visitor.leave();
  });

  it('say so where one of them is not known, or is the other', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, 'a=run-first&b=run-nobody-knows');
    await page.getByText('Nothing has arrived for B yet.').waitFor();
    await expect.poll(async () => (await labels(page))[0]).toBe('workflow.execution, Workflow, A ok 9.00 s, not yet in B');
    await open(page, 'a=run-first&b=run-first');
    await page.getByText('Both sides are the same execution.').waitFor();
    await page.goto(`${collector.page}/compare`);
    await page.getByRole('heading', { name: 'Which executions?' }).waitFor();
    await visitor.leave();
  });

  it('say so where the server no longer holds one of them, or never held the whole of it', async () => {
    const small = await startCollector('exporters: {canvastrace: {retention: {ttl: 8s, max_execution_spans: 3}}}');
    await sendSpans(small, runs.filter((s) => s.traceId === first.digits.repeat(16)));
    const gone = async () => (await (await fetch(`${small.page}/api/executions/run-first/trace`)).json() as { execution: { complete_reason: string | null } }).execution.complete_reason;
    await expect.poll(gone).toBe('evicted');
    await sendSpans(small, runs.filter((s) => s.traceId === second.digits.repeat(16)));
    const visitor = await visit(small.page);
    const { page } = visitor;
    await page.goto(`${small.page}/compare?a=run-first&b=run-second`);
    await page.getByText('The spans of A are gone.').waitFor();
    await page.getByText('B is not whole.').waitFor();
    await page.getByText('3 spans of it were beyond the limits of the server').waitFor();
    // What was read stays for as long as the page does.
    await page.getByText('The spans of B are gone.').waitFor();
    await page.getByText('What you see is what this page had read').waitFor();
    expect(await labels(page)).toHaveLength(3);
    await visitor.leave();
    await small.stop();
  });

  it('draw only the rows in the window, however many there are', async () => {
    const many = (run: Run) => Array.from({ length: 3000 }, (_, i) => span(run, i + 1, i === 0 ? 0 : Math.floor((i - 1) / 20) + 1, `step ${i}`, [i, i + 100]));
    for (const run of [{ id: 'run-large-a', digits: 'd1', workflow: 'large' }, { id: 'run-large-b', digits: 'd2', workflow: 'large' }]) {
      for (let all = many(run), i = 0; i < all.length; i += 1000) {
        await sendSpans(collector, all.slice(i, i + 1000));
      }
    }
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, 'a=run-large-a&b=run-large-b');
    await page.getByText('3,000 steps in both, 0 only in A, 0 only in B.').waitFor();
    await page.getByRole('tree').focus();
    await page.keyboard.press('End');
    await expect.poll(async () => (await labels(page)).at(-1)).toMatch(/^step \d+/);
    expect((await labels(page)).length).toBeLessThan(80);
    await visitor.leave();
  });

  it('are whole and without barriers in either theme, wide and narrow', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await bringAxe(visitor.context);
    await open(page, 'a=run-first&b=run-second');
    await expect.poll(() => labels(page)).toHaveLength(7);
    await show(page, 'compare');
    await page.getByRole('treeitem', { name: /^chat/ }).click();
    await page.locator('.step h2').waitFor();
    await show(page, 'compare-step');
    await page.goto(`${collector.page}/compare?a=run-first`);
    await page.locator('.picker-row').first().waitFor();
    await show(page, 'compare-choice');
    await open(page, 'a=run-nobody-knows&b=run-elsewhere');
    await page.getByText('Nothing has arrived for A yet.').waitFor();
    await show(page, 'compare-unknown');
    await visitor.leave();
  }, 150_000);
});
