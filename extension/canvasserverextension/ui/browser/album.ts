import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { barriers } from './axe';
import { root } from './process';

// Pictures of every view, to be looked at. Where those of the README are wanted, the demo takes its time.
const album = join(root, 'build/screenshots');
export const wanted = process.env['CANVAS_SCREENSHOTS'];
const ofReadme: ReadonlyMap<string, string> = new Map([
  ['trace-running-light-1280', 'trace-tab.png'], ['tokens-dark-1280', 'trace-tab-tokens.png'], ['transcript-light-1280', 'trace-tab-transcript.png'],
]);

export const looks = [['light', 1280], ['dark', 1280], ['light', 360], ['dark', 360]] as const;
export type Look = (typeof looks)[number];

/** show looks at what is on the screen in each theme, wide and narrow: nothing sticks out, axe finds no barrier, and a picture is taken. */
export async function show(page: Page, name: string, some: readonly Look[] = looks): Promise<void> {
  mkdirSync(album, { recursive: true });
  const found: string[] = [];
  for (const [scheme, width] of some) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'no-preference' });
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { requestAnimationFrame(done); }); }));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    found.push(...(over > 0 ? [`${scheme} ${width}: ${over} pixels too wide`] : []), ...(await barriers(page)).map((b) => `${scheme} ${width}: ${b}`));
    const picture = await page.screenshot({ path: join(album, `${name}-${scheme}-${width}.png`), animations: 'disabled' });
    const file = ofReadme.get(`${name}-${scheme}-${width}`);
    if (wanted !== undefined && file !== undefined) {
      writeFileSync(join(root, wanted, file), picture);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(found, name).toEqual([]);
}
