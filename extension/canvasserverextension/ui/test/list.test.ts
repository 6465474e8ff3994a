import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statuses, type Row } from '../src/client/wire/execution';
import { row } from '../src/client/wire/execution';
import { arrange, settle } from '../src/list/arrangement';
import { filterKey, instantOf, localMinute, noFilter, periods, questionOf, readFilter, toggled, wishes, writeFilter, type ListFilter } from '../src/list/filter';
import { listCommand, type ListStroke } from '../src/list/keys';
import { pushedOut, withOlder } from '../src/list/older';
import { excessOf } from '../src/model/thresholds';
import { info } from '../src/api/info';
import { withSearch } from '../src/route';

const begin = Date.UTC(2026, 0, 1);
const aRow = (id: string, active: number, started = 0): Row => row({
  id, last_activity_at: new Date(begin + active * 1000).toISOString(), started_at: new Date(begin + started * 1000).toISOString(),
});
const ids = (rows: readonly Row[]) => rows.map((r) => r.id).join('');

describe('the filter of the list', () => {
  const written = (f: ListFilter) => withSearch(new URL('http://localhost/'), writeFilter(f)).searchParams;
  const moment = fc.date({ min: new Date('1980-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }).map((d) => d.toISOString());
  const filters = fc.record({
    q: fc.string(), statuses: fc.subarray([...statuses]), workflow: fc.string(), model: fc.string(), period: fc.constantFrom('' as const, ...periods),
    from: fc.option(moment, { nil: '' }), to: fc.option(moment, { nil: '' }),
  }).map((f): ListFilter => (f.period === '' ? f : { ...f, from: '', to: '' }));

  it('is in the address, whole', () => {
    fc.assert(fc.property(filters, (f) => {
      expect(readFilter(new URLSearchParams(written(f).toString()))).toEqual(f);
    }));
  });

  it('that is empty leaves the address empty', () => {
    expect([...written(noFilter)]).toEqual([]);
  });

  it('survives an address that somebody made up', () => {
    const read = (search: string) => readFilter(new URLSearchParams(search));
    expect(read('status=error,constructor,,running&started=2h&from=yesterday&to=99999-01-01')).toEqual({ ...noFilter, statuses: ['running', 'error'] });
    expect(read('started=15m&from=2026-01-01T00:00:00Z')).toEqual({ ...noFilter, period: '15m' });
  });

  it('asks the server for what it takes', () => {
    const asked = questionOf({ ...noFilter, q: ` ${'ä'.repeat(200)}`, statuses: ['running', 'error'] });
    expect(new TextEncoder().encode(asked.q).length).toBeLessThanOrEqual(256);
    expect(asked.q).toMatch(/^ä+$/);
    expect(asked.status).toBe('running,error');
    expect(filterKey({ ...noFilter, q: ' a ' })).toBe(filterKey({ ...noFilter, q: 'a' }));
  });

  it('is taken apart into wishes, and is empty without all of them', () => {
    fc.assert(fc.property(filters, (f) => {
      const all = wishes(f);
      expect(all.every((w) => wishes(w.without).length === all.length - 1)).toBe(true);
      let left = f;
      for (let next = wishes(left)[0]; next !== undefined; next = wishes(left)[0]) {
        left = next.without;
      }
      expect(filterKey(left)).toBe(filterKey(noFilter));
    }));
  });

  it('has a status once, or not at all', () => {
    expect(toggled(['error'], 'running')).toEqual(['running', 'error']);
    expect(toggled(['running', 'error'], 'running')).toEqual(['error']);
  });

  it('shows the reader’s own time', () => {
    const at = '2026-07-01T12:34:00.000Z';
    expect(instantOf(localMinute(at))).toBe(at);
    expect([localMinute(''), instantOf(''), instantOf('2026-13-99T00:00')]).toEqual(['', '', '']);
  });
});

describe('the rows of the list', () => {
  it('come by newest activity, and those that are active together by their start', () => {
    expect(ids(settle([aRow('a', 100, 1), aRow('b', 95, 3), aRow('c', 50, 9), aRow('d', 80, 2), aRow('e', 99, 2)]))).toBe('beadc');
  });

  it('do not change places while something comes for both', () => {
    const seconds = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength: 1 });
    fc.assert(fc.property(seconds, (all) => {
      for (const [a, b] of all) {
        expect(ids(settle([aRow('a', 100 + a, 1), aRow('b', 100 + b, 2)]))).toBe('ba');
      }
    }));
  });

  it('stay where they are while somebody reads: new ones wait, older ones come below, what is gone goes', () => {
    const now = [aRow('new', 300), aRow('a', 200), aRow('b', 290), aRow('old', 10)];
    expect(arrange(null, now).waiting).toBe(0);
    const held = arrange(['a', 'gone', 'b'], now);
    expect(held.rows.map((r) => r.id)).toEqual(['a', 'b', 'old']);
    expect(held.waiting).toBe(1);
    expect(arrange(['gone'], now)).toMatchObject({ waiting: 0, rows: { length: 4 } });
  });

  it('are all shown or waiting, and none of those that were shown moves', () => {
    const list = fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 })), { selector: ([id]) => id });
    fc.assert(fc.property(list, list, (first, second) => {
      const before = arrange(null, first.map(([id, at, start]) => aRow(id, at, start))).rows.map((r) => r.id);
      const { rows, waiting } = arrange(before, second.map(([id, at, start]) => aRow(id, at, start)));
      expect(rows.length + waiting).toBe(second.length);
      const kept = before.filter((id) => second.some(([s]) => s === id));
      expect(rows.slice(0, kept.length).map((r) => r.id)).toEqual(kept.length > 0 ? kept : []);
    }));
  });

  it('are each there once, the live one before one that was read', () => {
    expect(withOlder([aRow('a', 9)], [aRow('a', 1), aRow('b', 2)])).toEqual([aRow('a', 9), aRow('b', 2)]);
  });

  it('that newer ones pushed out are told from those that are gone', () => {
    const before = [aRow('a', 30), aRow('b', 20), aRow('c', 10)];
    expect(ids(pushedOut(before, [aRow('n', 40), aRow('a', 30), aRow('b', 20)]))).toBe('c');
    expect(ids(pushedOut(before, [aRow('n', 40), aRow('a', 30), aRow('c', 10)]))).toBe('');
  });
});

describe('keys on the list', () => {
  const press = (key: string, more: Partial<ListStroke> = {}) => listCommand({ key, modified: false, typing: false, single: true, row: -1, rows: 9, page: 4, ...more });
  const to = (row: number) => ({ type: 'move', row });

  it('step through the rows, and stop at the ends', () => {
    expect([press('j'), press('ArrowDown', { row: 3 }), press('j', { row: 8 })]).toEqual([to(0), to(4), to(8)]);
    expect([press('k'), press('ArrowUp', { row: 3 }), press('k', { row: 0 })]).toEqual([to(0), to(2), to(0)]);
    expect([press('PageDown', { row: 2 }), press('PageUp', { row: 2 }), press('Home'), press('End')]).toEqual([to(6), to(0), to(0), to(8)]);
  });

  it('leave the page alone where there is no row to be on', () => {
    expect([press('j', { rows: 0 }), press('PageDown'), press('x')]).toEqual([null, null, null]);
  });

  it('search, mark, compare and leave', () => {
    expect(['/', 'x', 'c', '.', '?', 'Escape'].map((key) => press(key, { row: 1 })?.type)).toEqual(['search', 'mark', 'compare', 'news', 'help', 'leave']);
  });

  it('are the browser’s with a modifier, in a field, and single ones where they are switched off', () => {
    expect([press('j', { modified: true }), press('/', { typing: true }), press('j', { single: false }), press('Enter'), press('Tab')]).toEqual([null, null, null, null, null]);
    expect(press('ArrowDown', { single: false })).toEqual(to(0));
  });
});

describe('what is marked of an execution', () => {
  const thresholds = info({ thresholds: { slow_execution_ms: 1000, high_execution_tokens: 100, high_cost_usd: 0.5 } });
  const used = row({ token_usage: { input: 60, output: 40 }, cost_usd: 0.4 });

  it('is what reaches a threshold', () => {
    expect(excessOf(used, 1000, thresholds)).toEqual({ slow: true, tokens: true, cost: false });
    expect(excessOf(row({ cost_usd: 0.5 }), 999, thresholds)).toEqual({ slow: false, tokens: false, cost: true });
  });

  it('is nothing where a threshold is 0, or nothing is known', () => {
    expect(excessOf(used, 1e9, info({}))).toEqual({ slow: false, tokens: false, cost: false });
    expect(excessOf(row({}), null, thresholds)).toEqual({ slow: false, tokens: false, cost: false });
  });
});
