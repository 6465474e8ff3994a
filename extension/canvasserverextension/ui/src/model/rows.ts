import type { SpanKey } from '../client/wire/span';
import type { Group, GroupKey, Groups } from './leaves';
import type { Node } from './tree';

/** RowKey names a row, whatever is above it. */
export type RowKey = SpanKey | GroupKey;

/** Row is one line of the tree: a span, or a group of leaves. */
export interface Row {
  readonly key: RowKey;
  /** index is that of the node; of a group, of its first member. */
  readonly index: number;
  readonly depth: number;
  /** group: the row stands for all of it. */
  readonly group: Group | null;
}

/** Folding says what is closed, and which groups are open. */
export interface Folding { readonly collapsed: ReadonlySet<SpanKey>; readonly groups: Groups; readonly opened: ReadonlySet<GroupKey> }

/** rowsOf lists what can be seen: nothing below a collapsed span, and of a group only its row, unless it is open: then its members stand below. */
export function rowsOf(nodes: readonly Node[], { collapsed, groups, opened }: Folding): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < nodes.length;) {
    const node = nodes[i];
    if (node === undefined) {
      break;
    }
    const { key } = node.span;
    const group = groups[i];
    if (group === undefined) {
      rows.push({ key, index: i, depth: node.depth, group: null });
    } else if (group.members[0] === i) {
      addGroup(rows, nodes, group, opened.has(group.key));
    }
    i += collapsed.size > 0 && collapsed.has(key) ? node.size : 1;
  }
  return rows;
}

function addGroup(rows: Row[], nodes: readonly Node[], group: Group, open: boolean): void {
  const first = nodes[group.members[0] ?? -1];
  if (first === undefined) {
    return;
  }
  rows.push({ key: group.key, index: group.members[0] ?? -1, depth: first.depth, group });
  for (const index of open ? group.members : []) {
    const node = nodes[index];
    if (node !== undefined) {
      rows.push({ key: node.span.key, index, depth: node.depth + 1, group: null });
    }
  }
}

/** rowOf finds the row of a node: its own, or that of the group that it is hidden in; -1: it is below something collapsed. */
export function rowOf(rows: readonly Row[], index: number): number {
  const own = rows.findIndex((r) => r.index === index && r.group === null);
  return own >= 0 ? own : rows.findIndex((r) => r.group?.members.includes(index) === true);
}
