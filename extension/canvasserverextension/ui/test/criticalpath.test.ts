import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/client/wire/json';
import { criticalPath, ownTime } from '../src/model/criticalpath';
import { buildTree, type Node } from '../src/model/tree';
import { aSpan, byKey } from './spans';

const origin = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(origin + ms).toISOString();

/** a span from a moment to another, in milliseconds; without an end it runs. */
function s(id: string, parent: string | null, from: number, to: number | null, more: JsonObject = {}) {
  return aSpan({ span_id: id, parent_span_id: parent, start_time: at(from), end_time: to === null ? null : at(to), state: to === null ? 'running' : 'ended', ...more });
}

/** walked writes the path as "span from-to". */
function walked(...spans: ReturnType<typeof s>[]): string[] {
  const nodes = buildTree(byKey(spans));
  return criticalPath(nodes).map(({ index, from, to }) => `${nodes[index]?.span.spanId} ${from - origin}-${to === Infinity ? '' : to - origin}`);
}

describe('the critical path', () => {
  it('of one span is the span', () => {
    expect(walked(s('r', null, 0, 100))).toEqual(['r 0-100']);
    expect(walked()).toEqual([]);
  });

  it('goes through children one after the other, and the time between them is the parent’s own', () => {
    expect(walked(s('r', null, 0, 100), s('a', 'r', 10, 40), s('b', 'r', 50, 90))).toEqual(['r 0-10', 'a 10-40', 'r 40-50', 'b 50-90', 'r 90-100']);
  });

  it('goes through the last to end of those that worked side by side', () => {
    expect(walked(s('r', null, 0, 100), s('short', 'r', 10, 40), s('long', 'r', 10, 95))).toEqual(['r 0-10', 'long 10-95', 'r 95-100']);
  });

  it('passes over what was still at work when the next one on it began', () => {
    expect(walked(s('r', null, 0, 100), s('first', 'r', 0, 50), s('overlapping', 'r', 20, 70), s('last', 'r', 60, 100))).toEqual(['first 0-50', 'r 50-60', 'last 60-100']);
  });

  it('goes down through every level', () => {
    expect(walked(s('r', null, 0, 100), s('a', 'r', 10, 90), s('b', 'a', 20, 80), s('c', 'b', 30, 70))).toEqual(['r 0-10', 'a 10-20', 'b 20-30', 'c 30-70', 'b 70-80', 'a 80-90', 'r 90-100']);
  });

  it('takes the one that began first of those that ended together', () => {
    expect(walked(s('r', null, 0, 100), s('late', 'r', 50, 100), s('early', 'r', 10, 100))).toEqual(['r 0-10', 'early 10-100']);
  });

  it('cuts off what a child did before or after its parent, as clocks that differ tell', () => {
    expect(walked(s('r', null, 50, 100), s('before', 'r', 0, 60), s('after', 'r', 80, 200))).toEqual(['before 50-60', 'r 60-80', 'after 80-100']);
    expect(walked(s('r', null, 50, 100), s('elsewhere', 'r', 200, 300))).toEqual(['r 50-100']);
  });

  it('ends where something still runs, whenever that is looked at', () => {
    expect(walked(s('r', null, 0, null), s('done', 'r', 0, 40), s('under way', 'r', 50, null), s('later', 'r', 60, null))).toEqual(['done 0-40', 'r 40-50', 'under way 50-']);
  });

  it('lets what runs below a parent that ended end with it', () => {
    expect(walked(s('r', null, 0, 100), s('left behind', 'r', 30, null))).toEqual(['r 0-30', 'left behind 30-100']);
  });

  it('follows what stopped reporting until it was last heard of', () => {
    expect(walked(s('r', null, 0, 100), s('lost', 'r', 10, null, { state: 'lost', last_seen_time: at(60) }))).toEqual(['r 0-10', 'lost 10-60', 'r 60-100']);
  });

  it('takes a parent that nobody sent to reach as far as what hangs on it', () => {
    expect(walked(s('gone', null, 10, null, { state: 'missing' }), s('a', 'gone', 10, 40), s('b', 'gone', 50, 90))).toEqual(['a 10-40', 'gone 40-50', 'b 50-90']);
  });

  it('goes from one span at the top to the next, and the time between is nobody’s', () => {
    expect(walked(s('x', null, 0, 40), s('orphan', 'nobody', 50, 90))).toEqual(['x 0-40', 'orphan 50-90']);
  });

  it('leaves out spans that took no time or have no start', () => {
    expect(walked(s('r', null, 0, 100), s('instant', 'r', 50, 50), s('timeless', 'r', 0, 0, { start_time: null }))).toEqual(['r 0-100']);
  });

  it('survives a chain of 20,000 spans', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => s(String(i), i === 0 ? null : String(i - 1), i, 40_000 - i));
    expect(walked(...chain)).toHaveLength(39_999);
  });
});

describe('own time', () => {
  it('is the sum of a span’s stretches, until now for one that runs', () => {
    const nodes = buildTree(byKey([s('r', null, 0, null), s('a', 'r', 10, 40)]));
    expect([...ownTime(criticalPath(nodes), origin + 100)].sort()).toEqual([[0, 70], [1, 30]]);
  });
});

const graph = fc.array(fc.record({
  id: fc.nat(12), parent: fc.option(fc.nat(14)), from: fc.option(fc.nat(60)), length: fc.nat(40), state: fc.constantFrom('ended', 'ended', 'running', 'lost', 'missing'), seen: fc.nat(100),
}), { maxLength: 24 }).map((all) => buildTree(byKey(all.map((x) => aSpan({
  span_id: String(x.id), parent_span_id: x.parent === null ? null : String(x.parent), start_time: x.from === null ? null : at(x.from),
  end_time: x.state === 'ended' && x.from !== null ? at(x.from + x.length) : null, state: x.state, last_seen_time: at(x.seen),
})))));

function inside(nodes: readonly Node[], index: number, from: number, to: number): boolean {
  for (let i = index; i >= 0; i = nodes[i]?.parent ?? -1) {
    const span = nodes[i]?.span;
    if (span !== undefined && span.state === 'ended' && span.start !== null && span.end !== null && (from < span.start || to > span.end)) {
      return false;
    }
  }
  return true;
}

describe('for spans with any times and parents, the critical path', () => {
  it('never overlaps, and lies within each span and everything above it', () => {
    fc.assert(fc.property(graph, (nodes) => {
      const segments = criticalPath(nodes);
      segments.forEach(({ index, from, to }, i) => {
        expect(from).toBeLessThan(to);
        expect(from).toBeGreaterThanOrEqual(segments[i - 1]?.to ?? -Infinity);
        expect(inside(nodes, index, from, to)).toBe(true);
      });
    }), { numRuns: 1000 });
  });

  it('covers the whole of one root that ended, and nothing else', () => {
    fc.assert(fc.property(graph, (nodes) => {
      const root = { start: origin, end: origin + 100 };
      const hung = buildTree(byKey([s('root', null, 0, 100), ...nodes.map((n) => (n.parent < 0 ? aSpan({ ...n.span.raw, parent_span_id: 'root' }) : n.span))]));
      if (hung.some((n) => n.depth === 0 && n.span.spanId !== 'root')) {
        return; // a circle
      }
      const segments = criticalPath(hung);
      expect(segments[0]?.from).toBe(root.start);
      expect(segments.at(-1)?.to).toBe(root.end);
      expect([...ownTime(segments, root.end).values()].reduce((a, b) => a + b, 0)).toBe(100);
    }), { numRuns: 1000 });
  });

  it('holds no negative time, whenever that is asked', () => {
    fc.assert(fc.property(graph, (nodes) => {
      const segments = criticalPath(nodes);
      for (const own of ownTime(segments, origin + 1000).values()) {
        expect(own).toBeGreaterThanOrEqual(0);
      }
    }));
  });
});
