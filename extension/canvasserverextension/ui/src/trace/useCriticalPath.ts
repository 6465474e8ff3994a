import { useMemo } from 'react';
import { criticalPath, ownTime, type Segment } from '../model/criticalpath';
import type { Node } from '../model/tree';

/** OnPath is what the critical path spent in one span itself: in milliseconds, and as a share of the whole path. */
export interface OnPath { readonly segments: readonly Segment[]; readonly own: number; readonly share: number }

const nothing: ReadonlyMap<number, OnPath> = new Map();

/** useCriticalPath finds the path where it is shown: by index of node, what it spent there. */
export function useCriticalPath(nodes: readonly Node[], shown: boolean, now: number): ReadonlyMap<number, OnPath> {
  const segments = useMemo(() => (shown ? criticalPath(nodes) : []), [nodes, shown]);
  const open = segments.at(-1)?.to === Infinity;
  const until = open ? now : 0;
  return useMemo(() => {
    if (segments.length === 0) {
      return nothing;
    }
    const own = ownTime(segments, open ? until : Infinity);
    let total = 0;
    for (const ms of own.values()) {
      total += ms;
    }
    const by = new Map<number, { segments: Segment[]; own: number; share: number }>();
    for (const segment of segments) {
      const there = by.get(segment.index);
      const ms = own.get(segment.index) ?? 0;
      if (there === undefined) {
        by.set(segment.index, { segments: [segment], own: ms, share: total > 0 ? ms / total : 0 });
      } else {
        there.segments.push(segment);
      }
    }
    return by;
  }, [segments, open, until]);
}
