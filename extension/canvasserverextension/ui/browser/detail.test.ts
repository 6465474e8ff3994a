import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { show } from './album';
import { bringAxe } from './axe';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { visit, type Visitor } from './visitor';

const trace = 'de7a11ed'.repeat(4);
const other = '07e5'.repeat(8);

const answer = `## Weather in Paris

It is **mild**, with \`17\` degrees. See [the forecast](https://weather.example.org/paris?day=1).

| day | high |
|-----|-----:|
| Mon | 17 |

![map](https://tracker.example.org/beacon.png?id=7)

1. Take an umbrella
2. <b>Go</b>

\`\`\`python
print("sun")
\`\`\``;

const input = JSON.stringify([
  { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
  { role: 'user', parts: [{ type: 'text', content: 'What is the weather in Paris?' }, { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'iVBORw0KGgo=' }] },
  { role: 'assistant', parts: [{ type: 'reasoning', content: 'The tool knows.' }, { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: { city: 'Paris', days: [1, 2] } }] },
  { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: { city: 'Paris', high: 17, hours: Array.from({ length: 120 }, (_, i) => ({ hour: i, degrees: 10 + (i % 8) })) } }] },
]);

const start = Date.now() - 5000;

function span(id: number, parent: number, name: string, more: Partial<OtlpSpan> = {}): OtlpSpan {
  const hex = (n: number) => n.toString(16).padStart(16, '0');
  return {
    traceId: trace, spanId: hex(id), name, startTimeUnixNano: `${start}000000`, endTimeUnixNano: `${start + 2000}000000`,
    ...(parent === 0 ? {} : { parentSpanId: hex(parent) }), ...more,
  };
}

function event(name: string, ms: number, attributes: OtlpSpan['attributes'] = []) {
  return { name, timeUnixNano: `${start + ms}000000`, attributes };
}

const number = (key: string, n: number) => ({ key, value: { intValue: String(n) } });

const spans: readonly OtlpSpan[] = [
  span(1, 0, 'workflow.execution', { attributes: [attribute('orcheo.execution.id', 'run-detail'), attribute('orcheo.workflow.id', 'weather')] }),
  span(2, 1, 'chat opus', {
    attributes: [
      attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', 'claude-opus-4-1'), attribute('gen_ai.provider.name', 'anthropic'),
      attribute('gen_ai.input.messages', input),
      attribute('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: answer }], finish_reason: 'stop' }])),
      number('llm.token_count.prompt', 1200), number('llm.token_count.completion', 340), number('llm.token_count.prompt_details.cache_read', 1000),
      number('llm.token_count.completion_details.reasoning', 40), attribute('openinference.span.kind', 'LLM'),
      attribute('user.email', 'ada@example.org'), attribute('note', 'write to grace@example.org'),
    ],
    events: [event('first_token', 400), event('retry', 900, [number('attempt', 2)]), event('retry', 905, [number('attempt', 3)])],
    links: [{ traceId: trace, spanId: '0000000000000003' }, { traceId: other, spanId: '0000000000000009' }],
  }),
  span(3, 1, 'execute_tool get_weather', {
    attributes: [attribute('gen_ai.operation.name', 'execute_tool'), attribute('gen_ai.tool.name', 'get_weather'), attribute('gen_ai.tool.call.arguments', '{"city":"Paris"}'), attribute('gen_ai.tool.call.result', '{"high":17}')],
    status: { code: 2, message: 'the service did not answer' },
    events: [event('exception', 1500, [attribute('exception.type', 'TimeoutError'), attribute('exception.message', 'no answer within 1 s'), attribute('exception.stacktrace', Array.from({ length: 60 }, (_, i) => `  at frame${i} (weather.ts:${i})`).join('\n'))])],
  }),
];

// As much as the server keeps of one span, 256 KiB in all.
const long = `# Long\n\n${'Words of **weight** and [none](https://example.org/).\n\n'.repeat(2000)}The very last words.`;
const list = JSON.stringify(Array.from({ length: 4000 }, (_, i) => ({ n: i, word: `w${i}` })));

const more: readonly OtlpSpan[] = [
  span(10, 1, 'invoke_agent planner', { attributes: [attribute('gen_ai.operation.name', 'invoke_agent'), number('gen_ai.usage.input_tokens', 50), number('gen_ai.usage.output_tokens', 5)] }),
  span(11, 10, 'claude_code.llm_request', {
    attributes: [
      attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', 'no-such-model'), number('input_tokens', 20), number('cache_read_tokens', 30), number('output_tokens', 5), attribute('span.type', 'llm_request'),
      { key: 'orcheo.artifact.ids', value: { arrayValue: { values: [{ stringValue: 'report/1.pdf' }] } } },
    ],
  }),
  span(12, 1, 'chat long', {
    attributes: [attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: long }] }])), attribute('rows', list)],
  }),
];

describe('the details of a span', () => {
  let collector: Collector;
  let visitor: Visitor;
  const open = async (name: RegExp, look: Parameters<typeof visit>[1] = {}) => {
    visitor = await visit(collector.page, look);
    await visitor.page.goto(`${collector.page}/executions/run-detail`);
    await visitor.page.getByRole('treeitem', { name }).click();
    const detail = visitor.page.locator('.detail');
    await detail.locator('h2').waitFor();
    return { page: visitor.page, detail };
  };
  beforeAll(async () => {
    collector = await startCollector(`
extensions:
  canvasserver:
    artifact_url: https://files.example.com/{id}/download
    links:
      - {name: Jaeger, url: "https://jaeger.example.com/trace/{trace_id}?uiFind={span_id}"}
      - {name: Grafana, url: "https://grafana.example.com/d/runs?run={execution_id}"}
    thresholds: {slow_span: 1s, high_tokens: 1000, high_cost_usd: 0.001}
`);
    await sendSpans(collector, [...spans, ...more]);
  });
  afterAll(async () => { await collector.stop(); });

  it('tell what was said by whom: Markdown, tool calls, results, files and reasoning', async () => {
    const { detail } = await open(/^chat opus/);
    const messages = detail.locator('.message');
    expect(await messages.locator('.role').allTextContents()).toEqual(['system', 'user', 'assistant', 'tool', 'assistant']);
    expect(await messages.nth(1).textContent()).toContain('image image/png');
    await messages.nth(2).getByText('get_weather').waitFor();
    expect(await messages.nth(2).locator('.json-rows').textContent()).toContain('cityParis');
    expect(await messages.nth(2).textContent()).not.toContain('The tool knows.');
    await messages.nth(2).getByRole('button', { name: 'Reasoning' }).click();
    expect(await messages.nth(2).textContent()).toContain('The tool knows.');

    const last = messages.nth(4);
    await last.locator('.mark-heading', { hasText: 'Weather in Paris' }).waitFor();
    expect(await last.locator('strong', { hasText: 'mild' }).count()).toBe(1);
    expect(await last.locator('table td').allTextContents()).toEqual(['Mon', '17']);
    expect(await last.locator('ol li').allTextContents()).toEqual(['Take an umbrella', '<b>Go</b>']);
    expect(await last.locator('pre').textContent()).toBe('print("sun")');
    const link = last.getByRole('link');
    expect([await link.getAttribute('href'), await link.getAttribute('rel'), await link.getAttribute('target')])
      .toEqual(['https://weather.example.org/paris?day=1', 'noopener noreferrer nofollow', '_blank']);
    expect(await last.textContent()).toContain('the forecast (https://weather.example.org/paris?day=1)');
    // An image is its description and address; the visitor notes whatever is asked of others.
    expect(await last.textContent()).toContain('Image: map (https://tracker.example.org/beacon.png?id=7)');
    expect(await visitor.page.locator('img').count()).toBe(0);
    await visitor.leave();
  });

  it('show a text in the form that was chosen, and remember it', async () => {
    const { page, detail } = await open(/^chat opus/);
    const last = detail.locator('.message').nth(4);
    await last.getByRole('button', { name: 'Text', exact: true }).click();
    expect(await last.locator('.long-text').textContent()).toContain('## Weather in Paris');
    await page.getByRole('treeitem', { name: /^execute_tool/ }).click();
    await detail.locator('h2', { hasText: 'execute_tool' }).waitFor();
    await page.getByRole('treeitem', { name: /^chat opus/ }).click();
    await expect.poll(() => last.getByRole('button', { name: 'Text', exact: true }).getAttribute('aria-pressed')).toBe('true');
    await page.evaluate(() => { Object.assign(globalThis, { copied: '' }); navigator.clipboard.writeText = (text) => { Object.assign(globalThis, { copied: text }); return Promise.resolve(); }; });
    await last.getByRole('button', { name: 'Copy the message' }).click();
    await expect.poll(() => page.evaluate(() => (globalThis as { copied?: string }).copied)).toBe(answer);
    await visitor.leave();
  });

  it('show JSON as a tree that opens, closes and is searched', async () => {
    const { detail } = await open(/^chat opus/);
    const result = detail.locator('.message').nth(3);
    await result.getByRole('button', { name: /^hours/, expanded: false }).click();
    expect(await result.locator('.json-rows > li').count()).toBeLessThan(120);
    await result.getByRole('button', { name: 'Show more of 20' }).click();
    await result.getByRole('button', { name: /^119/, expanded: false }).click();
    await result.getByRole('searchbox').fill('119');
    await expect.poll(() => result.locator('.json-search').textContent()).toBe('2 found');
    await result.getByRole('searchbox').fill('');
    await result.getByRole('button', { name: /^hours/, expanded: true }).click();
    expect(await result.locator('.json-rows > li').count()).toBe(4);
    await visitor.leave();
  });

  it('say of tokens, cost and redactions where they come from', async () => {
    const { detail } = await open(/^chat opus/);
    const usage = detail.locator('.usage');
    const row = (name: string) => usage.locator('tr', { has: visitor.page.locator('th', { hasText: name }) }).locator('td').allTextContents();
    expect(await row('Input')).toEqual(['1,200', 'llm.token_count.prompt · OpenInference']);
    expect(await row('read from a cache')).toEqual(['1,000', 'llm.token_count.prompt_details.cache_read · OpenInference']);
    expect(await row('reasoning')).toEqual(['40', 'llm.token_count.completion_details.reasoning · OpenInference']);
    expect((await row('Cost')).join(' ')).toMatch(/^\$\d.* By the price table genai-prices/);
    expect(await detail.locator('.section', { hasText: 'Tokens and cost' }).textContent()).toContain('Counted');
    expect(await detail.locator('.receipt').textContent()).toContain('email');
    expect(await visitor.page.locator('body').textContent()).not.toMatch(/ada@|grace@/);
    await visitor.leave();
  });

  it('say why figures do not count, what was corrected, and where no price is known', async () => {
    const { page, detail } = await open(/^invoke_agent/);
    const usage = detail.locator('.section', { has: page.getByRole('heading', { name: 'Tokens and cost' }) });
    expect(await usage.textContent()).toContain('Not counted: a sum of spans below it, which count themselves.');
    await page.getByRole('treeitem', { name: /^claude_code/ }).click();
    await detail.locator('h2', { hasText: 'claude_code.llm_request' }).waitFor();
    const rows = await usage.locator('tbody tr').allTextContents();
    expect(rows).toEqual([
      'Input50input_tokens · Claude Code · it says 20, corrected as told below', 'read from a cache30cache_read_tokens · Claude Code', 'Output5output_tokens · Claude Code',
      'CostunknownThe span reports none, and no price is known for its model.',
    ]);
    expect(await usage.textContent()).toContain('The span reports its input without the cache: what was read from and written to it is added.');
    const artifact = detail.getByRole('link', { name: 'report/1.pdf' });
    expect([await artifact.getAttribute('href'), await artifact.getAttribute('target')]).toEqual(['api/artifacts/report%2F1.pdf/download', '_blank']);
    const download = await fetch(`${collector.page}/${await artifact.getAttribute('href') ?? ''}`, { redirect: 'manual' });
    expect([download.status, download.headers.get('Location')]).toEqual([302, 'https://files.example.com/report%2F1.pdf/download']);
    await visitor.leave();
  });

  it('fetch whole values when asked, and stay usable with them', async () => {
    const { page, detail } = await open(/^chat long/);
    const message = detail.locator('.message');
    await message.locator('.mark-heading', { hasText: 'Long' }).waitFor();
    expect(await message.textContent()).toContain('This is a preview, cut short.');
    await detail.getByRole('button', { name: 'Fetch the whole span' }).click();
    await detail.getByText(/^This is all that the server kept/).waitFor();
    await message.getByRole('button', { name: /^Show all 1\d\d,\d{3} characters$/ }).click();
    await message.getByText('From here on it is shown as text').waitFor();
    const elements = () => page.evaluate(() => document.querySelectorAll('*').length);
    expect(await elements()).toBeLessThan(6000);
    await message.getByRole('button', { name: 'Text', exact: true }).click();
    await message.getByRole('button', { name: /^Show all/ }).click();
    await expect.poll(async () => (await message.textContent())?.includes('The very last words.')).toBe(true);

    const rows = detail.locator('.attributes tr', { has: page.locator('th', { hasText: /^rows$/ }) });
    await rows.getByRole('button', { name: /4,000 values/ }).click();
    await rows.getByRole('searchbox').fill('w3999');
    await expect.poll(() => rows.locator('.json-hit').textContent()).toContain('w3999');
    expect(await elements()).toBeLessThan(6000);
    await detail.getByRole('button', { name: 'Raw JSON', exact: true }).click();
    await detail.getByText('trace_id').first().waitFor();
    await visitor.leave();
  });

  it('say what is over the thresholds, and lead to other tools as configured', async () => {
    const { page, detail } = await open(/^chat opus/);
    expect(await detail.locator('.tag-warn').allTextContents()).toEqual(['slow', 'many tokens', 'expensive']);
    expect(await detail.locator('.other-tools a').evaluateAll((all) => all.map((a) => `${a.textContent} ${a.getAttribute('href')} ${a.getAttribute('rel')}`)))
      .toEqual([`Jaeger https://jaeger.example.com/trace/${trace}?uiFind=0000000000000002 noopener noreferrer`]);
    // What needs a span is no link of the whole run.
    expect(await page.locator('.trace-header .dashboard').allTextContents()).toEqual(['Grafana']);
    await visitor.leave();
  });

  it('put events on the span’s time axis, and list them with their offsets', async () => {
    const { detail } = await open(/^chat opus/);
    expect(await detail.locator('.strip-mark').evaluateAll((all) => all.map((m) => Math.round(Number.parseFloat((m as HTMLElement).style.left))))).toEqual(expect.arrayContaining([20, 45]));
    expect(await detail.locator('.event-head').allTextContents()).toEqual(expect.arrayContaining(['first_token+400 ms', 'retry+900 ms', 'retry+905 ms']));
    // The address may name one of them: that of the first retry is 1.
    await visitor.page.goto(`${visitor.page.url()}&event=1`);
    await expect.poll(() => detail.locator('.event[aria-current="true"]').textContent()).toContain('retry+900 ms');
    expect(await detail.locator('.strip-current').count()).toBe(1);
    await visitor.leave();
  });

  it('show why it failed, the stack folded', async () => {
    const { detail } = await open(/^execute_tool/);
    const failure = detail.locator('.failure');
    expect(await failure.textContent()).toContain('the service did not answer');
    expect(await failure.textContent()).toContain('TimeoutErrorno answer within 1 s');
    expect(await failure.textContent()).not.toContain('frame59');
    await failure.getByRole('button', { name: /^Show all/ }).click();
    expect(await failure.textContent()).toContain('frame59');
    expect(await detail.locator('.message .role').allTextContents()).toEqual(['assistant', 'tool']);
    await visitor.leave();
  });

  it('find attributes by name and value, in groups, and lead to other spans', async () => {
    const { page, detail } = await open(/^chat opus/);
    const attributes = detail.locator('.section', { has: page.getByRole('heading', { name: /^Attributes/ }) });
    expect(await attributes.locator('.fold-head .mono').allTextContents()).toEqual(expect.arrayContaining(['gen_ai.*', 'llm.*', 'orcheo.*']));
    await attributes.getByRole('searchbox', { name: 'Filter attributes by name or value' }).fill('cache 1000');
    await expect.poll(() => attributes.locator('.attributes th').allTextContents()).toEqual(['gen_ai.usage.cache_read.input_tokens', 'llm.token_count.prompt_details.cache_read']);

    const links = detail.locator('.section', { has: page.getByRole('heading', { name: /^Links/ }) });
    expect(await links.getByRole('link').getAttribute('href')).toBe(`executions/${other}?span=0000000000000009`);
    await links.getByRole('button', { name: 'execute_tool get_weather' }).click();
    await detail.locator('h2', { hasText: 'execute_tool get_weather' }).waitFor();
    expect(page.url()).toContain('span=0000000000000003');
    await visitor.leave();
  });

  it('are without barriers, and fit, in both themes, wide and narrow', async () => {
    visitor = await visit(collector.page);
    await bringAxe(visitor.context);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/run-detail?span=0000000000000002&event=1`);
    const detail = page.locator('.detail');
    await detail.locator('.mark-heading').waitFor();
    await detail.getByRole('button', { name: 'Reasoning' }).click();
    await detail.getByRole('button', { name: /^hours/ }).first().click();
    await show(page, 'detail-conversation');
    await detail.locator('.usage').scrollIntoViewIfNeeded();
    expect(await page.locator('.detail-pane').evaluate((pane) => pane.scrollWidth - pane.clientWidth)).toBeLessThanOrEqual(0);
    await page.goto(`${collector.page}/executions/run-detail?span=0000000000000003`);
    await detail.locator('.failure').waitFor();
    await detail.getByRole('button', { name: 'Raw JSON', exact: true }).click();
    await show(page, 'detail-failure');
    await page.goto(`${collector.page}/executions/run-detail?view=transcript`);
    await page.locator('.turn .mark-heading').first().waitFor();
    await show(page, 'transcript-rich');
    await visitor.leave();
  });
});
