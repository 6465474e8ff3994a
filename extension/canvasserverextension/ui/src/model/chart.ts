import type { Account, Call, Share, Sum } from './account';
import type { Node } from './tree';

/** Unit is what the bars measure. */
export type Unit = 'tokens' | 'cost';
export const units: readonly Unit[] = ['tokens', 'cost'];

/** Grouping is what a bar stands for. */
export type Grouping = 'node' | 'model';
export const groupings: readonly Grouping[] = ['node', 'model'];

export const parts = ['input', 'cacheRead', 'cacheWrite', 'output', 'reasoning'] as const;
/** Part is a piece of a bar of tokens: they lie side by side, so none is counted in another. */
export type Part = (typeof parts)[number];

/**
 * partsOf splits a sum into pieces that add up to its input and output. Cache and reasoning are parts of these: a sender that
 * says more of them than of the whole is believed in the whole.
 */
export function partsOf(sum: Sum): Readonly<Record<Part, number>> {
  const cacheRead = Math.min(sum.cacheRead, sum.input);
  const cacheWrite = Math.min(sum.cacheWrite, sum.input - cacheRead);
  const reasoning = Math.min(sum.reasoning, sum.output);
  return { input: sum.input - cacheRead - cacheWrite, cacheRead, cacheWrite, output: sum.output - reasoning, reasoning };
}

/** amountOf is how long a bar is: tokens, or US dollars of what has a price. */
export function amountOf(sum: Sum, unit: Unit): number {
  return unit === 'tokens' ? sum.input + sum.output : sum.costUsd;
}

/**
 * barsOf are the bars from top to bottom: the largest first, or in the order of the tree while the run is open, so that no bar
 * changes its place under the reader's eyes.
 */
export function barsOf(account: Account, by: Grouping, unit: Unit, open: boolean): readonly Share[] {
  const shares = by === 'node' ? account.nodes : account.models;
  return open ? shares : [...shares].sort((a, b) => amountOf(b, unit) - amountOf(a, unit) || b.calls - a.calls || (a.name < b.name ? -1 : 1));
}

/** Point is how much had been used by a moment, in milliseconds since 1970. */
export interface Point { readonly time: number; readonly amount: number }

/** Course is how a sum grew. */
export interface Course {
  /** points are in the order of time: each holds until the next. */
  readonly points: readonly Point[];
  /** untimed is the amount of calls that tell no time; it is on no point. */
  readonly untimed: number;
}

/** courseOf adds calls up over time. A call counts from its end on: before that nobody could say what it would use. */
export function courseOf(nodes: readonly Node[], calls: readonly Call[], unit: Unit): Course {
  const steps: Point[] = [];
  let untimed = 0;
  for (const call of calls) {
    const span = nodes[call.index]?.span;
    const time = span?.end ?? span?.lastSeen ?? span?.start ?? null;
    const amount = amountOf(call, unit);
    if (time === null) {
      untimed += amount;
    } else if (amount > 0) {
      steps.push({ time, amount });
    }
  }
  steps.sort((a, b) => a.time - b.time || a.amount - b.amount);
  let sum = 0;
  return { points: steps.map(({ time, amount }) => ({ time, amount: sum += amount })), untimed };
}

/** thinned keeps at most about so many points, the last of each stretch of time, so that a drawing of it shows no difference. */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length <= most) {
    return points;
  }
  const stretch = (last.time - first.time) / most || 1;
  return points.filter((p, i) => {
    const next = points[i + 1];
    return next === undefined || Math.floor((next.time - first.time) / stretch) !== Math.floor((p.time - first.time) / stretch);
  });
}

/** amountAt is how much had been used by a moment. */
export function amountAt(points: readonly Point[], time: number): number {
  return points.findLast((p) => p.time <= time)?.amount ?? 0;
}
