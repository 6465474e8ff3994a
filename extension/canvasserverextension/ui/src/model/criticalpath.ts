import type { Span } from '../client/wire/span';
import type { Node } from './tree';

/** Segment is a stretch of time that the run spent in one span itself. It ends at Infinity where the span still runs. */
export interface Segment { readonly index: number; readonly from: number; readonly to: number }

/**
 * criticalPath says which span the run was waiting for at each moment: what, had it been faster, would have ended the run earlier.
 *
 * The walk begins at the end of a span and goes back in time. Whoever of its children ended last until then is what it was waiting
 * for: the walk goes through that child in the same way, and on from where the child began, with what ended before that. A child
 * that was still at work when the next one on the path began was not what that one waited for, so it is passed over. Time in which
 * no child is on the path is the span's own. Of children that end at the same moment the one that began first counts.
 *
 * - Children are held to lie within their parents: what a clock tells beyond that, before or after, is cut off.
 * - What runs ends at Infinity, and what stopped reporting when it was last heard of.
 * - A span that nobody sent reaches as far as what hangs on it.
 * - Several spans at the top are walked like the children of one that waits for all of them; time between them is nobody's.
 *
 * The segments are in the order of time, do not overlap, and of one span at the top they leave nothing out.
 */
export function criticalPath(nodes: readonly Node[]): Segment[] {
  const bounds = boundsOf(nodes);
  const segments: Segment[] = [];
  const open: Walk[] = [begin(nodes, bounds, -1, -Infinity, Infinity)];
  for (let walk = open.at(-1); walk !== undefined; walk = open.at(-1)) {
    const child = nextBack(walk, bounds);
    if (child === null) {
      add(segments, walk.index, walk.from, walk.at);
      open.pop();
      continue;
    }
    add(segments, walk.index, child.to, walk.at);
    walk.at = child.from;
    open.push(begin(nodes, bounds, child.index, child.from, child.to));
  }
  return segments.reverse();
}

/** ownTime adds up how long the path was in each span itself, by index; what still runs has taken its time until now. */
export function ownTime(segments: readonly Segment[], now: number): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { index, from, to } of segments) {
    sums.set(index, (sums.get(index) ?? 0) + Math.max(0, Math.min(to, Math.max(now, from)) - from));
  }
  return sums;
}

interface Bounds { readonly from: number; readonly to: number }

/** Walk is how far back the path has come in a span; waiting are its children that may still be on it, the last to end at the end. */
interface Walk { readonly index: number; readonly from: number; readonly to: number; at: number; readonly waiting: number[] }

function begin(nodes: readonly Node[], bounds: readonly (Bounds | null)[], index: number, from: number, to: number): Walk {
  const waiting: number[] = [];
  const end = index < 0 ? nodes.length : index + (nodes[index]?.size ?? 1);
  for (let i = index + 1; i < end; i += nodes[i]?.size ?? 1) {
    const b = bounds[i];
    if (b != null && b.from < to && b.to > from) {
      waiting.push(i);
    }
  }
  const endOf = (i: number) => Math.min(bounds[i]?.to ?? 0, to);
  const startOf = (i: number) => Math.max(bounds[i]?.from ?? 0, from);
  waiting.sort((a, b) => order(endOf(a), endOf(b)) || order(startOf(b), startOf(a)) || b - a);
  return { index, from, to, at: to, waiting };
}

/** nextBack takes the child that ended last until where the walk is, cut to the bounds of its parent. */
function nextBack(walk: Walk, bounds: readonly (Bounds | null)[]): Segment | null {
  for (let index = walk.waiting.pop(); index !== undefined; index = walk.waiting.pop()) {
    const b = bounds[index];
    if (b == null) {
      continue;
    }
    const from = Math.max(b.from, walk.from);
    const to = Math.min(b.to, walk.to);
    if (to <= walk.at && from < to) {
      return { index, from, to };
    }
  }
  return null;
}

function add(segments: Segment[], index: number, from: number, to: number): void {
  if (index >= 0 && to > from) {
    segments.push({ index, from, to });
  }
}

/** boundsOf is where each span lies; null for one of which nobody knows. Placeholders take theirs from below, so children come first. */
function boundsOf(nodes: readonly Node[]): (Bounds | null)[] {
  const bounds: (Bounds | null)[] = nodes.map(({ span }) => (span.start === null ? null : { from: span.start, to: Math.max(span.start, endOf(span) ?? span.start) }));
  for (let i = nodes.length - 1; i >= 0; i--) {
    const parent = nodes[i]?.parent ?? -1;
    const below = bounds[i];
    if (nodes[parent]?.span.state === 'missing' && below != null) {
      const b = bounds[parent];
      bounds[parent] = { from: Math.min(b?.from ?? Infinity, below.from), to: Math.max(b?.to ?? -Infinity, below.to) };
    }
  }
  return bounds;
}

function endOf(span: Span): number | null {
  return span.end ?? (span.state === 'running' ? Infinity : span.lastSeen);
}

/** order compares numbers that may both be Infinity. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
