import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bounds, plainAddress, readMarkdown, type Mark } from '../src/model/markdown';

/** flat writes marks in brackets. */
function flat(marks: readonly Mark[]): string {
  return marks.map((m) => {
    switch (m.is) {
      case 'text': return m.text;
      case 'code': return `[code ${m.text}]`;
      case 'block': return `[block ${m.language}: ${m.text}]`;
      case 'link': return `[link ${m.address} ${flat(m.inside)}]`;
      case 'image': return `[image ${m.address} ${m.text}]`;
      case 'table': return `[table ${m.rows.map((r) => r.map(flat).join('|')).join('/')}]`;
      case 'break': case 'rule': return `[${m.is}]`;
      case 'heading': return `[heading ${m.level} ${flat(m.inside)}]`;
      case 'list': return `[list ${m.first ?? '-'} ${flat(m.inside)}]`;
      default: return `[${m.is} ${flat(m.inside)}]`;
    }
  }).join('');
}

function read(text: string): string {
  return flat(readMarkdown(text).marks);
}

/** size counts marks, and how deep they go. */
function size(marks: readonly Mark[], depth = 1): { marks: number; depth: number } {
  let all = { marks: marks.length, depth };
  for (const m of marks) {
    for (const inside of 'inside' in m ? [m.inside] : m.is === 'table' ? m.rows.flat() : []) {
      const below = size(inside, depth + 1);
      all = { marks: all.marks + below.marks, depth: Math.max(all.depth, below.depth) };
    }
  }
  return all;
}

describe('Markdown', () => {
  it.each([
    ['[heading 2 Weather][paragraph It is [strong mild].]', '## Weather\nIt is **mild**.'],
    ['[list - [item [paragraph one]][item [paragraph two]]]', '- one\n- two'],
    ['[list 3 [item [paragraph [emphasis a]]]]', '3. *a*'],
    ['[quote [paragraph [deleted no] [code x]]]', '> ~~no~~ `x`'],
    ['[block json: {"a": 1}]', '```json\n{"a": 1}\n```'],
    ['[table a|b/1|2]', '| a | b |\n|---|---|\n| 1 | 2 |'],
    ['[paragraph a[break]b][rule]', 'a  \nb\n\n---'],
    ['[paragraph [link https://example.org/ here]]', '[here][1]\n\n[1]: https://example.org'],
  ])('is read: %s', (expected, text) => {
    expect(read(text)).toBe(expected);
  });

  it('leaves HTML as text', () => {
    expect(read('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>');
    expect(read('a <script>alert(1)</script> b')).toBe('[paragraph a <script>alert(1)</script> b]');
  });

  it('makes of an image its description and address', () => {
    expect(read('![secret](https://example.org/beacon?q=1)')).toBe('[paragraph [image https://example.org/beacon?q=1 secret]]');
  });

  it.each([
    'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\tscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '/relative', '//example.org', '#top', 'blob:https://example.org/1',
    'https://trusted.example.org@example.com/', `https://example.org/${'x'.repeat(1000)}`,
  ])('makes no link of %j', (url) => {
    expect(plainAddress(url)).toBeNull();
    expect(read(`[x](<${url.replace('\t', '&#9;')}>)`)).not.toContain('[link');
  });

  it('shows of an address with letters that look like others what a browser makes of it', () => {
    expect(plainAddress('https://ex\u0430mple.org')).toBe('https://xn--exmple-4nf.org/');
    expect(plainAddress('mailto:a@example.org')).toBe('mailto:a@example.org');
  });
});

describe('Markdown that wants to be hard', () => {
  const n = 200_000;
  it.each([
    ['quotes', '>'], ['lists', '- '], ['brackets', '['], ['images', '!['], ['links', '[a]('], ['strong', '*a **a '], ['code', '` `` '], ['entities', '&amp'], ['definitions', '[a]: b\n'],
    ['HTML', '<a '], ['comments', '<!-- '], ['lines', 'a\n'], ['rows', '|a|b\n|-|-\n'], ['nested lists', '1. a\n  - b\n    > c\n'], ['strikes', '~~a ~~ '],
  ])('stays in its bounds: %s', (_, part) => {
    const text = part.repeat(n / part.length);
    const { marks, rest } = readMarkdown(text);
    const { marks: count, depth } = size(marks);
    expect(count).toBeLessThanOrEqual(bounds.marks);
    expect(depth).toBeLessThanOrEqual(bounds.depth + 3);
    expect(rest.length).toBeGreaterThanOrEqual(text.length - bounds.characters);
  });

  it('shows what is nested too deep as it was written', () => {
    expect(read(`${'> '.repeat(20)}deep`)).toContain('> deep');
    expect(readMarkdown(`a\n${'> '.repeat(100)}deep`)).toEqual({ marks: [], rest: `a\n${'> '.repeat(100)}deep` });
  });

  it('is always read, in its bounds', () => {
    const pieces = fc.constantFrom('*', '_', '`', '[', ']', '(', ')', '<', '>', '!', '#', '-', '|', '\n', '\n\n', '  ', '&', '\\', '~~', 'a', '\u202e', '\u0000', '1. ', 'http://x');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 200 }), (all) => {
      const { marks } = readMarkdown(all.join(''));
      expect(size(marks).depth).toBeLessThanOrEqual(bounds.depth + 3);
    }), { numRuns: 200 });
  });
});
