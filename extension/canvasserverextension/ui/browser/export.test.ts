import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { visit } from './visitor';

const trace = 'e4'.repeat(16);
const hex = (n: number) => n.toString(16).padStart(16, '0');
const start = Date.now() - 5000;

function span(id: number, parent: number, name: string, more: Partial<OtlpSpan> = {}): OtlpSpan {
  return {
    traceId: trace, spanId: hex(id), name, startTimeUnixNano: `${start}000000`, endTimeUnixNano: `${start + 1000}000000`,
    ...(parent === 0 ? {} : { parentSpanId: hex(parent) }), ...more,
  };
}

const spans: readonly OtlpSpan[] = [
  span(1, 0, 'workflow.execution', { attributes: [attribute('orcheo.execution.id', 'run/export'), attribute('orcheo.execution.run_name', 'Digest')] }),
  span(2, 1, 'chat small', { attributes: [attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.input.messages', JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'Write to ada@example.org' }] }]))] }),
  span(3, 1, 'lookup_key', { status: { code: 2, message: 'no answer\n```\n# not a heading' } }),
  span(4, 1, 'still at it', { endTimeUnixNano: '0' }),
];

describe('the export of an execution', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector, spans);
  });
  afterAll(async () => { await collector.stop(); });

  const open = async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: collector.page });
    await page.goto(`${collector.page}/executions/run%2Fexport?span=${hex(2)}`);
    await page.getByRole('treeitem').nth(3).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    return visitor;
  };
  const clipboard = async (page: Page, item: RegExp) => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await page.getByRole('menuitem', { name: item }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).not.toBe('');
    return page.evaluate(() => navigator.clipboard.readText());
  };

  it('is a file of OTLP that another collector takes', async () => {
    const visitor = await open();
    const { page } = visitor;
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download OTLP JSON' }).click()]);
    expect(download.suggestedFilename()).toBe('trace-run_export.otlp.json');
    const text = readFileSync(await download.path(), 'utf8');
    const names = (JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[] }).resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans.map((x) => x.name)));
    expect(names.sort()).toEqual(['chat small', 'lookup_key', 'still at it', 'workflow.execution']);
    expect(text).not.toContain('ada@example.org');
    const response = await fetch(`${collector.otlp}/v1/traces`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text });
    expect(response.status).toBe(200);
    await visitor.leave();
  });

  it('is Markdown for an issue, out of which no content breaks', async () => {
    const visitor = await open();
    const text = await clipboard(visitor.page, /^Copy Markdown for an issue/);
    expect(text).toContain('**Execution ` Digest `**');
    expect(text).toContain(`- Page: \` ${collector.page}/executions/run%2Fexport?span=${hex(2)} \``);
    expect(text).toContain('Error in ` workflow.execution > lookup_key `:\n\n````text\nno answer\n```\n# not a heading\n````');
    expect(text).toContain('1 span without an end:');
    expect(text).toContain('The selected span ` workflow.execution > chat small `:');
    expect(text).toContain('[REDACTED]');
    expect(text).not.toContain('ada@example.org');
    await visitor.leave();
  });

  it('is a bounded text for an agent, in which content is marked as data', async () => {
    const visitor = await open();
    const text = await clipboard(visitor.page, /^Copy for an agent/);
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(8192);
    expect(text).toContain('| workflow.execution > lookup_key\n| no answer\n| ```\n| # not a heading');
    expect(text).toContain('The selected span:\n| workflow.execution > chat small');
    expect(text).not.toContain('ada@example.org');
    await visitor.leave();
  });
});
