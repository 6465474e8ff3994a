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
  /** nth counts the members of an open group from 1; 0 for all other rows. */
  readonly nth: number;
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
      rows.push({ key, index: i, depth: node.depth, group: null, nth: 0 });
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
  rows.push({ key: group.key, index: group.members[0] ?? -1, depth: first.depth, group, nth: 0 });
  if (open) {
    group.members.forEach((index, i) => {
      const node = nodes[index];
      if (node !== undefined) {
        rows.push({ key: node.span.key, index, depth: node.depth + 1, group: null, nth: i + 1 });
      }
    });
  }
}

/** rowOf finds the row in which a node is seen: its own, that of the group or of the collapsed span that hides it; -1: there is none. */
export function rowOf(nodes: readonly Node[], rows: readonly Row[], index: number): number {
  const at = new Set<number>();
  for (let i = index; i >= 0; i = nodes[i]?.parent ?? -1) {
    at.add(i);
  }
  let best = -1;
  let depth = -1;
  for (let row = 0; row < rows.length; row++) {
    const r = rows[row];
    if (r === undefined) {
      break;
    }
    if (r.group === null) {
      if (r.index === index) {
        return row;
      }
      if (r.depth > depth && at.has(r.index)) {
        best = row;
        depth = r.depth;
      }
    } else if (r.group.members.includes(index)) {
      best = row;
      depth = Infinity;
    }
  }
  return best;
}

/** parentRow is the row that a row hangs on, -1 for one at the top. */
export function parentRow(rows: readonly Pick<Row, 'depth'>[], row: number): number {
  const depth = rows[row]?.depth ?? 0;
  let above = row - 1;
  while (above >= 0 && (rows[above]?.depth ?? 0) >= depth) {
    above--;
  }
  return above;
}
