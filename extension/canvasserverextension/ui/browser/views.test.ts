import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { looks, show, wanted } from './album';
import { bringAxe } from './axe';
import { aSpan, family, playDemo, sendSpans, startCollector, type Collector } from './collector';
import { visit, type Visitor } from './visitor';

describe('every view, light and dark, wide and narrow, is whole and without barriers:', () => {
  let collector: Collector;
  let visitor: Visitor;
  let page: Page;
  let run = '';
  beforeAll(async () => {
    collector = await startCollector('extensions: {canvasserver: {thresholds: {high_cost_usd: 0.04}}}');
    visitor = await visit(collector.page);
    await bringAxe(visitor.context);
    page = visitor.page;
  });
  afterAll(async () => {
    // It throws where the browser noted something; the collector has to end all the same.
    try {
      await visitor.leave();
    } finally {
      await collector.stop();
    }
  });
  const open = async (path: string) => {
    await page.goto(collector.page + path);
    await page.locator('.connection-live').waitFor();
  };

  it('the list before the first run, and the runs', async () => {
    await open('/');
    await page.getByRole('heading', { name: 'No execution yet' }).waitFor();
    await show(page, 'list-empty');
    const demo = await playDemo(collector, wanted === undefined ? 8 : 30);
    run = demo.id;
    await sendSpans(collector, [...family('a1').slice(0, 3), { ...aSpan('a1', 4, 1, 'second', Date.now() - 600), status: { code: 2, message: 'it broke' } }]);
    await sendSpans(collector, family('a2').slice(1));
    await open(`/executions/${run}`);
    await page.getByRole('treeitem', { name: /^Post to chat, Tool, error/ }).waitFor();
    await page.getByRole('treeitem', { name: /^chat gpt-4o-mini/ }).first().click();
    await page.getByText('Sort by urgency').first().waitFor();
    await page.mouse.move(0, 0);
    await show(page, 'trace-running', looks);
    await open('/');
    await page.getByRole('link', { name: /running/ }).first().waitFor();
    await show(page, 'list');
    await demo.done;
    await open('/?q=no+such+run');
    await page.getByRole('heading', { name: /Nothing fits/ }).waitFor();
    await show(page, 'list-nothing-fits');
  }, 150_000);

  it('the trace, alone and with a span', async () => {
    await open(`/executions/${run}`);
    await page.locator('.headline .badge', { hasText: 'completed' }).waitFor();
    await show(page, 'trace');
    await page.getByRole('treeitem', { name: /^chat gpt-4o-mini/ }).first().click();
    await page.getByText('Sort by urgency').first().waitFor();
    await show(page, 'trace-span');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /errors$/ }).click();
    await page.locator('.failure').waitFor();
    await show(page, 'trace-error');
    await page.getByRole('searchbox', { name: /^Search/ }).fill('chat');
    await page.getByRole('button', { name: 'Next match' }).click();
    await show(page, 'trace-search');
  }, 120_000);

  it('the transcript, and tokens & cost', async () => {
    await open(`/executions/${run}?view=transcript`);
    await page.locator('.turn').first().waitFor();
    await show(page, 'transcript');
    await open(`/executions/${run}?view=tokens`);
    await page.getByRole('region', { name: 'Tokens and cost' }).waitFor();
    await show(page, 'tokens');
    await open(`/executions/${'a1'.repeat(16)}?view=tokens`);
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await show(page, 'tokens-none', looks.slice(1, 3));
    await open(`/executions/${'a1'.repeat(16)}?view=transcript`);
    await page.getByRole('heading', { name: 'Nothing was said yet' }).waitFor();
    await show(page, 'transcript-none', looks.slice(1, 3));
  }, 120_000);

  it('what opens over the page', async () => {
    await open(`/executions/${run}`);
    await page.getByRole('treeitem').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await show(page, 'keys');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menu').waitFor();
    await show(page, 'export');
    await page.keyboard.press('Escape');
    await page.locator('.connection').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await page.getByRole('tooltip').waitFor();
    await show(page, 'connection');
  }, 120_000);

  it('what is unusual', async () => {
    await open(`/executions/${'9f'.repeat(16)}`);
    await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor();
    await show(page, 'notice-unknown');
    await open(`/executions/${'a1'.repeat(16)}?span=00000000000000ff`);
    await page.getByText('The span in the address is not here.').waitFor();
    await show(page, 'notice-no-such-span', looks.slice(1, 3));
    await open(`/executions/${'a2'.repeat(16)}`);
    await page.getByRole('treeitem', { name: /not received/ }).waitFor();
    await show(page, 'trace-rootless', looks.slice(0, 3));
  }, 120_000);

  it('nothing moves for whoever wants it so', async () => {
    await sendSpans(collector, [{ ...aSpan('a3', 1, 0, 'root', Date.now() - 900), endTimeUnixNano: '0' }, aSpan('a3', 2, 1, 'inside', Date.now() - 800)]);
    const moving = () => page.evaluate(() => document.getAnimations().length);
    for (const path of ['/', `/executions/${'a3'.repeat(16)}`]) {
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      await open(path);
      await expect.poll(moving).toBeGreaterThan(0);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await expect.poll(moving).toBe(0);
    }
  }, 120_000);

  it('a server that wants a token', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'canvas-tokens-'));
    writeFileSync(join(folder, 'tokens'), 'let-me-see');
    const guarded = await startCollector(`
extensions:
  bearertokenauth: {filename: ${join(folder, 'tokens')}}
  canvasserver: {http: {auth: {authenticator: bearertokenauth}}}
service: {extensions: [bearertokenauth, canvasserver]}
`);
    const guest = await visit(guarded.page);
    await bringAxe(guest.context);
    await guest.page.goto(guarded.page);
    await guest.page.getByLabel('Access token').waitFor();
    await show(guest.page, 'token');
    await guest.page.getByLabel('Access token').fill('not-this-one');
    await guest.page.keyboard.press('Enter');
    await guest.page.getByText('It did not accept the last one').waitFor();
    await show(guest.page, 'token-refused', looks.slice(1, 3));
    guest.forgive(/401|WebSocket connection to .* failed/);
    await guest.leave();
    await guarded.stop();
    rmSync(folder, { recursive: true });
  }, 120_000);
});
