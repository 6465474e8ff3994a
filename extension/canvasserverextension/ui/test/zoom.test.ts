import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around, fit, leastMs, pan, rangeIn, rangeText, windowOf, zoom, type Range } from '../src/model/zoom';

const whole = { from: 1000, to: 2000 };

describe('a range of the time axis', () => {
  it('is the whole run until somebody chooses, and grows with it', () => {
    expect(windowOf(whole, null)).toEqual(whole);
    expect(windowOf({ ...whole, to: 3000 }, null)).toEqual({ from: 1000, to: 3000 });
  });

  it('stays where it is while the run grows at either end', () => {
    const range = { from: 1200, to: 1400 };
    expect(windowOf(whole, range)).toEqual(range);
    expect(windowOf({ from: 500, to: 5000 }, range)).toEqual(range);
  });

  it('that lies outside of the run shows all of it', () => {
    expect(windowOf(whole, { from: 1, to: 2 })).toEqual(whole);
    expect(windowOf(whole, { from: 1900, to: 9000 })).toEqual({ from: 1900, to: 2000 });
  });

  it('is chosen from either side', () => {
    expect(fit(whole, 1500, 1250)).toEqual({ from: 1250, to: 1500 });
    expect(fit(whole, 0, 9000)).toBeNull();
  });

  it('zooms at the pointer', () => {
    expect(zoom(whole, null, 0.5, 2)).toEqual({ from: 1250, to: 1750 });
    expect(zoom(whole, null, 0, 4)).toEqual({ from: 1000, to: 1250 });
    expect(zoom(whole, { from: 1000, to: 1250 }, 0.1, 0.25)).toBeNull();
  });

  it('pans until an end of the run is reached', () => {
    expect(pan(whole, { from: 1200, to: 1400 }, 0.5)).toEqual({ from: 1300, to: 1500 });
    expect(pan(whole, { from: 1700, to: 1900 }, 3)).toEqual({ from: 1800, to: 2000 });
    expect(pan(whole, null, 1)).toBeNull();
  });

  it('shows a span with what is next to it', () => {
    expect(around(whole, 1400, 1500)).toEqual({ from: 1390, to: 1510 });
    expect(around(whole, 1000, 2000)).toBeNull();
  });

  it('stands in an address to the microsecond', () => {
    const range = { from: 1764168000123.457, to: 1764168000999 };
    const { from, to } = rangeText(range);
    expect([from, to]).toEqual(['1764168000123.457', '1764168000999']);
    expect(rangeIn(from, to)).toEqual(range);
    expect(rangeText(null)).toEqual({ from: null, to: null });
  });

  it('that makes no sense in an address is none', () => {
    for (const [from, to] of [['2', '1'], ['1', '1'], ['x', '2'], ['1', null], [null, null], ['', ''], ['1', 'Infinity']] as const) {
      expect(rangeIn(from, to)).toBeNull();
    }
  });
});

const epoch = 1_764_168_000_000;
const axis = fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 1, max: 1e7, noNaN: true })).map(([from, length]) => ({ from: epoch + from, to: epoch + from + length }));
const moves = fc.array(fc.oneof(
  fc.record({ do: fc.constant('zoom' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), by: fc.double({ min: 0.2, max: 5, noNaN: true }) }),
  fc.record({ do: fc.constant('pan' as const), at: fc.constant(0), by: fc.double({ min: -3, max: 3, noNaN: true }) }),
), { maxLength: 30 });

describe('whatever somebody does to a range', () => {
  it('it stays within the run, and never gets shorter than what can be told', () => {
    fc.assert(fc.property(axis, moves, (all, steps) => {
      let range: Range | null = null;
      for (const { do: what, at, by } of steps) {
        range = what === 'zoom' ? zoom(all, range, at, by) : pan(all, range, by);
        const w = windowOf(all, range);
        expect(w.from).toBeGreaterThanOrEqual(all.from);
        expect(w.to).toBeLessThanOrEqual(all.to + 0.001);
        expect(w.to - w.from).toBeGreaterThan(leastMs / 2);
      }
    }));
  });

  it('what is under the pointer stays there when one zooms in, and zooming out again leads back', () => {
    fc.assert(fc.property(axis, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1.01, max: 20, noNaN: true }), (all, at, factor) => {
      const range = zoom(all, null, at, factor);
      const w = windowOf(all, range);
      const under = all.from + (all.to - all.from) * at;
      expect(Math.abs(w.from + (w.to - w.from) * at - under)).toBeLessThan(0.01 + (all.to - all.from) * 1e-4);
      expect(zoom(all, range, at, 1 / factor / 1.01)).toBeNull();
    }));
  });

  it('panning keeps its length', () => {
    fc.assert(fc.property(axis, fc.double({ min: -9, max: 9, noNaN: true }), (all, by) => {
      const range = zoom(all, null, 0.3, 4);
      const after = pan(all, range, by);
      expect(Math.abs((after?.to ?? 0) - (after?.from ?? 0) - ((range?.to ?? 0) - (range?.from ?? 0)))).toBeLessThan(0.002);
    }));
  });
});
