import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePorts, root, startProcess } from './process';

/** Collector is the real binary on ports of its own. */
export interface Collector {
  readonly page: string;
  readonly otlp: string;
  /** restart ends it as SIGTERM does, and starts it again on the same ports. */
  restart(): Promise<void>;
  /** down ends it as SIGTERM does, and returns what starts it again on the same ports. */
  down(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** startCollector starts build/otelcol-canvas with the profile `local`, and an overlay of settings if one is given. */
export async function startCollector(overlay?: string): Promise<Collector> {
  const [grpc, http, server, metrics] = await freePorts(4);
  const folder = mkdtempSync(join(tmpdir(), 'canvas-page-'));
  const args = ['--config=canvas:local'];
  if (overlay !== undefined) {
    writeFileSync(join(folder, 'overlay.yaml'), overlay);
    args.push(`--config=${join(folder, 'overlay.yaml')}`);
  }
  const urls = [`http://localhost:${server}/healthz`, `http://localhost:${http}/v1/traces`];
  const start = () => startProcess({
    command: join(root, 'build/otelcol-canvas'), args, missing: 'run make build first',
    env: {
      PATH: process.env['PATH'], HOME: folder,
      CANVAS_OTLP_GRPC_ENDPOINT: `localhost:${grpc}`, CANVAS_OTLP_HTTP_ENDPOINT: `localhost:${http}`,
      CANVAS_SERVER_ENDPOINT: `localhost:${server}`, CANVAS_METRICS_PORT: String(metrics),
    },
    ready: async () => (await Promise.all(urls.map(answers))).every((yes) => yes),
  });
  let stopProcess = await start();
  return {
    page: `http://localhost:${server}`, otlp: `http://localhost:${http}`,
    restart: async () => {
      await stopProcess();
      stopProcess = await start();
    },
    down: async () => {
      await stopProcess();
      return async () => { stopProcess = await start(); };
    },
    stop: async () => {
      await stopProcess();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Demo is a run of `canvasctl demo`. */
export interface Demo { readonly id: string; readonly done: Promise<void> }

/** playDemo plays the demo workflow into a collector. */
export async function playDemo(c: Collector, seconds: number): Promise<Demo> {
  const child: ChildProcess = spawn(join(root, 'build/canvasctl'), ['demo', '-endpoint', c.otlp, '-server', c.page, '-duration', `${seconds}s`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => { if (code === 0) { resolve(); } else { reject(new Error(`canvasctl demo ended with ${code}:\n${said}`)); } });
  });
  done.catch(() => undefined); // whoever waits for it hears of it
  const id = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /run-[0-9a-f-]{36}/.exec(said);
      if (found !== null) {
        resolve(found[0]);
      }
    });
    child.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  });
  return { id: await Promise.race([id, done.then(() => { throw new Error(`canvasctl demo named no execution:\n${said}`); })]), done };
}

/** askTrace asks over REST what the page should say. */
export async function askTrace(c: Collector, id: string): Promise<{ input: number; output: number; spans: number }> {
  const answer = await (await fetch(`${c.page}/api/executions/${id}/trace`)).json() as { execution: { token_usage: { input: number; output: number } }; spans: unknown[] };
  return { ...answer.execution.token_usage, spans: answer.spans.length };
}

/** OtlpSpan is a span in OTLP's JSON, as far as the tests need it. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number } | { readonly arrayValue: { readonly values: readonly { readonly stringValue: string }[] } } }[];
  readonly events?: readonly { readonly name: string; readonly timeUnixNano: string; readonly attributes: OtlpSpan['attributes'] }[];
  readonly status?: { readonly code: number; readonly message?: string };
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** sendSpans sends spans as OTLP/HTTP JSON, and throws where the collector refuses. */
export async function sendSpans(c: Collector, spans: readonly OtlpSpan[]): Promise<void> {
  const response = await fetch(`${c.otlp}/v1/traces`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource: { attributes: [attribute('service.name', 'hostile')] }, scopeSpans: [{ spans }] }] }),
  });
  if (!response.ok) {
    throw new Error(`OTLP was refused: ${response.status} ${await response.text()}`);
  }
}

/** family is a root with two children, the first of which has one: its ids are made of two hex digits. */
export function family(digits: string): OtlpSpan[] {
  const now = Date.now();
  return [aSpan(digits, 1, 0, 'root', now - 900), aSpan(digits, 2, 1, 'first', now - 800), aSpan(digits, 3, 2, 'inside', now - 700), aSpan(digits, 4, 1, 'second', now - 600)];
}

export function aSpan(digits: string, id: number, parent: number, name: string, start: number): OtlpSpan {
  const hex = (n: number) => n.toString(16).padStart(16, '0');
  return {
    traceId: digits.repeat(16), spanId: hex(id), name, startTimeUnixNano: `${start}000000`, endTimeUnixNano: `${start + 100}000000`,
    ...(parent === 0 ? {} : { parentSpanId: hex(parent) }),
  };
}

export function attribute(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}
