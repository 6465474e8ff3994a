import type { SpanKey } from '../client/wire/span';
import type { Node } from '../model/tree';

/** Step is what a key does in the tree. */
export type Step = { readonly type: 'move'; readonly row: number } | { readonly type: 'open' | 'close' | 'select' };

/** Place is where the keyboard is: row counts the visible rows, page is how many fit into the window. */
export interface Place {
  readonly nodes: readonly Node[];
  readonly rows: readonly number[];
  readonly row: number;
  readonly collapsed: ReadonlySet<SpanKey>;
  readonly page: number;
}

/** stepFor follows the keys of the WAI-ARIA tree pattern; null for a key that does nothing. */
export function stepFor(key: string, place: Place): Step | null {
  const { nodes, rows, row, collapsed, page } = place;
  const last = rows.length - 1;
  const node = nodes[rows[row] ?? -1];
  if (node === undefined) {
    return null;
  }
  const open = node.children > 0 && !collapsed.has(node.span.key);
  switch (key) {
    case 'ArrowDown':
      return { type: 'move', row: Math.min(last, row + 1) };
    case 'ArrowUp':
      return { type: 'move', row: Math.max(0, row - 1) };
    case 'PageDown':
      return { type: 'move', row: Math.min(last, row + page) };
    case 'PageUp':
      return { type: 'move', row: Math.max(0, row - page) };
    case 'Home':
      return { type: 'move', row: 0 };
    case 'End':
      return { type: 'move', row: last };
    case 'ArrowRight':
      return node.children === 0 ? null : open ? { type: 'move', row: row + 1 } : { type: 'open' };
    case 'ArrowLeft':
      return open ? { type: 'close' } : node.parent < 0 ? null : { type: 'move', row: rows.indexOf(node.parent) };
    case 'Enter':
    case ' ':
      return { type: 'select' };
    default:
      return null;
  }
}
