import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { visit } from './visitor';

const hex = (n: number) => n.toString(16).padStart(16, '0');

interface Call { readonly id: number; readonly at: number; readonly input: readonly unknown[]; readonly output: readonly unknown[] }

const said = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
const number = (key: string, n: number) => ({ key, value: { intValue: String(n) } });

/** aRun is a root, running or ended, and below it what is given. */
function aRun(trace: string, start: number, ended: boolean): OtlpSpan {
  return { traceId: trace, spanId: hex(1), name: 'workflow.execution', startTimeUnixNano: `${start}000000`, endTimeUnixNano: ended ? `${start + 9000}000000` : '0', attributes: [attribute('orcheo.workflow.id', 'weather')] };
}

function aCall(trace: string, start: number, { id, at, input, output }: Call): OtlpSpan {
  return {
    traceId: trace, spanId: hex(id), parentSpanId: hex(1), name: `chat ${id}`, startTimeUnixNano: `${start + at}000000`, endTimeUnixNano: `${start + at + 5}000000`,
    attributes: [
      attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', 'gpt-4o-mini'), number('gen_ai.usage.input_tokens', 1200), number('gen_ai.usage.output_tokens', 34),
      attribute('gen_ai.input.messages', JSON.stringify(input)), attribute('gen_ai.output.messages', JSON.stringify(output)),
    ],
  };
}

const call = { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'get_weather', arguments: { city: 'Paris' } }] };
const result = { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { high: 17 } }] };
const question = [said('system', 'Be brief.'), said('user', 'What is the weather in Paris?')];
const long = `## Mild\n\n${'It is **mild** in Paris. '.repeat(120)}\n\nThe last words.`;

function turns(page: Page): Promise<string[]> {
  return page.locator('.turn').evaluateAll((all) => all.map((turn) => `${turn.querySelector('.role')?.textContent} ${turn.querySelector('.message > :nth-child(2)')?.textContent}`));
}

describe('the transcript', () => {
  let collector: Collector;
  beforeAll(async () => { collector = await startCollector(); });
  afterAll(async () => { await collector.stop(); });

  it('tells a run once, in order, with tool calls, whole answers and tokens', async () => {
    const trace = '7a'.repeat(16);
    const start = Date.now() - 10_000;
    await sendSpans(collector, [
      aRun(trace, start, true),
      aCall(trace, start, { id: 2, at: 10, input: question, output: [call] }),
      {
        traceId: trace, spanId: hex(3), parentSpanId: hex(1), name: 'execute_tool get_weather', startTimeUnixNano: `${start + 20}000000`, endTimeUnixNano: `${start + 30}000000`,
        attributes: [attribute('gen_ai.operation.name', 'execute_tool'), attribute('gen_ai.tool.name', 'get_weather'), attribute('gen_ai.tool.call.arguments', '{"city":"Paris"}'), attribute('gen_ai.tool.call.result', '{"high":17}')],
      },
      aCall(trace, start, { id: 4, at: 40, input: [...question, call, result], output: [said('assistant', long)] }),
    ]);
    const visitor = await visit(collector.page, { height: 1600 });
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${trace}`);
    await page.getByRole('treeitem').first().waitFor();
    await page.keyboard.press('2');
    const articles = page.locator('.turn');
    await articles.last().locator('.mark-heading').waitFor();
    expect((await turns(page)).map((t) => t.slice(0, 32))).toEqual([
      'System Be brief.', 'User What is the weather in Pari', 'Assistant Tool callget_weather ·', 'Tool result { } 1 memberhigh17', 'Assistant MildIt is mild in Pari',
    ]);
    // The preview of the answer is cut; the span has the whole.
    expect(await articles.last().textContent()).toContain('Show all');
    await articles.last().getByRole('button', { name: /^Show all/ }).click();
    expect(await articles.last().textContent()).toContain('The last words.');
    expect(await articles.last().locator('.turn-tokens').textContent()).toBe('1.2k in, 34 out');
    expect(await page.locator('.view-note').textContent()).toMatch(/5 messages in the order of time; 5 repetitions left out/);

    await articles.nth(3).getByRole('button', { name: 'Tool result: select the span execute_tool get_weather' }).click();
    await page.locator('.detail h2', { hasText: 'execute_tool get_weather' }).waitFor();
    expect(page.url()).toMatch(/view=transcript&span=0000000000000003|span=0000000000000003&view=transcript/);
    await visitor.leave();
  });

  it('draws of a long run only what is in the window, and is walked with the keyboard', async () => {
    const trace = '7b'.repeat(16);
    const start = Date.now() - 10_000;
    const calls = Array.from({ length: 1500 }, (_, i) => aCall(trace, start, { id: i + 2, at: i * 6, input: [said('user', `question ${i}`)], output: [said('assistant', `answer ${i}`)] }));
    await sendSpans(collector, [aRun(trace, start, true)]);
    for (let i = 0; i < calls.length; i += 500) {
      await sendSpans(collector, calls.slice(i, i + 500));
    }
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${trace}?view=transcript`);
    await expect.poll(() => page.locator('.view-note').textContent()).toContain('3,000 messages');
    expect(await page.getByRole('article').count()).toBeLessThan(60);
    await page.getByRole('region', { name: 'Transcript' }).focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('PageDown');
    await expect.poll(focused).toContain('question 0');
    await page.keyboard.press('j');
    await expect.poll(focused).toContain('answer 0');
    await page.keyboard.press('End');
    await expect.poll(focused).toContain('answer 1499');
    expect(await page.getByRole('article').count()).toBeLessThan(60);
    await page.keyboard.press('PageUp');
    await expect.poll(focused).toContain('question 1499');
    await page.keyboard.press('Enter');
    await page.locator('.detail h2', { hasText: 'chat 1501' }).waitFor();
    await visitor.leave();
  });

  it('follows a run while it goes on, until somebody scrolls back', async () => {
    const trace = '7c'.repeat(16);
    const start = Date.now();
    const say = async (i: number) => { await sendSpans(collector, [aCall(trace, start, { id: i + 2, at: i, input: [said('user', `question ${i}`)], output: [said('assistant', `answer ${i}`)] })]); };
    await sendSpans(collector, [aRun(trace, start, false)]);
    for (let i = 0; i < 15; i++) {
      await say(i);
    }
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${trace}?view=transcript`);
    const newest = (i: number) => page.getByRole('article').filter({ hasText: `answer ${i}` });
    const inSight = (i: number) => newest(i).evaluate((turn) => {
      const list = turn.closest('.transcript')?.getBoundingClientRect();
      const { bottom } = turn.getBoundingClientRect();
      return list !== undefined && bottom <= list.bottom + 1;
    });
    await expect.poll(() => inSight(14)).toBe(true);
    await say(15);
    await expect.poll(() => inSight(15)).toBe(true);

    await page.locator('.transcript').hover();
    await page.mouse.wheel(0, -600);
    await expect.poll(() => page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('false');
    const place = await page.locator('.transcript').evaluate((list) => list.scrollTop);
    await say(16);
    await page.getByRole('button', { name: '2 newer messages below' }).waitFor();
    expect(await page.locator('.transcript').evaluate((list) => list.scrollTop)).toBe(place);
    await page.getByRole('button', { name: '2 newer messages below' }).click();
    await expect.poll(() => inSight(16)).toBe(true);
    await say(17);
    await expect.poll(() => inSight(17)).toBe(true);
    await visitor.leave();
  });

  it('says where nothing was said, and fits in a narrow window', async () => {
    const trace = '7d'.repeat(16);
    await sendSpans(collector, [aRun(trace, Date.now() - 9000, true)]);
    const visitor = await visit(collector.page, { width: 360, height: 700, scheme: 'dark' });
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${trace}?view=transcript`);
    await page.getByRole('heading', { name: 'Nothing was said yet' }).waitFor();
    await page.goto(`${collector.page}/executions/${'7a'.repeat(16)}?view=transcript`);
    await page.getByRole('article').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await page.locator('.transcript').evaluate((list) => list.scrollWidth - list.clientWidth)).toBeLessThanOrEqual(0);
    await visitor.leave();
  });
});
