import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf, type Sum } from '../src/model/account';
import { amountAt, barsOf, courseOf, parts, partsOf, thinned } from '../src/model/chart';
import { buildTree } from '../src/model/tree';
import { aSpan, byKey } from './spans';

const nothing: Sum = { calls: 1, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0, costUsd: 0, unpriced: 0 };

describe('a bar of tokens', () => {
  it('shows cache and reasoning beside the rest of input and output', () => {
    expect(partsOf({ ...nothing, input: 1000, cacheRead: 600, cacheWrite: 100, output: 250, reasoning: 200 }))
      .toEqual({ input: 300, cacheRead: 600, cacheWrite: 100, output: 50, reasoning: 200 });
  });

  it('believes a sender in the whole that says more of a part', () => {
    expect(partsOf({ ...nothing, input: 100, cacheRead: 80, cacheWrite: 80, output: 10, reasoning: 99 }))
      .toEqual({ input: 0, cacheRead: 80, cacheWrite: 20, output: 0, reasoning: 10 });
  });

  it('is as long as its parts together, and no part is less than nothing', () => {
    const any = fc.record({ input: fc.nat(), output: fc.nat(), cacheRead: fc.nat(), cacheWrite: fc.nat(), reasoning: fc.nat() });
    fc.assert(fc.property(any, (sum) => {
      const pieces = partsOf({ ...nothing, ...sum });
      expect(parts.reduce((n, p) => n + pieces[p], 0)).toBe(sum.input + sum.output);
      expect(parts.every((p) => pieces[p] >= 0)).toBe(true);
    }));
  });
});

function call(id: string, second: number | null, model: string, input: number, cost: number | null) {
  const end = second === null ? null : new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return aSpan({
    span_id: id, start_time: second === null ? null : '2026-01-01T00:00:00Z', end_time: end, usage: 'counted', name: `chat ${model}`,
    attributes: { 'gen_ai.usage.input_tokens': input, 'gen_ai.request.model': model, ...(cost === null ? {} : { 'orcheo.cost.usd': cost }) },
  });
}

const nodes = buildTree(byKey([call('1', 5, 'small', 100, 2), call('2', 3, 'large', 50, 9), call('3', 8, 'small', 25, 1), call('4', null, 'local', 500, null)]));
const account = accountOf(nodes);
const at = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second);

describe('the bars', () => {
  it('stand in the order of size, by tokens or by cost', () => {
    expect(barsOf(account, 'model', 'tokens', false).map((s) => s.name)).toEqual(['local', 'small', 'large']);
    expect(barsOf(account, 'model', 'cost', false).map((s) => s.name)).toEqual(['large', 'small', 'local']);
  });

  it('keep their places while the run is open', () => {
    expect(barsOf(account, 'model', 'tokens', true).map((s) => s.name)).toEqual(['small', 'large', 'local']);
  });
});

describe('the course of a sum', () => {
  it('grows where calls end, and says what has no time', () => {
    expect(courseOf(nodes, account.calls, 'tokens')).toEqual({ points: [{ time: at(3), amount: 50 }, { time: at(5), amount: 150 }, { time: at(8), amount: 175 }], untimed: 500 });
    expect(courseOf(nodes, account.calls, 'cost').points.at(-1)).toEqual({ time: at(8), amount: 12 });
  });

  it('is read at any moment', () => {
    const { points } = courseOf(nodes, account.calls, 'tokens');
    expect([2, 3, 4, 8, 9].map((s) => amountAt(points, at(s)))).toEqual([0, 50, 50, 175, 175]);
  });

  it('ends at the total, never falls, and stays so when it is thinned', () => {
    fc.assert(fc.property(fc.array(fc.record({ second: fc.nat(59), input: fc.nat(1000) })), fc.integer({ min: 1, max: 20 }), (calls, most) => {
      const tree = buildTree(byKey(calls.map((c, i) => call(String(i), c.second, 'm', c.input, null))));
      const { points } = courseOf(tree, accountOf(tree).calls, 'tokens');
      const few = thinned(points, most);
      expect(few.length).toBeLessThanOrEqual(most + 1);
      for (const line of [points, few]) {
        expect(line.at(-1)?.amount ?? 0).toBe(calls.reduce((n, c) => n + c.input, 0));
        expect(line.every((p, i) => p.amount >= (line[i - 1]?.amount ?? 0) && p.time >= (line[i - 1]?.time ?? 0))).toBe(true);
      }
    }));
  });
});
