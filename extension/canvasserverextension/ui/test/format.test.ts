import { describe, expect, it } from 'vitest';
import { formatDuration, formatOffset, formatTick } from '../src/format/duration';
import { formatMoment } from '../src/format/moment';
import { formatCost, formatCount, formatShort, plural } from '../src/format/quantity';
import { clip, pieces, visible } from '../src/format/visible';

describe('durations', () => {
  it.each([
    [0, '0 µs'], [0.012, '12 µs'], [0.9996, '1 ms'], [1.5, '1.5 ms'], [340, '340 ms'], [999.6, '1.00 s'], [2400, '2.40 s'], [12_340, '12.3 s'],
    [59_960, '1 m 00 s'], [187_000, '3 m 07 s'], [3_599_700, '1 h 00 m'], [3_720_000, '1 h 02 m'], [200_000_000, '2 d 7 h'], [-1, '–'], [NaN, '–'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('are signed where they are offsets', () => {
    expect(formatOffset(1200)).toBe('+1.20 s');
    expect(formatOffset(-5)).toBe('−5 ms');
  });

  it.each([[0, '0'], [0.5, '500 µs'], [250, '250 ms'], [2500, '2.5 s'], [5000, '5 s'], [120_000, '2 m 00 s']])('as a mark of the axis %d is %s', (ms, text) => {
    expect(formatTick(ms)).toBe(text);
  });
});

describe('marks of a part of the axis', () => {
  it.each([[433.2, 0.2, '433.2 ms'], [0.05, 0.01, '50 µs'], [1234.5, 0.5, '1.2345 s'], [61_000.5, 0.5, '61.0005 s'], [190_000, 10_000, '3 m 10 s'], [-250, 50, '−250 ms'], [2000, 1000, '2 s']])('%d ms, with the next %d ms away, is %s', (ms, step, text) => {
    expect(formatTick(ms, step)).toBe(text);
  });
});

describe('quantities', () => {
  it.each([[0, '0'], [980, '980'], [1430, '1.4k'], [4000, '4k'], [9960, '10k'], [12_480, '12k'], [999_600, '1M'], [3_200_000, '3.2M']])('%d is %s for short', (n, text) => {
    expect(formatShort(n)).toBe(text);
  });

  it('have every digit where there is room', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(plural(1, 'span')).toBe('1 span');
    expect(plural(2000, 'span')).toBe('2,000 spans');
  });

  it.each([[0, '$0'], [0.00001, '< $0.0001'], [0.0034, '$0.0034'], [1.2, '$1.20']])('%d US dollars are %s', (usd, text) => {
    expect(formatCost(usd)).toBe(text);
  });
});

describe('moments', () => {
  it('of another day name it', () => {
    const now = new Date(2026, 5, 10, 12, 0, 0).getTime();
    expect(formatMoment(now - 60_000, now)).toBe('11:59:00');
    expect(formatMoment(now - 86_400_000, now)).toContain('9 Jun');
  });
});

describe('hidden characters', () => {
  it.each([
    ['turns the direction', 'a\u202Eb', 'a[U+202E]b'],
    ['isolates', '\u2066x\u2069', '[U+2066]x[U+2069]'],
    ['is as wide as nothing', 'pay\u200Bpal', 'pay[U+200B]pal'],
    ['controls a terminal', '\u001b[31m', '[U+001B][31m'],
    ['is a tag', 'x\u{E0041}', 'x[U+E0041]'],
    ['is a byte order mark', '\uFEFFx', '[U+FEFF]x'],
    ['comes many times', '\u202E\u202E\u202E', '[U+202E × 3]'],
  ])('are shown where one %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(['plain', 'tab\tand\nline', 'עברית and العربية', '👩‍👩‍👧 family', 'می‌خواهم'])('are none in %s', (text) => {
    expect(pieces(text)).toEqual([{ text, hidden: false }]);
  });

  it('do not include the carriage return of a line end', () => {
    expect(visible('a\r\nb\rc')).toBe('a\nb[U+000D]c');
  });
});

describe('clip', () => {
  it('leaves a short text alone', () => {
    expect(clip('short', { characters: 10, lines: 2 })).toBe('short');
  });

  it('cuts after so many characters, never through one', () => {
    expect(clip('abcdef', { characters: 3, lines: 9 })).toBe('abc');
    expect(clip('ab😀f', { characters: 3, lines: 9 })).toBe('ab');
  });

  it('cuts after so many lines', () => {
    expect(clip('1\n2\n3\n4', { characters: 100, lines: 2 })).toBe('1\n2');
  });
});
