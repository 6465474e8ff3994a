import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attribute, family, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { rows, said, visit, type Visitor } from './visitor';
import { askSecurely, example, name, startCaddy, startNginx, type WebServer } from './webserver';

const overWebSocket = { word: 'Live', transport: 'websocket', resumed: 'false' };
const overEvents = { word: 'Live · event stream', transport: 'events' };
const byPolling = { word: 'Live · polling', transport: 'poll' };

/** fallback is how long a page may take until it is live, whatever is in between. */
const fallback = { timeout: 10_000 };

const refusedUpgrade = /WebSocket connection to .* failed/;

/** plainNginx is what people write first: nginx's defaults neither upgrade nor speak HTTP/1.1, and they buffer answers. */
const plainNginx = (server: string, more = '') => (port: number) => `server { listen 127.0.0.1:${port}; location / { proxy_pass ${server}; ${more} } }`;

/** nginx is the file of the examples, with what else is asked for. */
const nginx = (server: string, more = '') => (port: number) =>
  `${more}\n${example('nginx/canvas.conf', { 'listen 80;': `listen 127.0.0.1:${port};`, 'http://127.0.0.1:8090;': `${server};` })}`;

/** caddy is the file of the examples, for an address. */
const caddy = (server: string, address: (port: number) => string) => (port: number) =>
  example('caddy/Caddyfile', { 'traces.example.com': address(port), '127.0.0.1:8090': new URL(server).host });

let web: WebServer | null = null;
let visitor: Visitor | null = null;
afterEach(async () => {
  await visitor?.context.close();
  await web?.stop();
  web = visitor = null;
});

/** Heard is what came over the WebSockets of a page. */
interface Heard { sockets: number; heartbeats: number }

/** behind opens an execution behind a proxy, waits until it is live, and then for a span that is sent while it is. */
async function behind(proxy: WebServer, collector: Collector, digits: string, expected: object, anyCertificate = false): Promise<{ page: Page; heard: Heard }> {
  web = proxy;
  await sendSpans(collector, family(digits).slice(0, 2));
  visitor = await visit(web.page, { anyCertificate });
  const { page } = visitor;
  const heard = { sockets: 0, heartbeats: 0 };
  page.on('websocket', (socket) => {
    heard.sockets++;
    socket.on('framereceived', ({ payload }) => { heard.heartbeats += payload.includes('"heartbeat"') ? 1 : 0; });
  });
  const begun = Date.now();
  await page.goto(`${web.page}/executions/${digits.repeat(16)}`);
  await expect.poll(() => said(page), fallback).toMatchObject(expected);
  console.log(`live after ${Date.now() - begun} ms`);
  await expect.poll(() => rows(page)).toHaveLength(2);
  await sendSpans(collector, family(digits).slice(2, 3));
  await expect.poll(() => rows(page)).toHaveLength(3);
  return { page, heard };
}

describe('the page behind real proxies', () => {
  let collector: Collector;
  let server: string;
  beforeAll(async () => {
    collector = await startCollector(`extensions: {canvasserver: {ping_interval: 2s, allowed_hosts: [127.0.0.1, localhost, ${name}], allowed_origins: [https://canvas.example.com]}}`);
    server = collector.page.replace('localhost', '127.0.0.1');
  });
  afterAll(async () => { await collector.stop(); });

  it('stays live over one WebSocket behind nginx while nothing happens for longer than nginx waits', async () => {
    await staysLive(await startNginx(nginx(server, 'proxy_read_timeout 5s; proxy_send_timeout 5s;')), collector, 4, 40_000);
  });

  it.each([
    ['forbids upgrades and buffers', 'b1', (port: number) => plainNginx(server)(port)],
    ['passes upgrades on and tells another Host', 'b3', (port: number) => nginx(server)(port).replace(/proxy_set_header Host .*/, '')],
  ] as const)('is live over server-sent events behind an nginx that %s', async (_, digits, site) => {
    await behind(await startNginx(site), collector, digits, overEvents);
    visitor?.forgive(refusedUpgrade);
    await visitor?.leave();
  });

  it('is live by polling behind an nginx that also buffers what it is asked not to', async () => {
    await behind(await startNginx(plainNginx(server, 'proxy_ignore_headers X-Accel-Buffering;')), collector, 'b2', byPolling);
    visitor?.forgive(refusedUpgrade);
    await visitor?.leave();
  });

  it('is live over a WebSocket behind a Caddy that ends TLS, under a name that the server knows', async () => {
    const { page } = await behind(await startCaddy(caddy(server, (port) => `${name}:${port}`), 'https'), collector, 'b4', overWebSocket, true);
    const port = Number(new URL(page.url()).port);
    expect(page.url()).toMatch(/^https:\/\/traces\.example\.com:/);
    expect(await askSecurely(port, '/api/info', { Origin: `https://${name}:${port}` })).toBe(200);
    expect(await askSecurely(port, '/api/info', { Origin: 'https://canvas.example.com' })).toBe(200);
    expect(await askSecurely(port, '/api/info', { Origin: 'https://attacker.example.com' })).toBe(403);
    await visitor?.leave();
  });
});

// Minutes, with every default as it is: a part of `make soak`, or CANVAS_SOAK=1 npm run test:browser -- proxies
if (process.env['CANVAS_SOAK'] !== undefined) {
  it('stays live over one WebSocket behind nginx with its 60 s and the server with its 20 s, while nothing happens for 2 minutes', async () => {
    const collector = await startCollector();
    try {
      await staysLive(await startNginx(nginx(collector.page.replace('localhost', '127.0.0.1'))), collector, 7, 180_000);
    } finally {
      await collector.stop();
    }
  }, 240_000);
}

/** staysLive waits for so many heartbeats in a row, during which nothing else is sent. */
async function staysLive(proxy: WebServer, collector: Collector, heartbeats: number, timeout: number): Promise<void> {
  const { page, heard } = await behind(proxy, collector, 'b0', overWebSocket);
  const begun = Date.now();
  heard.heartbeats = 0;
  await expect.poll(() => heard.heartbeats, { timeout }).toBeGreaterThanOrEqual(heartbeats);
  console.log(`idle for ${Date.now() - begun} ms`);
  await sendSpans(collector, family('b0').slice(3));
  await expect.poll(() => rows(page)).toHaveLength(4);
  expect(await said(page)).toEqual(overWebSocket);
  expect(heard.sockets).toBe(1);
  await visitor?.leave();
}

describe('the page below a path of another site', () => {
  let collector: Collector;
  let server: string;
  beforeAll(async () => {
    collector = await startCollector('extensions: {canvasserver: {base_path: /canvas}}');
    server = collector.page.replace('localhost', '127.0.0.1');
  });
  afterAll(async () => { await collector.stop(); });

  // nginx unescapes what it takes the path off, so there an id may hold no slash.
  it.each([
    ['an nginx that passes the path on', 'runs/1', overWebSocket, () => startNginx((port) => example('nginx/sub-path.conf', { 'listen 80;': `listen 127.0.0.1:${port};`, 'http://127.0.0.1:8090;': `${server};` }))],
    ['an nginx that takes the path off', 'runs-2', overEvents, () => startNginx((port) => `server { listen 127.0.0.1:${port}; location /canvas/ { proxy_pass ${server}/; } }`)],
    ['a Caddy that takes the path off', 'runs/3', overWebSocket, () => startCaddy((port) => example('caddy/sub-path.Caddyfile', { 'tools.example.com': `http://127.0.0.1:${port}`, '127.0.0.1:8090': new URL(server).host }))],
  ] as const)('lists, follows and fetches behind %s', async (_, execution, expected, start) => {
    web = await start();
    visitor = await visit(web.page);
    const { page } = visitor;
    const asked: string[] = [];
    page.on('request', (request) => { asked.push(new URL(request.url()).pathname); });
    page.on('websocket', (socket) => { asked.push(new URL(socket.url()).pathname); });
    await sendSpans(collector, longSpans(execution));

    await page.goto(`${web.page}/canvas`);
    await page.getByRole('link', { name: new RegExp(`run of ${execution}`) }).click();
    await expect.poll(() => page.url()).toBe(`${web.page}/canvas/executions/${encodeURIComponent(execution)}`);
    await expect.poll(() => rows(page)).toHaveLength(2);
    await page.reload();
    await page.getByRole('treeitem', { name: /^wordy/ }).click();
    await page.getByRole('button', { name: 'Fetch the whole span' }).click();
    await page.getByText('This is all that the server kept of the span.').waitFor();
    await expect.poll(() => said(page), fallback).toMatchObject(expected);
    await page.getByRole('link', { name: 'Executions' }).click();
    await expect.poll(() => page.url()).toBe(`${web?.page ?? ''}/canvas/`);
    await page.getByRole('link', { name: new RegExp(`run of ${execution}`) }).waitFor();

    expect(asked.filter((path) => path !== '/canvas' && !path.startsWith('/canvas/'))).toEqual([]);
    expect(asked).toContain('/canvas/ws');
    visitor.forgive(refusedUpgrade);
    await visitor.leave();
  });
});

/** longSpans are a root and a span whose text is cut until somebody asks for the whole of it. */
function longSpans(execution: string): OtlpSpan[] {
  const digits = execution.replace(/\D/g, '').padStart(2, 'e');
  const [root, wordy] = family(digits);
  if (root === undefined || wordy === undefined) {
    throw new Error('a family has two spans');
  }
  const of = attribute('orcheo.execution.id', execution);
  return [
    { ...root, attributes: [of, attribute('orcheo.execution.run_name', `run of ${execution}`)] },
    { ...wordy, name: 'wordy', attributes: [of, attribute('text', 'long '.repeat(5000))] },
  ];
}
