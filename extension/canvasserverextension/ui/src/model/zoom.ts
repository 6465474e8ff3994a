import type { Axis } from './timeline';

/**
 * Range is the part of the time axis that somebody looks at, in milliseconds since 1970; null is the whole run, which grows while
 * something runs. A range stays where it is whatever arrives.
 */
export interface Range { readonly from: number; readonly to: number }

/** leastMs is the shortest range, in milliseconds: finer than that, times are not told. */
export const leastMs = 0.01;

/** windowOf is what to draw: the range as far as it lies within the whole, or all of it. */
export function windowOf(whole: Axis, range: Range | null): Axis {
  if (range === null) {
    return whole;
  }
  const from = Math.min(Math.max(range.from, whole.from), whole.to);
  const to = Math.min(Math.max(range.to, whole.from), whole.to);
  return to - from >= leastMs / 2 ? { from, to } : whole;
}

/** fit makes a range of two moments in any order: at least the shortest, within the whole, null where nothing is left out. */
export function fit(whole: Axis, a: number, b: number): Range | null {
  const length = Math.min(Math.max(Math.abs(b - a), leastMs), whole.to - whole.from);
  const from = Math.min(Math.max(Math.min(a, b), whole.from), whole.to - length);
  return length >= (whole.to - whole.from) * 0.9999 ? null : { from, to: from + length };
}

/** zoom shows more (a factor above 1) or less around a place of the window, which is told as a fraction and stays where it is. */
export function zoom(whole: Axis, range: Range | null, at: number, factor: number): Range | null {
  const { from, to } = windowOf(whole, range);
  const length = Math.max((to - from) / factor, leastMs);
  const fixed = from + (to - from) * at;
  return fit(whole, fixed - length * at, fixed + length * (1 - at));
}

/** pan moves a range by a fraction of its length, until an end of the whole is reached. The whole has nowhere to go. */
export function pan(whole: Axis, range: Range | null, by: number): Range | null {
  if (range === null) {
    return null;
  }
  const { from, to } = windowOf(whole, range);
  const shift = (to - from) * by;
  return fit(whole, from + shift, to + shift);
}

/** around is a range in which something can be seen with what is next to it: a tenth of its length at either side. */
export function around(whole: Axis, from: number, to: number): Range | null {
  const margin = Math.max((to - from) / 10, leastMs / 2);
  return fit(whole, from - margin, to + margin);
}

/** rangeIn reads a range from an address; null where there is none, or what is there makes no sense. */
export function rangeIn(from: string | null, to: string | null): Range | null {
  const range = { from: Number(from ?? NaN), to: Number(to ?? NaN) };
  return Number.isFinite(range.from) && Number.isFinite(range.to) && range.from < range.to ? range : null;
}

/** rangeText writes a range for an address, to the microsecond. */
export function rangeText(range: Range | null): { readonly from: string | null; readonly to: string | null } {
  return { from: range === null ? null : micros(range.from), to: range === null ? null : micros(range.to) };
}

function micros(ms: number): string {
  return String(Math.round(ms * 1000) / 1000);
}
