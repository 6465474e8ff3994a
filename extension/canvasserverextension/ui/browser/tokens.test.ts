import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { show } from './album';
import { bringAxe } from './axe';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { fact, visit } from './visitor';

const trace = '70'.repeat(16);
const execution = 'run-tokens';
const now = Date.now() - 10_000;
const hex = (n: number) => n.toString(16).padStart(16, '0');

const count = (key: string, n: number) => ({ key, value: { intValue: String(n) } });

interface Used { readonly model: string; readonly input: number; readonly output: number; readonly cacheRead?: number; readonly cacheWrite?: number; readonly reasoning?: number; readonly cost?: number }

function span(id: number, parent: number, name: string, from: number, to: number, attributes: OtlpSpan['attributes'] = []): OtlpSpan {
  return {
    traceId: trace, spanId: hex(id), ...(parent === 0 ? {} : { parentSpanId: hex(parent) }), name,
    startTimeUnixNano: `${now + from}000000`, endTimeUnixNano: `${now + to}000000`, attributes: [attribute('orcheo.execution.id', execution), ...attributes],
  };
}

function usage(u: Used): NonNullable<OtlpSpan['attributes']> {
  const figures = [['input_tokens', u.input], ['output_tokens', u.output], ['cache_read.input_tokens', u.cacheRead], ['cache_write.input_tokens', u.cacheWrite], ['reasoning.output_tokens', u.reasoning]] as const;
  return [
    attribute('gen_ai.request.model', u.model),
    ...figures.filter(([, n]) => n !== undefined).map(([key, n]) => count(`gen_ai.usage.${key}`, n ?? 0)),
    ...(u.cost === undefined ? [] : [{ key: 'gen_ai.usage.cost', value: { doubleValue: u.cost } }]),
  ];
}

const call = (id: number, parent: number, from: number, to: number, u: Used) => span(id, parent, `chat ${u.model}`, from, to, [attribute('gen_ai.operation.name', 'chat'), ...usage(u)]);

const plan: Used = { model: 'house-small', input: 1000, cacheRead: 600, cacheWrite: 100, output: 250, reasoning: 200, cost: 0.5 };
const spans: readonly OtlpSpan[] = [
  span(1, 0, 'workflow.execution', 0, 9000),
  span(2, 1, 'Plan', 0, 4000, [attribute('orcheo.node.id', 'Plan')]),
  // What the agent says of itself repeats the call below it.
  span(3, 2, 'invoke_agent planner', 0, 3900, [attribute('gen_ai.operation.name', 'invoke_agent'), attribute('gen_ai.agent.name', 'planner'), ...usage(plan)]),
  call(4, 3, 1000, 3000, plan),
  span(5, 1, 'Answer', 4000, 9000, [attribute('orcheo.node.id', 'Answer')]),
  call(6, 5, 4000, 6000, { model: 'house-large', input: 400, output: 100, cost: 0.25 }),
  call(7, 5, 6000, 8000, { model: 'house-small', input: 300, output: 50 }),
];

/** bars are what the bars say to somebody who does not see them. */
const bars = (page: Page) => page.locator('.bar-row').evaluateAll((all) => all.map((bar) => bar.getAttribute('aria-label') ?? ''));
const cells = (page: Page, row: string) => page.getByRole('region', { name: 'Figures' }).getByRole('row', { name: new RegExp(`^${row}`) }).getByRole('cell').allTextContents();

describe('tokens and cost', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector, spans);
  });
  afterAll(async () => { await collector.stop(); });

  const open = async (page: Page, search: string) => {
    await page.goto(`${collector.page}/executions/${execution}?view=tokens${search}`);
    await page.locator('.bar-row').first().waitFor();
  };

  it('add up by node and by model to what the execution counts', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, '');
    await expect.poll(() => bars(page)).toEqual([
      'planner: 60 percent of the tokens in 1 call: 300 input, 600 cache read, 100 cache write, 50 output, 200 reasoning',
      'Answer: 40 percent of the tokens in 2 calls: 700 input, 150 output',
    ]);
    expect({ in: await fact(page, 'Tokens in'), out: await fact(page, 'Tokens out') }).toEqual({ in: '1,700', out: '400' });
    expect(await cells(page, 'Counted')).toEqual(['3', '1,700', '600', '100', '400', '200', '$0.75 + unknown']);
    await page.getByRole('img', { name: 'After a quarter of the run 0, after half of it 1,250, after three quarters 1,750, at its end 2,100.' }).waitFor();
    await page.getByText('1 call without a price:').waitFor();
    expect(await page.getByText('The server counts').count()).toBe(0);

    await page.getByRole('link', { name: 'By model' }).click();
    await expect.poll(() => bars(page)).toEqual([
      'house-small: 76 percent of the tokens in 2 calls: 600 input, 600 cache read, 100 cache write, 100 output, 200 reasoning',
      'house-large: 24 percent of the tokens in 1 call: 400 input, 100 output',
    ]);
    await page.getByRole('link', { name: 'Cost', exact: true }).click();
    await expect.poll(() => bars(page)).toEqual([
      'house-small: $0.50, 67 percent of the cost in 2 calls, 1 call without a price', 'house-large: $0.25, 33 percent of the cost in 1 call',
    ]);
    expect(await cells(page, 'house-small')).toEqual(['2', '1,300', '600', '100', '300', '200', '$0.50 + unknown']);
    await page.reload();
    await expect.poll(() => bars(page)).toHaveLength(2);
    expect(page.url()).toMatch(/view=tokens&by=model&sum=cost$/);
    await visitor.leave();
  });

  it('pick the calls of a bar by address, and open one', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, '');
    await page.getByRole('link', { name: /^Answer/ }).focus();
    await page.keyboard.press('Enter');
    const calls = page.getByRole('region', { name: 'Calls of' });
    await expect.poll(() => calls.getByRole('listitem').allTextContents()).toEqual(['chat house-largehouse-largeok500', 'chat house-smallhouse-smallok350']);
    expect(page.url()).toContain('pick=Answer');
    await page.reload();
    await calls.getByRole('button', { name: 'chat house-large' }).click();
    await page.locator('.detail h2', { hasText: 'chat house-large' }).waitFor();
    expect(page.url()).toContain(`span=${hex(6)}`);
    await page.getByRole('link', { name: /^Answer/ }).click();
    await expect.poll(() => calls.count()).toBe(0);
    expect(page.url()).toContain(`span=${hex(6)}`);
    await visitor.leave();
  });

  it('list what is in no sum, with the reason and the span', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await open(page, '');
    const left = page.getByRole('region', { name: 'Not counted' });
    expect(await left.getByRole('row', { name: /^Aggregate/ }).getByRole('cell').allTextContents()).toEqual(['1', '1,000', '250', 'unknown']);
    await left.getByText('1 span: aggregate').click();
    await left.getByRole('button', { name: 'invoke_agent planner' }).click();
    await page.locator('.detail h2', { hasText: 'invoke_agent planner' }).waitFor();
    await visitor.leave();
  });

  it('grow while the run is open, each bar in its place', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    const live = (all: readonly OtlpSpan[]) => sendSpans(collector, all.map((s) => ({ ...s, traceId: '71'.repeat(16), attributes: s.attributes?.map((a) => (a.key === 'orcheo.execution.id' ? attribute(a.key, 'run-live') : a)) ?? [] })));
    const [root, planNode, agent, planCall, answerNode, large, small] = spans;
    if (root === undefined || planNode === undefined || agent === undefined || planCall === undefined || answerNode === undefined || large === undefined || small === undefined) {
      throw new Error('a span is missing');
    }
    const running = { ...root, endTimeUnixNano: '0' };
    await live([running, planNode, answerNode, { ...small, parentSpanId: hex(2) }]);
    await page.goto(`${collector.page}/executions/run-live?view=tokens`);
    await expect.poll(() => bars(page)).toEqual(['Plan: 100 percent of the tokens in 1 call: 300 input, 50 output']);
    await live([large]);
    await expect.poll(() => bars(page)).toEqual(['Plan: 41 percent of the tokens in 1 call: 300 input, 50 output', 'Answer: 59 percent of the tokens in 1 call: 400 input, 100 output']);
    await page.getByText('in the order of the run while it is open').waitFor();
    await visitor.leave();
  });

  it('are whole and without barriers in either theme, wide and narrow', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await bringAxe(visitor.context);
    await open(page, '&pick=Answer');
    await show(page, 'tokens-picked');
    await page.getByRole('link', { name: 'Cost', exact: true }).click();
    await expect.poll(async () => (await bars(page))[0]).toContain('percent of the cost');
    await show(page, 'tokens-cost');
    await page.getByText('1 span: aggregate').click();
    await page.getByText('1 span: aggregate').scrollIntoViewIfNeeded();
    await show(page, 'tokens-not-counted');
    await visitor.leave();
  }, 120_000);
});
