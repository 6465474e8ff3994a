import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aSpan, family, sendSpans, startCollector, type Collector } from './collector';
import { startProxy, type Manners, type Proxy } from './proxy';
import { rows, said, visit } from './visitor';

const broken = /WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|502 \(Bad Gateway\)/;

/** messages lists what the page sends over WebSockets from now on. */
function messages(page: Page): { type: string; execution_id?: string; since?: string }[] {
  const sent: { type: string }[] = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => { sent.push(JSON.parse(payload.toString()) as { type: string }); });
  });
  return sent;
}

describe('the page', () => {
  let collector: Collector;
  let proxy: Proxy | null = null;
  beforeAll(async () => { collector = await startCollector(); });
  afterEach(async () => { await proxy?.stop(); proxy = null; });
  afterAll(async () => { await collector.stop(); });

  async function behind(manners: Manners): Promise<Proxy> {
    proxy = await startProxy(collector.page, manners);
    return proxy;
  }

  it('follows a run and the list over one WebSocket, and goes on where it was after that broke', async () => {
    const { page: address, cut } = await behind({ upgrades: 'pass', events: 'pass' });
    const visitor = await visit(address);
    const { page } = visitor;
    const sent = messages(page);
    const [root, ...rest] = family('cd');
    await sendSpans(collector, rest);
    await page.goto(address);
    await page.getByRole('link', { name: /cdcdcd/ }).click();
    await expect.poll(() => rows(page)).toHaveLength(4);
    expect(await said(page)).toEqual({ word: 'Live', transport: 'websocket', resumed: 'false' });
    expect(sent.map((m) => m.type)).toEqual(['init', 'subscribe', 'unsubscribe', 'subscribe']);

    cut();
    await sendSpans(collector, root === undefined ? [] : [root]);
    await expect.poll(async () => (await rows(page))[0]).toMatch(/^root, Span, ok/);
    expect(await rows(page)).toHaveLength(4);
    expect(await said(page)).toEqual({ word: 'Live', transport: 'websocket', resumed: 'true' });
    expect(sent.slice(4)).toMatchObject([{ type: 'init' }, { type: 'subscribe', execution_id: 'cd'.repeat(16), since: expect.stringMatching(/^c\./) as string }]);
    visitor.forgive(broken);
    await visitor.leave();
  });

  it.each([
    ['refuses upgrades', 'over server-sent events', { upgrades: 'refuse', events: 'pass' }, { word: 'Live · event stream', transport: 'events' }, 'c1'],
    ['swallows upgrades', 'over server-sent events', { upgrades: 'swallow', events: 'pass' }, { word: 'Live · event stream', transport: 'events' }, 'c3'],
    ['also holds answers back', 'by polling', { upgrades: 'refuse', events: 'hold' }, { word: 'Live · polling', transport: 'poll' }, 'c2'],
  ] as const)('behind a proxy that %s is live %s', async (_, way, manners, expected, digits) => {
    const { page: address } = await behind({ ...manners });
    await sendSpans(collector, family(digits).slice(0, 2));
    const visitor = await visit(address);
    const { page } = visitor;
    await page.goto(`${address}/executions/${digits.repeat(16)}`);
    const begun = Date.now();
    await expect.poll(() => said(page)).toMatchObject(expected);
    console.log(`live ${way} after ${Date.now() - begun} ms`);
    await page.locator('.connection').click();
    await expect.poll(() => page.getByRole('tooltip').textContent()).toContain('So something slower is used, and what is better is tried again now and then.');
    await expect.poll(() => rows(page)).toHaveLength(2);
    await sendSpans(collector, family(digits).slice(2));
    await expect.poll(() => rows(page)).toHaveLength(4);
    await page.getByRole('link', { name: 'Executions' }).click();
    await page.getByRole('link', { name: new RegExp(digits.repeat(3)) }).waitFor();
    visitor.forgive(broken);
    await visitor.leave();
  });

  it('comes back by itself when the server restarts, and shows what the new one has', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await sendSpans(collector, family('ca'));
    await page.goto(`${collector.page}/executions/${'ca'.repeat(16)}`);
    await expect.poll(() => rows(page)).toHaveLength(4);
    await collector.restart();
    await expect.poll(() => said(page)).toEqual({ word: 'Live', transport: 'websocket', resumed: 'true' });
    await page.getByRole('heading', { name: 'The server no longer knows this execution' }).waitFor();
    await sendSpans(collector, [aSpan('ca', 9, 0, 'after the restart', Date.now() - 50)]);
    await expect.poll(async () => (await rows(page)).join()).toContain('after the restart');
    visitor.forgive(broken);
    await visitor.leave();
  });
});
