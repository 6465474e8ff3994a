import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ui = new URL('..', import.meta.url);
const sources = readdirSync(new URL('src', ui), { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));

function source(name: string): string {
  return readFileSync(new URL(`src/${name}`, ui), 'utf8');
}

describe('the sources', () => {
  it.each(sources)('%s turn no text into markup, keep no token, and have no any', (name) => {
    expect(source(name)).not.toMatch(/dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
    if (name !== 'live/singleKeys.ts') {
      expect(source(name)).not.toMatch(/localStorage|sessionStorage|document\.cookie/);
    }
    expect(source(name)).not.toMatch(/:\s*any\b|<any>|as any\b|@ts-ignore|@ts-expect-error/);
  });

  it('name no other server', () => {
    for (const name of sources) {
      expect(source(name), name).not.toMatch(/https?:\/\/[a-z0-9]/i);
    }
  });

  it('lock versions and checksums, and no registry', () => {
    const lock = readFileSync(new URL('package-lock.json', ui), 'utf8');
    expect(lock).not.toContain('"resolved"');
    expect(lock).toContain('"integrity"');
  });
});
