import { describe, expect, it } from 'vitest';
import { bestForm, formsOf, readJson } from '../src/model/form';

describe('the form of a text', () => {
  it.each([
    ['json', '{"a": 1}', 'tool'], ['json', ' [1, 2]', 'assistant'], ['text', '"a"', 'assistant'], ['text', '7', 'tool'],
    ['text', '{"a": 1 …', 'assistant'], ['text', 'It is mild.', 'assistant'], ['text', 'a * b * c, 3 - 2', 'assistant'],
    ['markdown', '# Weather\nmild', 'assistant'], ['markdown', 'Do **not** go', 'user'], ['markdown', '1. one\n2. two', 'system'],
    ['markdown', '- one\n  more\n- two', 'assistant'], ['markdown', 'see `x`', 'assistant'], ['markdown', '| a | b |\n|---|:-:|\n| 1 | 2 |', 'assistant'],
    ['text', '# exit code 1', 'tool'], ['text', '- one', 'assistant'],
  ] as const)('is %s of %j, said by %s', (form, text, role) => {
    expect(bestForm(text, role)).toBe(form);
  });

  it('can be text and Markdown, or where it is JSON, text and a tree', () => {
    expect(formsOf('plain')).toEqual(['text', 'markdown']);
    expect(formsOf('{}')).toEqual(['text', 'json']);
  });

  it('keeps every digit of a long number, and strings as they are', () => {
    expect(readJson('{"id": 12345678901234567890, "a\\"b": "x: 12345678901234567890", "n": [-1234567890123456.5, 7]}'))
      .toEqual({ id: '12345678901234567890', 'a"b': 'x: 12345678901234567890', n: ['-1234567890123456.5', 7] });
    expect(readJson(`["${'1'.repeat(1_000_000)}"]`)).toEqual(['1'.repeat(1_000_000)]);
  });

  it('is never JSON where that would take long', () => {
    expect(readJson(`[${'1,'.repeat(1_000_001)}1]`)).toBeNull();
  });

  it('is found in a megabyte that wants it to be hard', () => {
    for (const hard of ['*'.repeat(1e6), '- a\n'.repeat(1) + '\n'.repeat(1e6), '['.repeat(1e6), '`'.repeat(1e6), '|---'.repeat(250_000), '{'.repeat(1e6)]) {
      expect(bestForm(hard, 'assistant')).toMatch(/text|markdown/);
    }
  });
});
