import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanMap } from '../src/client/spans';
import type { Span, SpanKey } from '../src/client/wire/span';
import { ancestors, buildTree, childrenOf, nextFailure, visibleRows } from '../src/model/tree';
import { TreeKeeper } from '../src/model/treekeeper';
import { aSpan, byKey, spanKey } from './spans';

function child(id: string, parent: string | null, second = 0, more = {}) {
  return aSpan({ span_id: id, parent_span_id: parent, start_time: `2026-01-01T00:00:0${second}Z`, ...more });
}

function drawn(spans: ReturnType<typeof child>[]): string[] {
  return buildTree(byKey(spans)).map((n) => `${'  '.repeat(n.depth)}${n.span.spanId}${n.detached === 'no' ? '' : ` (${n.detached})`}`);
}

describe('buildTree', () => {
  it('puts children below their parent in the order in which they began', () => {
    expect(drawn([child('late', 'root', 3), child('early', 'root', 1), child('root', null), child('below', 'late', 4)]))
      .toEqual(['root', '  early', '  late', '    below']);
  });

  it('does not depend on the order of arrival, also where starts are equal', () => {
    const spans = [child('b', 'r'), child('a', 'r'), child('r', null), child('c', 'r')];
    expect(drawn(spans)).toEqual(drawn([...spans].reverse()));
  });

  it('shows a span whose parent is not here at the top', () => {
    expect(drawn([child('root', null), child('orphan', 'nobody', 1)])).toEqual(['root', 'orphan (absent)']);
  });

  it('shows a span that is its own parent', () => {
    expect(drawn([child('self', 'self')])).toEqual(['self (cycle)']);
  });

  it('opens a circle at the span that began first', () => {
    expect(drawn([child('x', 'z', 2), child('y', 'x', 1), child('z', 'y', 3), child('tail', 'z', 4)]))
      .toEqual(['y (cycle)', '  z', '    x', '    tail']);
  });

  it('opens a circle where it began, not where something that hangs on it did', () => {
    expect(drawn([child('x', 'y', 2), child('y', 'x', 3), child('tail', 'y', 1)])).toEqual(['x (cycle)', '  y', '    tail']);
  });

  it('does not take a span of another trace for a parent', () => {
    expect(drawn([child('p', null, 0, { trace_id: 'a' }), child('c', 'p', 1, { trace_id: 'b' })])).toEqual(['p', 'c (absent)']);
  });

  it('counts the errors inside of each span', () => {
    const nodes = buildTree(byKey([child('r', null), child('a', 'r', 1), child('b', 'a', 2, { status: { code: 'ERROR' } })]));
    expect(nodes.map((n) => n.failures)).toEqual([1, 1, 1]);
  });

  it('survives a chain of 20,000 spans', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => child(String(i), i === 0 ? null : String(i - 1)));
    expect(buildTree(byKey(chain)).at(-1)?.depth).toBe(19_999);
  });
});

const graph = fc.array(fc.record({ trace: fc.constantFrom('a', 'b'), id: fc.nat(9), parent: fc.option(fc.nat(11)), second: fc.nat(5) }), { maxLength: 30 })
  .map((all) => byKey(all.map((s) => aSpan({
    trace_id: s.trace, span_id: String(s.id), parent_span_id: s.parent === null ? null : String(s.parent), start_time: `2026-01-01T00:00:0${s.second}Z`,
  }))));

describe('for spans with any parents', () => {
  it('every span is shown exactly once, below a parent that stands before it', () => {
    fc.assert(fc.property(graph, (spans) => {
      const nodes = buildTree(spans);
      expect(nodes.map((n) => n.span.key).sort()).toEqual([...spans.keys()].sort());
      nodes.forEach((n, i) => {
        if (n.parent >= 0) {
          const parent = nodes[n.parent];
          expect(n.parent).toBeLessThan(i);
          expect(parent?.span.spanId).toBe(n.span.parentId);
          expect(parent?.span.traceId).toBe(n.span.traceId);
          expect(n.depth).toBe((parent?.depth ?? 0) + 1);
          expect(i).toBeLessThan(n.parent + (parent?.size ?? 0));
        } else {
          expect(n.depth).toBe(0);
        }
      });
    }));
  });

  it('siblings are counted from 1, in the order of their starts', () => {
    fc.assert(fc.property(graph, (spans) => {
      const nodes = buildTree(spans);
      for (let i = -1; i < nodes.length; i++) {
        const below = [...childrenOf(nodes, i)].map((c) => nodes[c]);
        expect(below.map((n) => n?.parent)).toEqual(below.map(() => i));
        expect(below.map((n) => n?.position)).toEqual(below.map((_, k) => k + 1));
        expect(below).toHaveLength(i < 0 ? below.length : nodes[i]?.children ?? -1);
        if (below.every((n) => n?.detached !== 'cycle')) {
          const starts = below.map((n) => n?.span.start ?? 0);
          expect(starts).toEqual([...starts].sort((a, b) => a - b));
        }
      }
    }));
  });

  it('folding hides what is below, and nothing else', () => {
    fc.assert(fc.property(graph, fc.array(fc.nat(29)), (spans, folds) => {
      const nodes = buildTree(spans);
      const collapsed = new Set(folds.flatMap((i) => nodes[i]?.span.key ?? []));
      const visible = nodes.map((_, i) => i).filter((i) => !ancestors(nodes, i).some((key) => collapsed.has(key)));
      expect(visibleRows(nodes, collapsed)).toEqual(visible);
    }));
  });
});

const change = fc.record({
  remove: fc.boolean(), trace: fc.constantFrom('a', 'b'), id: fc.nat(7), parent: fc.option(fc.nat(9)), second: fc.option(fc.nat(3)), failed: fc.boolean(), state: fc.constantFrom('running', 'ended'),
});
const history = fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 8 });

describe('a keeper of a tree', () => {
  it('has the tree of the spans that there are, whatever there was before and in which order and batches it came', () => {
    fc.assert(fc.property(history, fc.boolean(), (batches, plain) => {
      const keeper = new TreeKeeper();
      let spans = SpanMap.empty;
      for (const batch of batches) {
        const draft = spans.edit();
        for (const c of batch) {
          const span = aSpan({
            trace_id: c.trace, span_id: String(c.id), parent_span_id: c.parent === null ? null : String(c.parent), state: c.state,
            start_time: c.second === null ? null : `2026-01-01T00:00:0${c.second}Z`, status: { code: c.failed ? 'ERROR' : 'OK' },
          });
          if (c.remove) {
            draft.delete(span.key);
          } else {
            draft.set(span);
          }
        }
        spans = draft.done();
        const now: ReadonlyMap<SpanKey, Span> = plain ? new Map(spans) : spans;
        expect(keeper.update(now)).toEqual(buildTree(spans));
      }
    }), { numRuns: 2000 });
  });

  it('leaves what it gave before as it was, and nodes without a change the same', () => {
    const keeper = new TreeKeeper();
    const [r, a, b, c] = [child('r', null), child('a', 'r', 1, { state: 'running' }), child('b', 'r', 2), child('c', 'b', 3)];
    const first = keeper.update(byKey([r, a, b, c]));
    const was = structuredClone(first);
    const second = keeper.update(byKey([r, child('a', 'r', 1, { status: { code: 'ERROR' } }), b, c]));
    expect(first).toEqual(was);
    expect([second[0] === first[0], second[1] === first[1], second[2] === first[2], second[3] === first[3]]).toEqual([false, false, true, true]);
    const third = keeper.update(byKey([r, a, b, c, child('d', 'r', 4)]));
    expect([third[1] === first[1], third[2] === second[2], third[3] === second[3]]).toEqual([false, true, true]);
  });
});

describe('nextFailure', () => {
  const nodes = buildTree(byKey([
    child('r', null), child('a', 'r', 1, { status: { code: 'ERROR' } }), child('b', 'r', 2), child('c', 'r', 3, { status: { code: 'ERROR' } }),
  ]));

  it('goes from one error to the next, and from the last to the first', () => {
    expect([nextFailure(nodes, -1), nextFailure(nodes, 1), nextFailure(nodes, 3)]).toEqual([1, 3, 1]);
  });

  it('finds none where there is none', () => {
    expect(nextFailure(buildTree(byKey([child('r', null)])), -1)).toBe(-1);
    expect(nextFailure([], -1)).toBe(-1);
  });
});

describe('span keys', () => {
  it('hold the trace, because two traces may use the same span id', () => {
    expect(spanKey('a', '1')).not.toBe(spanKey('b', '1'));
  });
});
