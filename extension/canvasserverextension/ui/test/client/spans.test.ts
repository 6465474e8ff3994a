import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf, SpanMap } from '../../src/client/spans';
import type { Span, SpanKey } from '../../src/client/wire/span';
import { aSpan, byKey } from '../spans';

const spans = Array.from({ length: 40 }, (_, i) => aSpan({ span_id: String(i % 20), name: `v${i}` }));
const step = fc.record({ set: fc.boolean(), span: fc.constantFrom(...spans) });
const steps = fc.array(step, { maxLength: 60 });

function apply(to: SpanMap, all: readonly { set: boolean; span: Span }[]): SpanMap {
  const draft = to.edit();
  for (const { set, span } of all) {
    if (set) {
      draft.set(span);
    } else {
      draft.delete(span.key);
    }
  }
  return draft.done();
}

function sorted(map: ReadonlyMap<SpanKey, Span>): [string, string][] {
  return [...map].map(([key, s]): [string, string] => [key, s.name]).sort();
}

describe('a map of spans', () => {
  it('holds what a Map would', () => {
    fc.assert(fc.property(steps, (all) => {
      const map = apply(SpanMap.empty, all);
      const plain = new Map<SpanKey, Span>();
      for (const { set, span } of all) {
        if (set) {
          plain.set(span.key, span);
        } else {
          plain.delete(span.key);
        }
      }
      expect(sorted(map)).toEqual(sorted(plain));
      expect(map.size).toBe(plain.size);
      expect([...map.keys()].every((key) => map.has(key) && map.get(key)?.key === key)).toBe(true);
      expect([...map.values()]).toHaveLength(map.size);
      const each: string[] = [];
      map.forEach((span) => each.push(span.name));
      expect(each.sort()).toEqual([...plain.values()].map((s) => s.name).sort());
    }));
  });

  it('stays as it was when a copy changes', () => {
    fc.assert(fc.property(steps, steps, (before, after) => {
      const map = apply(SpanMap.empty, before);
      const was = sorted(map);
      apply(map, after);
      expect(sorted(map)).toEqual(was);
    }));
  });

  it('tells what differs from an earlier state, as two plain maps do', () => {
    fc.assert(fc.property(steps, steps, (before, after) => {
      const then = apply(SpanMap.empty, before);
      const now = apply(then, after);
      const told = changesOf(then, now);
      const plain = changesOf(byKey([...then.values()]), byKey([...now.values()]));
      expect([told.set.map((s) => s.name).sort(), [...told.gone].sort()]).toEqual([plain.set.map((s) => s.name).sort(), [...plain.gone].sort()]);
      const draft = new Map(then);
      told.set.forEach((s) => draft.set(s.key, s));
      told.gone.forEach((key) => draft.delete(key));
      expect(sorted(draft)).toEqual(sorted(now));
    }));
  });
});
