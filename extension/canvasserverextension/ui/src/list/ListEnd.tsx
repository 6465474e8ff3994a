import type { ReactNode } from 'react';
import { formatMoment } from '../format/moment';
import { olderText } from '../text/list';
import { mostPages, type OlderRows } from './useOlder';
import { mostRows } from './useExecutions';

/** ListEnd leads on to older executions, and says what of the list is not live. */
export function ListEnd({ live, older: { older, more, beyond, loading, problem, load } }: { readonly live: number; readonly older: OlderRows }): ReactNode {
  const full = older.pages >= mostPages;
  return (
    <div className="list-end">
      {more && !full && <button type="button" disabled={loading} onClick={load}>{loading ? olderText.loading : olderText.load}</button>}
      {more && full && <p className="muted">{olderText.most((mostPages + 1) * mostRows)}</p>}
      {beyond && <p className="muted">{olderText.beyond}</p>}
      {problem !== null && <p className="bad" role="status">{olderText.failed(problem)}</p>}
      {older.pages > 0 && <p className="muted small">{olderText.asOf(live, formatMoment(older.readAt, Date.now()))}</p>}
    </div>
  );
}
