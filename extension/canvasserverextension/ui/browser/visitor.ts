import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Visitor is a browser with an empty profile that notes everything it should not see. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** forgive takes the complaints that a test provoked on purpose out of the list. */
  forgive(pattern: RegExp): void;
  /** leave closes the browser, and fails where something was noted. */
  leave(): Promise<void>;
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  /** anyCertificate takes the server's, whoever signed it. */
  readonly anyCertificate?: boolean;
  /** touch is a device without a mouse: a phone, a tablet. */
  readonly touch?: boolean;
}

/** visit opens Chromium. Whatever the page asks for beyond its own server is refused and noted. */
export async function visit(origin: string, { width = 1280, height = 800, scheme = 'light', anyCertificate = false, touch = false }: Look = {}): Promise<Visitor> {
  const profile = mkdtempSync(join(tmpdir(), 'canvas-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CANVAS_CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
      // The names of the examples.
      '--host-resolver-rules=MAP *.example.com 127.0.0.1',
    ],
    ignoreHTTPSErrors: anyCertificate,
    viewport: { width, height }, colorScheme: scheme, reducedMotion: 'no-preference', hasTouch: touch, isMobile: touch,
  });
  let complaints: string[] = [];
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (e) => {
      console.error(`policy violated: ${e.violatedDirective} by ${e.blockedURI} ${e.sourceFile}`);
    });
  });
  await context.route((url) => url.origin !== origin, async (route) => {
    complaints.push(`asked for ${route.request().url()}`);
    await route.abort();
  });
  const page = context.pages()[0] ?? await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { complaints.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on('popup', (popup) => complaints.push(`popup: ${popup.url()}`));
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) {
      complaints.push(`connected to ${socket.url()}`);
    }
  });
  return {
    page, context,
    forgive: (pattern) => { complaints = complaints.filter((c) => !pattern.test(c)); },
    leave: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
      expect(complaints).toEqual([]);
    },
  };
}

/** rows lists the labels of the rows of the tree that are in the window. */
export function rows(page: Page): Promise<string[]> {
  return page.getByRole('treeitem').evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
}

/** fact reads a figure of the header. */
export async function fact(page: Page, name: string): Promise<string> {
  return (await page.locator('.fact', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd').textContent()) ?? '';
}

/** said is how the page says that it is connected. */
export function said(page: Page): Promise<{ word: string; transport: string; resumed: string }> {
  return page.locator('.connection').evaluate((mark: HTMLElement) => ({
    word: mark.textContent, transport: mark.dataset['transport'] ?? '', resumed: mark.dataset['resumed'] ?? '',
  }));
}
