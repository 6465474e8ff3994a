import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/client/wire/json';
import { groupLeaves, leastAlike, type GroupKey, type Kept } from '../src/model/leaves';
import { parentRow, rowOf, rowsOf } from '../src/model/rows';
import { buildTree, type Node } from '../src/model/tree';
import { TreeKeeper } from '../src/model/treekeeper';
import { aSpan, byKey, spanKey } from './spans';

function child(id: string, parent: string | null, ms: number, more: JsonObject = {}) {
  return aSpan({ span_id: id, parent_span_id: parent, start_time: new Date(1e12 + ms).toISOString(), end_time: new Date(1e12 + ms + 10).toISOString(), name: 'embed', ...more });
}

const root = child('r', null, 0, { name: 'root' });
const embeds = (n: number, from = 0) => Array.from({ length: n }, (_, i) => child(`e${from + i}`, 'r', 100 + from + i));
const tree = (...spans: ReturnType<typeof child>[]) => buildTree(byKey(spans));
const nothing = { keep: () => false, opened: new Set<GroupKey>() };
const keeping = (...ids: string[]) => ({ keep: (key: string) => ids.some((id) => key === spanKey('a', id)), opened: new Set<GroupKey>() });

function drawn(nodes: readonly Node[], kept: Kept = nothing): string[] {
  return rowsOf(nodes, { collapsed: new Set(), groups: groupLeaves(nodes, kept), opened: kept.opened })
    .map((r) => `${'  '.repeat(r.depth)}${r.group === null ? nodes[r.index]?.span.spanId : `${r.group.name} × ${r.group.members.length}`}`);
}

describe('similar leaves', () => {
  it('fold into one row that says how many there are and how long they took', () => {
    const nodes = tree(root, ...embeds(6));
    expect(drawn(nodes)).toEqual(['r', '  embed × 6']);
    expect(groupLeaves(nodes, nothing)[1]).toMatchObject({ name: 'embed', kind: 'span', totalMs: 60, mostMs: 10 });
  });

  it('stay as they are while they are few', () => {
    expect(drawn(tree(root, ...embeds(leastAlike - 1)))).toHaveLength(leastAlike);
  });

  it('stand below their row when it is opened', () => {
    const nodes = tree(root, ...embeds(5));
    const key = groupLeaves(nodes, nothing)[1]?.key;
    expect(drawn(nodes, { ...nothing, opened: new Set(key === undefined ? [] : [key]) })).toEqual(['r', '  embed × 5', '    e0', '    e1', '    e2', '    e3', '    e4']);
  });

  it('are of one name, one kind and one parent', () => {
    const nodes = tree(root, ...embeds(5), child('other', 'r', 102, { name: 'search' }), child('x', 'r', 300, { name: 'batch' }),
      ...Array.from({ length: 5 }, (_, i) => child(`f${i}`, 'x', 301 + i)),
      ...Array.from({ length: 4 }, (_, i) => child(`g${i}`, 'r', 200 + i, { attributes: { 'gen_ai.operation.name': 'embeddings' } })));
    expect(drawn(nodes)).toEqual(['r', '  embed × 5', '  other', '  g0', '  g1', '  g2', '  g3', '  x', '    embed × 5']);
  });

  it('never hide an error, what runs, what has spans of its own, the selected one, or what a search found', () => {
    const nodes = tree(root, ...embeds(5), child('bad', 'r', 101, { status: { code: 'ERROR' } }), child('open', 'r', 102, { state: 'running', end_time: null }),
      child('lost', 'r', 103, { state: 'lost', end_time: null }), child('more', 'r', 104), child('inside', 'more', 105), child('chosen', 'r', 106));
    expect(drawn(nodes, keeping('chosen'))).toEqual(['r', '  embed × 5', '  bad', '  open', '  lost', '  more', '    inside', '  chosen']);
  });

  it('stay in a group that is open, whoever is selected; of a closed one as few as two are left, and then none', () => {
    const nodes = tree(root, ...embeds(5));
    const key = groupLeaves(nodes, nothing)[1]?.key;
    const opened = new Set(key === undefined ? [] : [key]);
    expect(drawn(nodes, { ...keeping('e2'), opened })).toEqual(['r', '  embed × 5', '    e0', '    e1', '    e2', '    e3', '    e4']);
    expect(drawn(nodes, keeping('e0', 'e1', 'e2'))).toEqual(['r', '  e0', '  e1', '  e2', '  embed × 2']);
    expect(drawn(nodes, keeping('e0', 'e1', 'e2', 'e3'))).toEqual(['r', '  e0', '  e1', '  e2', '  e3', '  e4']);
  });

  it('are found by their row, or by their own where it is open', () => {
    const nodes = tree(root, ...embeds(5));
    const groups = groupLeaves(nodes, nothing);
    const closed = rowsOf(nodes, { collapsed: new Set(), groups, opened: new Set() });
    expect([rowOf(nodes, closed, 0), rowOf(nodes, closed, 3), rowOf(nodes, closed, 9)]).toEqual([0, 1, -1]);
    const key = groups[1]?.key;
    const open = rowsOf(nodes, { collapsed: new Set(), groups, opened: new Set(key === undefined ? [] : [key]) });
    expect([rowOf(nodes, open, 1), rowOf(nodes, open, 3)]).toEqual([2, 4]);
    expect([parentRow(open, 3), parentRow(open, 1), parentRow(open, 0)]).toEqual([1, 0, -1]);
    expect(rowOf(nodes, rowsOf(nodes, { collapsed: new Set([spanKey('a', 'r')]), groups, opened: new Set() }), 3)).toBe(0);
  });
});

const leaf = fc.record({ parent: fc.constantFrom('r', 'p'), name: fc.constantFrom('embed', 'search'), ms: fc.integer({ min: 1, max: 30 }), failed: fc.boolean(), running: fc.boolean() });
const leaves = fc.array(leaf, { maxLength: 40 });

function family(all: readonly { parent: string; name: string; ms: number; failed: boolean; running: boolean }[]) {
  return [root, child('p', 'r', 15, { name: 'parent' }), ...all.map((l, i) => child(`l${i}`, l.parent, l.ms, {
    name: l.name, status: { code: l.failed && l.ms % 3 === 0 ? 'ERROR' : 'OK' }, ...(l.running && l.ms % 3 === 1 ? { state: 'running', end_time: null } : {}),
  }))];
}

describe('whatever the leaves are, folding', () => {
  it('shows each span once, on its own or in one group', () => {
    fc.assert(fc.property(leaves, fc.array(fc.nat(39)), (all, kept) => {
      const nodes = tree(...family(all));
      const keep = new Set<string>(kept.map((i) => spanKey('a', `l${i}`)));
      const rows = rowsOf(nodes, { collapsed: new Set(), groups: groupLeaves(nodes, { keep: (key) => keep.has(key), opened: new Set() }), opened: new Set() });
      expect(rows.flatMap((r) => r.group?.members ?? [r.index]).sort((a, b) => a - b)).toEqual(nodes.map((_, i) => i));
      for (const r of rows) {
        for (const i of r.group?.members ?? []) {
          const span = nodes[i]?.span;
          expect(span?.failed === true || span?.state !== 'ended' || keep.has(span.key)).toBe(false);
        }
      }
    }));
  });

  it('moves no row when a group grows', () => {
    fc.assert(fc.property(leaves, fc.constantFrom('r', 'p'), (all, parent) => {
      const many = [...family(all), ...Array.from({ length: leastAlike }, (_, i) => child(`m${i}`, parent, 5 * i))];
      const before = tree(...many);
      const after = tree(...many, child('z', parent, 31));
      const keys = (nodes: readonly Node[]) => rowsOf(nodes, { collapsed: new Set(), groups: groupLeaves(nodes, nothing), opened: new Set() }).map((r) => r.key);
      expect(keys(after)).toEqual(keys(before));
    }));
  });

  it('finds in a tree that is kept what it finds in one that is new', () => {
    fc.assert(fc.property(fc.array(leaves, { maxLength: 4 }), (batches) => {
      const keeper = new TreeKeeper();
      const all: Parameters<typeof family>[0][number][] = [];
      const held: ReturnType<typeof family> = [];
      for (const batch of batches) {
        all.push(...batch);
        held.push(...family(all).slice(held.length));
        const spans = byKey(held);
        expect(groupLeaves(keeper.update(spans), nothing)).toEqual(groupLeaves(buildTree(spans), nothing));
      }
    }));
  });

  it('shows with every group open what there is without folding', () => {
    fc.assert(fc.property(leaves, (all) => {
      const nodes = tree(...family(all));
      const groups = groupLeaves(nodes, nothing);
      const opened = new Set(groups.flatMap((g) => (g === undefined ? [] : [g.key])));
      const rows = rowsOf(nodes, { collapsed: new Set(), groups, opened }).filter((r) => r.group === null);
      expect(rows.map((r) => r.key).sort()).toEqual(nodes.map((n) => n.span.key).sort());
    }));
  });
});
