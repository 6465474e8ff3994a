import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { looks, show } from './album';
import { bringAxe } from './axe';
import { aSpan, attribute, family, sendSpans, startCollector, type Collector } from './collector';
import { fact, rows, said, visit, type Visitor } from './visitor';

const some = looks.slice(1, 3);
const broken = /WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|403 \(Forbidden\)/;

/** notice is what the page tells under a title. */
const notice = (page: Page, title: string | RegExp) => page.locator('.notice', { has: page.locator('strong', { hasText: title }) });

const named = (digits: string, id: number, parent: number, name: string, more: Record<string, string>) => ({
  ...aSpan(digits, id, parent, name, Date.now() - 500 + id), attributes: Object.entries(more).map(([key, value]) => attribute(key, value)),
});

describe('what is not as it should be is said, with what to do:', () => {
  let collector: Collector;
  let visitor: Visitor;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'canvas-honesty-'));
  beforeAll(async () => {
    writeFileSync(join(folder, 'expose.yaml'), 'default: enabled\nworkflows: {deny: [payroll]}\n');
    collector = await startCollector(`
exporters:
  canvastrace:
    retention: {max_execution_spans: 20, max_value_bytes: 256, ttl: 15s}
    completeness: {quiet_period: 500ms, missing_parent: 1s, start_only: 1s, abandon: 2s}
extensions: {canvasserver: {expose_file: ${join(folder, 'expose.yaml')}}}
`);
  });
  afterAll(async () => {
    await collector.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    visitor = await visit(collector.page);
    await bringAxe(visitor.context);
    page = visitor.page;
  });
  afterEach(async () => {
    visitor.forgive(broken);
    await visitor.leave();
  });

  it('the connection is lost, and comes back where it was', async () => {
    await sendSpans(collector, family('b1'));
    await page.goto(`${collector.page}/executions/${'b1'.repeat(16)}`);
    await expect.poll(() => rows(page)).toHaveLength(4);
    const up = await collector.down();
    await expect.poll(async () => (await said(page)).word).toMatch(/^Out of date · reconnecting, try \d+$/);
    await expect.poll(() => notice(page, 'Not connected.').textContent()).toMatch(/Not connected\..+Trying again by itself\./);
    expect(await rows(page)).toHaveLength(4);
    await show(page, 'notice-not-connected', some);
    await page.locator('.connection').focus();
    await page.locator('.connection').click();
    await expect.poll(() => page.getByRole('tooltip').first().textContent()).toContain('What is shown may be out of date');
    await up();
    await expect.poll(() => said(page)).toMatchObject({ word: 'Live', resumed: 'true' });
    await notice(page, 'Not connected.').waitFor({ state: 'detached' });
    await page.locator('h1').click();
    await page.locator('.connection').click();
    await expect.poll(() => page.getByRole('tooltip').first().textContent()).toMatch(/Resumed at .*: nothing was missed\./);
  });

  it('the list is not kept up to date', async () => {
    await page.goto(collector.page);
    await expect.poll(async () => (await said(page)).word).toBe('Live');
    const up = await collector.down();
    await expect.poll(() => notice(page, 'The list is not up to date.').textContent()).toMatch(/not up to date\..+Trying again by itself\./);
    await up();
    await notice(page, 'The list is not up to date.').waitFor({ state: 'detached' });
  });

  it('more spans came than the server keeps', async () => {
    await sendSpans(collector, [aSpan('b2', 1, 0, 'root', Date.now() - 900), ...Array.from({ length: 60 }, (_, i) => aSpan('b2', i + 2, 1, `step ${i}`, Date.now() - 800 + i))]);
    await page.goto(`${collector.page}/executions/${'b2'.repeat(16)}`);
    await expect.poll(() => notice(page, /of its spans are not shown\.$/).textContent()).toMatch(/^[1-9]\d* of its spans are not shown\.The execution is larger than the server keeps: \d+ spans were kept\. Raise the limits/);
    await show(page, 'notice-dropped', some);
  });

  it('long values were cut', async () => {
    await sendSpans(collector, [named('b3', 1, 0, 'wordy', { note: 'long '.repeat(200) })]);
    await page.goto(`${collector.page}/executions/${'b3'.repeat(16)}`);
    await page.getByRole('treeitem', { name: /^wordy/ }).click();
    await page.getByText('Long values of this span are cut here.').waitFor();
    await page.getByRole('button', { name: 'Fetch the whole span' }).click();
    await page.getByText('This is all that the server kept of the span.').waitFor();
    expect(await page.locator('.attributes').last().textContent()).toContain('long '.repeat(190));
  });

  it('the root was never sent', async () => {
    await sendSpans(collector, family('b4').slice(1));
    await page.goto(`${collector.page}/executions/${'b4'.repeat(16)}`);
    await expect.poll(() => notice(page, 'The root was never received.').textContent()).toContain('3 spans hang on a span that nobody has sent. Its sender may have ended without sending it, or sampling may have left it out.');
    expect(await fact(page, 'Completeness')).toContain('closed · silent for long, and the end never came');
    await show(page, 'notice-rootless', some);
    await page.getByRole('button', { name: 'closed', exact: true }).click();
    await expect.poll(() => page.getByRole('tooltip').textContent()).toContain('What never reached it cannot be counted here: what a sampler before it left out');
  });

  it('nobody knows the execution, or its span', async () => {
    await page.goto(`${collector.page}/executions/${'b5'.repeat(16)}?span=${'1'.repeat(16)}`);
    await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor();
    expect(await page.locator('.empty').textContent()).toContain('check the id');
    expect(await page.getByRole('region', { name: 'Summary' }).textContent()).toContain('nothing to sum up');
    await sendSpans(collector, family('b5'));
    await expect.poll(() => notice(page, 'The span in the address is not here.').textContent()).toContain('It may not have arrived yet');
  });

  it('the Trace tab is not enabled for a workflow', async () => {
    await sendSpans(collector, [named('b6', 1, 0, 'workflow.execution', { 'orcheo.execution.id': 'run-payroll', 'orcheo.workflow.id': 'payroll' })]);
    await page.goto(`${collector.page}/executions/run-payroll`);
    await expect.poll(() => notice(page, 'The Trace tab is not enabled for this workflow yet.').textContent()).toContain('Its traces are kept: reload the page once it is.');
    await show(page, 'notice-not-enabled', some);
  });

  it('the spans had to go', async () => {
    await sendSpans(collector, family('b7'));
    await page.goto(`${collector.page}/executions/${'b7'.repeat(16)}`);
    await expect.poll(() => rows(page)).toHaveLength(4);
    await expect.poll(() => notice(page, 'The server no longer holds these spans.').count(), { timeout: 50_000 }).toBe(1);
    expect(await notice(page, 'The server no longer holds these spans.').textContent()).toContain('What you see is what this page had read');
    expect(await rows(page)).toHaveLength(4);
    await page.reload();
    await expect.poll(() => notice(page, 'The spans of this execution are gone.').textContent()).toMatch(/Only the totals above are left.*Look for the trace in the backend.*To keep more, raise the limits/);
    await show(page, 'notice-gone', some);
    expect(await fact(page, 'Spans')).toBe('4');
  }, 90_000);
});

describe('whoever has no right to an execution', () => {
  let collector: Collector;
  let rights: Server;
  let yes = false;
  beforeAll(async () => {
    rights = createServer((_, response) => { response.writeHead(yes ? 204 : 403).end(); });
    await new Promise<void>((done) => { rights.listen(0, '127.0.0.1', done); });
    const at = `http://127.0.0.1:${(rights.address() as AddressInfo).port}`;
    collector = await startCollector(`extensions: {canvasserver: {forward_auth: {url: "${at}/see/{execution_id}", workflow_url: "${at}/list/{workflow_id}", cache_ttl: 1s}, bind: {enabled: false}}}`);
    await sendSpans(collector, family('b8'));
  });
  afterAll(async () => {
    await collector.stop();
    await new Promise((done) => { rights.close(done); });
  });

  it('is told so, and sees it once the right is there', async () => {
    const visitor = await visit(collector.page);
    await bringAxe(visitor.context);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${'b8'.repeat(16)}`);
    await expect.poll(() => notice(page, 'You may not see this execution.').textContent()).toContain('Ask whoever runs this server for the right to it, then reload the page.');
    await show(page, 'notice-no-right', some);
    await page.goto(collector.page);
    await expect.poll(() => notice(page, 'The list is not up to date.').count()).toBe(1);
    yes = true;
    await page.goto(`${collector.page}/executions/${'b8'.repeat(16)}`);
    await expect.poll(async () => {
      if ((await rows(page)).length === 0) {
        await page.reload();
        await page.locator('.connection-live').waitFor();
      }
      return (await rows(page)).length;
    }, { interval: 1000, timeout: 40_000 }).toBe(4);
    visitor.forgive(broken);
    await visitor.leave();
  }, 90_000);
});
