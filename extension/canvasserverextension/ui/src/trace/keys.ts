import { parentRow, type Row } from '../model/rows';

/** Step is what a key does in the tree. */
export type Step = { readonly type: 'move'; readonly row: number } | { readonly type: 'open' | 'close' | 'select' };

/** Place is where the keyboard is: row counts the visible rows of any tree, page is how many fit into the window. */
export interface Place<R extends Pick<Row, 'depth'>> {
  readonly rows: readonly R[];
  readonly row: number;
  /** isOpen tells whether what hangs on a row is seen; null where nothing does. */
  readonly isOpen: (row: R) => boolean | null;
  readonly page: number;
}

/** stepFor follows the keys of the WAI-ARIA tree pattern; null for a key that does nothing. */
export function stepFor<R extends Pick<Row, 'depth'>>(key: string, { rows, row, isOpen, page }: Place<R>): Step | null {
  const last = rows.length - 1;
  const here = rows[row];
  if (here === undefined) {
    return null;
  }
  const open = isOpen(here);
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
      return open === null ? null : open ? { type: 'move', row: row + 1 } : { type: 'open' };
    case 'ArrowLeft':
      return open === true ? { type: 'close' } : up(rows, row);
    case 'Enter':
    case ' ':
      return { type: 'select' };
    default:
      return null;
  }
}

function up(rows: readonly Pick<Row, 'depth'>[], row: number): Step | null {
  const above = parentRow(rows, row);
  return above < 0 ? null : { type: 'move', row: above };
}
