import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanMap } from '../src/client/spans';
import type { Span, SpanKey } from '../src/client/wire/span';
import { groupLeaves } from '../src/model/leaves';
import { rowsOf } from '../src/model/rows';
import { ancestors, buildTree, type Node } from '../src/model/tree';
import { TreeKeeper } from '../src/model/treekeeper';
import { aSpan } from './spans';

const origin = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(origin + ms).toISOString();

/** Sent is a span of a run: each hangs on one with a smaller number, and begins no earlier. It is sent running first, or only when it has ended. */
interface Sent { readonly parent: number; readonly after: number; readonly heartbeat: boolean }

const run = fc.array(fc.record({ parent: fc.nat(30), after: fc.nat(5), heartbeat: fc.boolean() }), { minLength: 1, maxLength: 24 });

function startOf(all: readonly Sent[], i: number): number {
  const own = all[i];
  return i === 0 || own === undefined ? 0 : startOf(all, own.parent % i) + own.after;
}

function real(all: readonly Sent[], i: number, state: 'running' | 'ended'): Span {
  const start = startOf(all, i);
  return aSpan({
    span_id: String(i).padStart(2, '0'), parent_span_id: i === 0 ? null : String((all[i]?.parent ?? 0) % i).padStart(2, '0'), name: i % 3 === 0 ? 'step' : `step ${i}`,
    start_time: at(start), end_time: state === 'ended' ? at(start + 5) : null, state,
  });
}

/** arrival is what the viewer has after each message: as the server does, it holds a placeholder for each parent that nobody has sent yet. */
function arrival(all: readonly Sent[], order: readonly number[]): SpanMap[] {
  const queue: { i: number; state: 'running' | 'ended' }[] = [
    ...order.filter((i) => all[i]?.heartbeat === true).map((i) => ({ i, state: 'running' as const })), ...order.map((i) => ({ i, state: 'ended' as const })),
  ];
  const here = new Map<SpanKey, Span>();
  return queue.map(({ i, state }) => {
    const span = real(all, i, state);
    here.set(span.key, span);
    const draft = SpanMap.empty.edit();
    const missing = new Map<string, number>();
    for (const s of here.values()) {
      draft.set(s);
      if (s.parentId !== null && s.start !== null && !here.has(`a/${s.parentId}` as SpanKey)) {
        missing.set(s.parentId, Math.min(missing.get(s.parentId) ?? Infinity, s.start));
      }
    }
    for (const [id, start] of missing) {
      draft.set(aSpan({ span_id: id, state: 'missing', name: '(parent not received yet)', start_time: at(start - origin), end_time: null }));
    }
    return draft.done();
  });
}

/** standing tells by what a row has its place: its own start and parent, and those of everything above it. */
function standing(nodes: readonly Node[], index: number): string {
  const keys = [nodes[index]?.span.key, ...ancestors(nodes, index)];
  return JSON.stringify(keys.map((key) => {
    const span = nodes.find((n) => n.span.key === key)?.span;
    return [key, span?.start];
  }));
}

const shuffled = run.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all.map((_, i) => i), { minLength: all.length })));

describe('while a run arrives in any order', () => {
  it('no two rows swap, unless what is known of where they stand changed', () => {
    fc.assert(fc.property(shuffled, ([all, order]) => {
      const keeper = new TreeKeeper();
      let before: readonly Node[] = [];
      for (const spans of arrival(all, order)) {
        const after = keeper.update(spans);
        const place = new Map(after.map((n, i) => [n.span.key, i]));
        const steady = before.flatMap((n, i) => {
          const now = place.get(n.span.key);
          return now !== undefined && standing(before, i) === standing(after, now) ? [now] : [];
        });
        expect(steady).toEqual([...steady].sort((a, b) => a - b));
        before = after;
      }
    }));
  });

  it('no row goes once it is there: a placeholder becomes the span, under the same key', () => {
    fc.assert(fc.property(shuffled, ([all, order]) => {
      const keeper = new TreeKeeper();
      let before: readonly Node[] = [];
      for (const spans of arrival(all, order)) {
        const after = keeper.update(spans);
        const keys = new Set(after.map((n) => n.span.key));
        expect(before.filter((n) => !keys.has(n.span.key))).toEqual([]);
        before = after;
      }
    }));
  });

  it('it ends with the rows that it would have had at once, folded or not', () => {
    fc.assert(fc.property(shuffled, ([all, order]) => {
      const keeper = new TreeKeeper();
      const last = arrival(all, order).map((spans) => keeper.update(spans)).at(-1) ?? [];
      const once = buildTree(new Map(all.map((_, i) => real(all, i, 'ended')).map((s) => [s.key, s])));
      const rows = (nodes: readonly Node[], fold: boolean) => rowsOf(nodes, { collapsed: new Set(), groups: fold ? groupLeaves(nodes, { keep: () => false, opened: new Set() }) : [], opened: new Set() }).map((r) => r.key);
      expect(rows(last, false)).toEqual(rows(once, false));
      expect(rows(last, true)).toEqual(rows(once, true));
    }));
  });
});
