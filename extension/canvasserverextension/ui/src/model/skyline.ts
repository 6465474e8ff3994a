import type { Node } from './tree';
import { stretch, type Axis } from './timeline';

/** Skyline is a whole run in little: how much was going on at the same time in each of so many equal parts of the axis, and where errors ended. */
export interface Skyline {
  /** heights are from 0 to 1: the square root of the share of the busiest part, so that one span beside a thousand is still seen. */
  readonly heights: readonly number[];
  /** failures are places on the axis from 0 to 1, in order; those nearer than a part are one. */
  readonly failures: readonly number[];
}

export function skylineOf(nodes: readonly Node[], axis: Axis, parts: number): Skyline {
  const steps = new Array<number>(parts + 1).fill(0);
  const failed = new Set<number>();
  for (const { span } of nodes) {
    if (span.start === null) {
      continue;
    }
    const end = span.end ?? (span.state === 'running' || span.state === 'missing' ? axis.to : span.lastSeen ?? span.start);
    const { left, width } = stretch(span.start, end, axis);
    const first = partAt(left, parts);
    const last = partAt(left + width, parts);
    steps[first] = (steps[first] ?? 0) + 1;
    steps[last + 1] = (steps[last + 1] ?? 0) - 1;
    if (span.failed) {
      failed.add(last);
    }
  }
  const counts: number[] = [];
  let sum = 0;
  for (let i = 0; i < parts; i++) {
    sum += steps[i] ?? 0;
    counts.push(sum);
  }
  const most = Math.max(1, ...counts);
  return { heights: counts.map((n) => Math.sqrt(n / most)), failures: [...failed].sort((a, b) => a - b).map((part) => (part + 0.5) / parts) };
}

function partAt(fraction: number, parts: number): number {
  return Math.min(parts - 1, Math.floor(fraction * parts));
}
