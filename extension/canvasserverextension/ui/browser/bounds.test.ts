import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSpan, attribute, sendSpans, startCollector, type Collector } from './collector';
import { root } from './process';
import { fact, visit } from './visitor';

// What the page may cost, whoever adds to it.
const mostScript = 250_000;
const mostElements = 4000;

describe('the page stays small:', () => {
  it(`all of its JavaScript is at most ${mostScript / 1000} kB gzipped`, () => {
    const folder = join(root, 'extension/canvasserverextension/internal/page/dist/site/assets/page');
    const sizes = readdirSync(folder).filter((name) => name.endsWith('.js')).map((name) => [name, gzipSync(readFileSync(join(folder, name)), { level: 9 }).length] as const);
    const sum = sizes.reduce((n, [, size]) => n + size, 0);
    console.log(`JavaScript, gzipped: ${sum} bytes (${sizes.map(([name, size]) => `${name} ${size}`).join(', ')})`);
    expect(sizes.length).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(mostScript);
  });

  describe('with 6,000 spans', () => {
    let collector: Collector;
    beforeAll(async () => {
      collector = await startCollector();
      const now = Date.now();
      const spans = Array.from({ length: 6000 }, (_, i) => ({
        ...aSpan('ef', i + 1, i === 0 ? 0 : Math.floor((i - 1) / 20) + 1, `step ${i}`, now - 6000 + i),
        attributes: [attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', `model ${i % 700}`), { key: 'gen_ai.usage.input_tokens', value: { intValue: String(i) } }],
        events: [{ name: 'message', timeUnixNano: `${now - 6000 + i}000000`, attributes: [attribute('role', 'assistant'), attribute('preview', `answer ${i}`)] }],
      }));
      for (let i = 0; i < spans.length; i += 1000) {
        await sendSpans(collector, spans.slice(i, i + 1000));
      }
    });
    afterAll(async () => { await collector.stop(); });

    it.each([
      ['', '[role="treeitem"]'], ['view=transcript', '.turn'], ['view=tokens&by=model', '.bar-row'],
    ])('each view holds few elements, however far one goes: ?%s', async (search, row) => {
      const visitor = await visit(collector.page);
      const { page } = visitor;
      await page.goto(`${collector.page}/executions/${'ef'.repeat(16)}?${search}`);
      await expect.poll(() => fact(page, 'Spans')).toBe('6,000');
      await page.locator(row).first().waitFor();
      const elements = () => page.evaluate(() => document.querySelectorAll('*').length);
      expect(await elements()).toBeLessThan(mostElements);
      await page.locator('[role="tabpanel"] [tabindex="0"]').first().focus();
      await page.keyboard.press('End');
      await page.locator(row).first().waitFor();
      expect(await page.locator(row).count()).toBeGreaterThan(5);
      console.log(`?${search}: ${await elements()} elements, ${await page.locator(row).count()} rows`);
      expect(await elements()).toBeLessThan(mostElements);
      await visitor.leave();
    });
  });
});
