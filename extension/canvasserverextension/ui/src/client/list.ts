import type { After, Row } from './wire/execution.js';

/** ListState is what is known of a list of executions, the newest activity first. */
export interface ListState {
  readonly rows: readonly Row[];
  /** more: there may be executions beyond these. */
  readonly more: boolean;
  /** cursor is where those go on, for `cursor` of GET /api/executions; null at the end, and of a server that does not say. */
  readonly cursor: string | null;
  /** loaded: the server has answered. */
  readonly loaded: boolean;
  /** coming are the rows so far of a list that comes anew, in several messages if it is long; it replaces what is here once it is whole. */
  readonly coming: readonly Row[] | null;
}

export const noRowsYet: ListState = { rows: [], more: false, cursor: null, loaded: false, coming: [] };

export type ListAction =
  | { readonly type: 'opened' }
  | { readonly type: 'changed'; readonly rows: readonly Row[]; readonly removed: readonly string[]; readonly after: After | null }
  | { readonly type: 'page'; readonly rows: readonly Row[] } & After;

/** reduceList is pure, and the same for all transports. */
export function reduceList(state: ListState, action: ListAction): ListState {
  switch (action.type) {
    case 'opened':
      return { ...state, coming: [] };
    case 'page':
      return { rows: action.rows, more: action.more, cursor: action.cursor, loaded: true, coming: null };
    case 'changed': {
      const rows = new Map((state.coming ?? state.rows).map((r) => [r.id, r]));
      for (const id of action.removed) {
        rows.delete(id);
      }
      for (const r of action.rows) {
        rows.set(r.id, r);
      }
      const sorted = [...rows.values()].sort(newestFirst);
      // The last message of a change tells what follows.
      return action.after !== null ? { rows: sorted, ...action.after, loaded: true, coming: null }
        : state.coming !== null ? { ...state, coming: sorted } : { ...state, rows: sorted };
    }
  }
}

function newestFirst(a: Row, b: Row): number {
  return (b.lastActivityAt ?? 0) - (a.lastActivityAt ?? 0) || (a.id < b.id ? -1 : 1);
}
