import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestors, buildTree, nextFailure, visibleRows } from '../src/model/tree';
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

  it('folding hides what is below, and nothing else', () => {
    fc.assert(fc.property(graph, fc.array(fc.nat(29)), (spans, folds) => {
      const nodes = buildTree(spans);
      const collapsed = new Set(folds.flatMap((i) => nodes[i]?.span.key ?? []));
      const visible = nodes.map((_, i) => i).filter((i) => !ancestors(nodes, i).some((key) => collapsed.has(key)));
      expect(visibleRows(nodes, collapsed)).toEqual(visible);
    }));
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
