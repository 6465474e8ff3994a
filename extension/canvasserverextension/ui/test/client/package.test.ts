import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';

const ui = fileURLToPath(new URL('../..', import.meta.url));
const dist = `${ui}dist-client/`;

interface Packed { readonly name: string; readonly files: readonly { readonly path: string }[] }

describe('the package of the client', () => {
  let packed: Packed | undefined;
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'build:client'], { cwd: ui });
    [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: dist, stdio: ['ignore', 'pipe', 'ignore'] }).toString()) as Packed[];
  }, 180_000);

  const paths = () => packed?.files.map((f) => f.path) ?? [];

  it('holds code, types, the license and how to use it, and nothing else', () => {
    expect(packed?.name).toBe('@orcheo/canvas-trace-client');
    expect(paths()).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'index.js', 'index.d.ts', 'package.json', 'wire/span.d.ts']));
    expect(paths().filter((p) => !/\.js$|\.d\.ts$|^(LICENSE|README\.md|package\.json)$/.test(p))).toEqual([]);
  });

  it('runs as it is, without anything else', async () => {
    const client = await import(/* @vite-ignore */ pathToFileURL(`${dist}index.js`).href) as Record<string, unknown>;
    expect(Object.keys(client).sort()).toEqual(['TraceClient', 'noRowsYet', 'nothingYet', 'spanKey', 'statuses', 'systemWorld', 'transports']);
    for (const path of paths().filter((p) => p.endsWith('.js'))) {
      expect(readFileSync(dist + path, 'utf8'), path).not.toMatch(/from '[^.]/);
    }
  });

  it('is small', () => {
    const code = paths().filter((p) => p.endsWith('.js')).map((p) => readFileSync(dist + p, 'utf8')).join('');
    expect(gzipSync(code).length).toBeLessThan(20_000);
  });
});
