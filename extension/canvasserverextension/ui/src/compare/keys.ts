import type { Pair } from '../model/compare';

/** Step is what a key does among the rows of a comparison. */
export type Step = { readonly type: 'move'; readonly row: number } | { readonly type: 'open' | 'close' | 'select' };

/** Place is where the keyboard is: rows are indexes of pairs, row counts them, page is how many fit into the window. */
export interface Place {
  readonly pairs: readonly Pair[];
  readonly rows: readonly number[];
  readonly row: number;
  readonly isClosed: (pair: Pair) => boolean;
  readonly page: number;
}

/** stepFor follows the keys of the WAI-ARIA tree pattern; null for a key that does nothing. */
export function stepFor(key: string, { pairs, rows, row, isClosed, page }: Place): Step | null {
  const last = rows.length - 1;
  const pair = pairs[rows[row] ?? -1];
  if (pair === undefined) {
    return null;
  }
  const open = pair.children > 0 && !isClosed(pair);
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
      return pair.children === 0 ? null : open ? { type: 'move', row: row + 1 } : { type: 'open' };
    case 'ArrowLeft':
      return open ? { type: 'close' } : pair.parent < 0 ? null : { type: 'move', row: rows.indexOf(pair.parent) };
    case 'Enter':
    case ' ':
      return { type: 'select' };
    default:
      return null;
  }
}
