import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute, sendSpans, startCollector, type Collector } from './collector';
import { rows, visit } from './visitor';

const token = 'let-me-see-1f0c';

describe('a server that wants a token', () => {
  let collector: Collector;
  const folder = mkdtempSync(join(tmpdir(), 'canvas-tokens-'));
  const tokens = join(folder, 'tokens');
  beforeAll(async () => {
    writeFileSync(tokens, token);
    collector = await startCollector(`
extensions:
  bearertokenauth: {filename: ${tokens}}
  canvasserver: {auth_interval: 500ms, http: {auth: {authenticator: bearertokenauth}}}
service: {extensions: [bearertokenauth, canvasserver]}
`);
    await sendSpans(collector, [{
      traceId: '77'.repeat(16), spanId: '7'.repeat(16), name: 'guarded', startTimeUnixNano: `${Date.now() - 5}000000`, endTimeUnixNano: `${Date.now()}000000`,
      attributes: [attribute('orcheo.execution.id', 'run-guarded')],
    }]);
  });
  afterAll(async () => {
    await collector.stop();
    rmSync(folder, { recursive: true });
  });

  it('is given one that stays in memory and in no address', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    page.on('websocket', (socket) => addresses.push(socket.url()));
    await page.goto(`${collector.page}/executions/run-guarded`);
    await page.getByLabel('Access token').fill('not-this-one');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('It did not accept the last one').waitFor();

    await page.getByLabel('Access token').fill(token);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => rows(page)).toHaveLength(1);
    expect(await page.locator('.connection').textContent()).toBe('Live');
    await page.getByRole('link', { name: 'Executions' }).click();
    await page.getByRole('link', { name: /run-guarded/ }).waitFor();

    expect(addresses.filter((a) => a.includes(token))).toEqual([]);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, '']);
    await page.reload();
    await page.getByLabel('Access token').waitFor();
    // Browsers write every answer 401 to the console.
    visitor.forgive(/401|WebSocket connection to .* failed/);
    await visitor.leave();
  });

  it('asks for another when it expires while the page is live', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/run-guarded`);
    await page.getByLabel('Access token').fill(token);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => rows(page)).toHaveLength(1);
    writeFileSync(tokens, 'the-next-one');
    await page.getByText('It did not accept the last one').waitFor();
    await page.getByLabel('Access token').fill('the-next-one');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => rows(page)).toHaveLength(1);
    expect(await page.locator('.connection').textContent()).toBe('Live');
    visitor.forgive(/401|WebSocket connection to .* failed/);
    await visitor.leave();
  });
});
