import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { show } from './album';
import { bringAxe } from './axe';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { rows, visit } from './visitor';

const origin = Math.floor(Date.now() / 1000) * 1000 - 60_000;
const hex = (n: number) => n.toString(16).padStart(16, '0');

/** span begins and ends at milliseconds after the run's beginning. */
function span(run: { readonly id: string; readonly digits: string }, id: number, parent: number, name: string, [from, to]: readonly [number, number], more: Partial<OtlpSpan> = {}): OtlpSpan {
  return {
    traceId: run.digits.repeat(16), spanId: hex(id), ...(parent === 0 ? {} : { parentSpanId: hex(parent) }), name,
    startTimeUnixNano: `${origin + from}000000`, endTimeUnixNano: `${origin + to}000000`, ...more,
    attributes: [attribute('orcheo.execution.id', run.id), ...(more.attributes ?? [])],
  };
}

const run = { id: 'run-replay', digits: 'e1' };
const spans: readonly OtlpSpan[] = [
  span(run, 1, 0, 'workflow.execution', [0, 10_000]),
  span(run, 2, 1, 'plan', [0, 4000]),
  span(run, 3, 2, 'chat house-small', [1000, 3000], {
    attributes: [attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', 'house-small'), { key: 'gen_ai.usage.input_tokens', value: { intValue: '100' } }, { key: 'gen_ai.usage.output_tokens', value: { intValue: '20' } }],
    events: [
      { name: 'prompt', timeUnixNano: `${origin + 1000}000000`, attributes: [attribute('preview', 'What is asked?')] },
      { name: 'response', timeUnixNano: `${origin + 3000}000000`, attributes: [attribute('preview', 'An answer.')] },
    ],
  }),
  span(run, 4, 1, 'answer', [5000, 9000], { status: { code: 2, message: 'no key' } }),
];

/** states are the words of the rows: name and state. */
const states = async (page: Page) => (await rows(page)).map((label) => label.split(', ')).map(([name, , state]) => `${name ?? ''}: ${state ?? ''}`);

describe('the replay of an execution', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector, spans);
  });
  afterAll(async () => { await collector.stop(); });

  const open = async (page: Page, search: string) => {
    await page.goto(`${collector.page}/executions/${run.id}${search}`);
    await page.getByRole('treeitem').first().waitFor();
  };
  const at = (ms: number) => `?at=${origin + ms}`;

  it('shows what had begun and ended at the moment of the address, every row in its place', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, at(2000));
    await expect.poll(() => states(page)).toEqual(['workflow.execution: running', 'plan: running', 'chat house-small: running', 'answer: not yet']);
    const bar = page.getByRole('region', { name: 'Replay' });
    await bar.getByText('Replay, not live').waitFor();
    await bar.getByText('0 ended, 3 running, 1 not yet begun').waitFor();
    await bar.getByText('2.00 s of 10.0 s').waitFor();

    // Step by step: the call ends, the plan ends, the answer begins, it fails, all ends.
    for (const expected of ['chat house-small: ok', 'plan: ok', 'answer: running', 'answer: error', 'workflow.execution: ok']) {
      await bar.getByRole('button', { name: 'To the next change' }).click();
      await expect.poll(() => states(page)).toContain(expected);
    }
    expect(await bar.getByRole('button', { name: 'To the next change' }).isDisabled()).toBe(true);
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toBe(String(origin + 10_000));
    await bar.getByRole('button', { name: 'Back to live' }).click();
    await expect.poll(() => bar.count()).toBe(0);
    expect(page.url()).not.toContain('at=');
    expect(await states(page)).toEqual(['workflow.execution: ok', 'plan: ok', 'chat house-small: ok', 'answer: error']);
    await visitor.leave();
  });

  it('knows at no moment what came after it', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, `${at(2000)}&span=${hex(3)}`);
    const detail = page.locator('.detail');
    await detail.getByText('What is asked?').first().waitFor();
    expect(await detail.getByText('An answer.').count()).toBe(0);
    expect(await page.getByRole('treeitem', { name: /^chat/ }).locator('.row-tokens').textContent()).toBe('');
    await page.getByRole('slider', { name: 'Moment of the replay' }).focus();
    await page.keyboard.press('End');
    await detail.getByText('An answer.').first().waitFor();
    await page.keyboard.press('Home');
    await expect.poll(() => states(page)).toEqual(['workflow.execution: running', 'plan: running', 'chat house-small: not yet', 'answer: not yet']);
    await page.getByText('It has not begun at this moment.').waitFor();
    await page.goto(`${collector.page}/executions/${run.id}${at(2000)}&view=tokens`);
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await page.goto(`${collector.page}/executions/${run.id}${at(4000)}&view=tokens`);
    await page.getByRole('img', { name: 'After a quarter of the run 0, after half of it 0, after three quarters 120, at its end 120.' }).waitFor();
    await page.goto(`${collector.page}/executions/${run.id}${at(5500)}&view=tokens`);
    await page.getByRole('region', { name: 'Figures' }).waitFor();
    expect(await page.getByText('The server counts').count()).toBe(0);
    await visitor.leave();
  });

  it('plays by itself from the beginning to the end, and stops there', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, '');
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('16×');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await expect.poll(() => states(page)).toContain('answer: running');
    await expect.poll(() => states(page)).toEqual(['workflow.execution: ok', 'plan: ok', 'chat house-small: ok', 'answer: error']);
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.goBack();
    await expect.poll(() => page.getByRole('region', { name: 'Replay' }).count()).toBe(0);
    await visitor.leave();
  });

  it('shows the whole run when it starts, whatever part of it was zoomed to', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, `?from=${origin + 5000}&to=${origin + 6000}`);
    const whole = page.getByRole('button', { name: 'Whole run' });
    await expect.poll(() => whole.isEnabled()).toBe(true);
    await page.keyboard.press('r');
    await page.getByRole('region', { name: 'Replay' }).waitFor();
    await expect.poll(() => whole.isDisabled()).toBe(true);
    await page.goBack();
    await expect.poll(() => whole.isEnabled()).toBe(true);
    await visitor.leave();
  });

  it('goes on standing where it is while the run goes on', async () => {
    const open = { id: 'run-open', digits: 'e3' };
    const running = { ...span(open, 1, 0, 'workflow.execution', [0, 0]), endTimeUnixNano: '0' };
    await sendSpans(collector, [running, span(open, 2, 1, 'plan', [0, 4000])]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${open.id}${at(2000)}`);
    await expect.poll(() => states(page)).toEqual(['workflow.execution: running', 'plan: running']);
    await sendSpans(collector, [span(open, 3, 1, 'answer', [5000, 6000])]);
    await expect.poll(() => states(page)).toEqual(['workflow.execution: running', 'plan: running', 'answer: not yet']);
    expect(await page.getByText(/^2\.00 s of /).count()).toBe(1);
    await page.getByRole('button', { name: 'Back to live' }).click();
    await expect.poll(() => states(page)).toEqual(['workflow.execution: running', 'plan: ok', 'answer: ok']);
    await visitor.leave();
  });

  it('is led by keys', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, '');
    await page.keyboard.press('r');
    await page.getByRole('region', { name: 'Replay' }).waitFor();
    await page.keyboard.press(']');
    await expect.poll(() => states(page)).toEqual(['workflow.execution: running', 'plan: running', 'chat house-small: running', 'answer: not yet']);
    await page.keyboard.press('[');
    await expect.poll(() => states(page)).toContain('chat house-small: not yet');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.keyboard.press('r');
    await expect.poll(() => page.getByRole('region', { name: 'Replay' }).count()).toBe(0);
    await visitor.leave();
  });

  it('begins standing still for somebody who wants no motion', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, '');
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await expect.poll(() => states(page)).toEqual(['workflow.execution: running', 'plan: running', 'chat house-small: not yet', 'answer: not yet']);
    await visitor.leave();
  });

  it('shows as well in which order the spans arrived', async () => {
    const late = { id: 'run-late', digits: 'e2' };
    const part = (...some: OtlpSpan[]) => sendSpans(collector, some);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    // The inner one came first, the root last, as an SDK sends them that exports what has ended.
    await part(span(late, 3, 2, 'inside', [2000, 3000]));
    await page.goto(`${collector.page}/executions/${late.id}`);
    await page.getByRole('treeitem', { name: /^inside/ }).waitFor();
    await part(span(late, 2, 1, 'outside', [1000, 4000]));
    await page.getByRole('treeitem', { name: /^outside/ }).waitFor();
    await part(span(late, 1, 0, 'root', [0, 5000]));
    await page.getByRole('treeitem', { name: /^root/ }).waitFor();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('combobox', { name: 'Time of the replay' }).selectOption('as it arrived');
    await page.getByRole('slider', { name: 'Moment of the replay' }).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => states(page)).toEqual(['root: not yet', 'outside: not yet', 'inside: ok']);
    await page.getByRole('button', { name: 'To the next change' }).click();
    await expect.poll(() => states(page)).toEqual(['root: not yet', 'outside: ok', 'inside: ok']);
    expect(page.url()).toContain('clock=arrival');
    // What came in one batch came at once, whatever moment the address asks for.
    await open(page, `${at(2500)}&clock=arrival`);
    await page.getByText('All of it bears the same time, so there is nothing to replay.').waitFor();
    expect(await states(page)).toEqual(['workflow.execution: ok', 'plan: ok', 'chat house-small: ok', 'answer: error']);
    await visitor.leave();
  });

  it('is whole and without barriers in either theme, wide and narrow', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await bringAxe(visitor.context);
    await open(page, at(2500));
    await page.getByText('Replay, not live').waitFor();
    await show(page, 'replay');
    await open(page, `${at(2500)}&span=${hex(4)}`);
    await show(page, 'replay-span');
    await visitor.leave();
  }, 120_000);
});
