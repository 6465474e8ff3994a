/** ListCommand is what a key does on the page of the list. */
export type ListCommand =
  | { readonly type: 'move'; readonly row: number }
  | { readonly type: 'search' | 'mark' | 'compare' | 'news' | 'help' | 'leave' };

/** ListStroke is a key as the browser tells it, and where the keyboard is: row is -1 while it is on none. */
export interface ListStroke {
  readonly key: string;
  readonly modified: boolean;
  readonly typing: boolean;
  /** single: keys of a single character do something. */
  readonly single: boolean;
  readonly row: number;
  readonly rows: number;
  /** page is how many rows fit into the window. */
  readonly page: number;
}

/** listCommand leaves keys alone that a field or the browser needs. */
export function listCommand({ key, modified, typing, single, row, rows, page }: ListStroke): ListCommand | null {
  if (modified || typing || (key.length === 1 && !single)) {
    return null;
  }
  const to = (n: number): ListCommand | null => (rows === 0 ? null : { type: 'move', row: Math.min(rows - 1, Math.max(0, n)) });
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return to(row + 1);
    case 'k':
    case 'ArrowUp':
      return to(row < 0 ? 0 : row - 1);
    case 'PageDown':
      return row < 0 ? null : to(row + page);
    case 'PageUp':
      return row < 0 ? null : to(row - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows - 1);
    case '/':
      return { type: 'search' };
    case 'x':
      return row < 0 ? null : { type: 'mark' };
    case 'c':
      return { type: 'compare' };
    case '.':
      return { type: 'news' };
    case '?':
      return { type: 'help' };
    case 'Escape':
      return { type: 'leave' };
    default:
      return null;
  }
}
