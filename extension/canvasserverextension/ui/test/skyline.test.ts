import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newestOf } from '../src/model/newest';
import { skylineOf } from '../src/model/skyline';
import { buildTree } from '../src/model/tree';
import { aSpan, byKey } from './spans';

const origin = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(origin + ms).toISOString();
const axis = { from: origin, to: origin + 100 };
let ids = 0;
const from = (start: number, end: number | null, more = {}) => aSpan({ span_id: String(ids++), start_time: at(start), end_time: end === null ? null : at(end), state: end === null ? 'running' : 'ended', ...more });
const tree = (...spans: ReturnType<typeof from>[]) => buildTree(byKey(spans));

describe('the skyline of a run', () => {
  it('is as high as much is going on at the same time', () => {
    const { heights } = skylineOf(tree(from(0, 100), from(0, 40), from(0, 40), from(0, 40)), axis, 10);
    expect(heights).toEqual([1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it('reaches to the end where something runs, and shows where errors ended', () => {
    const { heights, failures } = skylineOf(tree(from(50, null), from(0, 35, { status: { code: 'ERROR' } }), from(0, 36, { status: { code: 'ERROR' } })), axis, 10);
    expect(heights.at(-1)).toBeGreaterThan(0);
    expect(failures).toEqual([0.35]);
  });

  it('of nothing is flat', () => {
    expect(skylineOf([], axis, 3)).toEqual({ heights: [0, 0, 0], failures: [] });
  });

  it('stays between the ground and its highest part, whatever the times are', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -50, max: 200 }), fc.integer({ min: -50, max: 200 }))), (all) => {
      const { heights } = skylineOf(tree(...all.map(([a, b]) => from(a, b))), axis, 7);
      expect(heights.every((h) => h >= 0 && h <= 1)).toBe(true);
      expect(Math.max(...heights)).toBe(all.length === 0 ? 0 : 1);
    }));
  });
});

describe('the newest span', () => {
  it('is what began last, the lower of two', () => {
    expect(newestOf(tree(from(0, 10), from(30, 40), from(30, 35), from(5, 90)))).toBe(3);
    expect(newestOf([])).toBe(-1);
  });
});
