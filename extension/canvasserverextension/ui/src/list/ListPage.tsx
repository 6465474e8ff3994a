import { useEffect, useState, type ReactNode } from 'react';
import { statuses, type Status } from '../client/wire/execution';
import { useConnection } from '../live/client';
import type { Server } from '../live/useInfo';
import { useNow } from '../live/useNow';
import { ConnectionMark } from '../parts/ConnectionMark';
import { Notice } from '../parts/Notice';
import { setSearch } from '../route';
import { listText } from '../text/list';
import { EmptyList } from './EmptyList';
import { ExecutionRow } from './ExecutionRow';
import { useExecutions } from './useExecutions';

const fewRows = 50;
const mostRows = 200;
const { columns } = listText;

interface ListPageProps {
  /** q and status are the filter, which stands in the address. */
  readonly q: string;
  readonly status: string;
  readonly server: Server;
  readonly token: string | null;
}

/** ListPage lists recent executions, newest activity first. */
export function ListPage({ q: text, status: asked, server, token }: ListPageProps): ReactNode {
  const status: Status | '' = statuses.find((s) => s === asked) ?? '';
  const [limit, setLimit] = useState(fewRows);
  const q = useSettled(text.trim(), 200);
  const { state: { rows, more, loaded }, problem } = useExecutions({ q, status, limit }, token);
  const connection = useConnection();
  const lost = connection.kind === 'refused' || (connection.kind === 'waiting' && connection.attempt > 1);
  const trouble = problem?.reason ?? (lost ? connection.reason : null);
  const now = useNow(rows.some((r) => r.status === 'running'), server.clockAhead);
  useEffect(() => {
    document.title = listText.documentTitle;
  }, []);

  return (
    <>
      <header className="bar">
        <span className="brand"><Mark />{listText.brand}</span>
        <span className="spacer" />
        {server.info !== null && <span className="muted small">{server.info.name} {server.info.version}</span>}
        <ConnectionMark connection={connection} />
      </header>
      <main className="list-page" tabIndex={-1}>
        <div className="list-tools">
          <h1>{listText.title}</h1>
          <span className="muted" role="status">{loaded ? listText.shown(rows.length, more) : listText.loading}</span>
          <span className="spacer" />
          <input type="search" aria-label={listText.filter} placeholder={listText.filterHint} maxLength={200}
            value={text} onChange={(e) => { setSearch({ q: e.target.value }, 'replace'); }} />
          <select aria-label={listText.status} value={status} onChange={(e) => { setSearch({ status: e.target.value }, 'push'); }}>
            <option value="">{listText.anyStatus}</option>
            {statuses.map((s) => <option key={s} value={s}>{s}</option>)}
          </select>
        </div>
        {trouble !== null && <Notice kind="bad" title={listText.outOfDate}>{trouble}</Notice>}
        {rows.length > 0 && (
          <table className="executions">
            <thead>
              <tr>
                <th scope="col">{columns.status}</th><th scope="col">{columns.run}</th><th scope="col">{columns.workflow}</th><th scope="col">{columns.started}</th>
                <th scope="col" className="figure">{columns.duration}</th><th scope="col" className="figure">{columns.spans}</th><th scope="col" className="figure">{columns.errors}</th>
                <th scope="col" className="figure">{columns.tokens}</th><th scope="col" className="figure">{columns.cost}</th>
              </tr>
            </thead>
            <tbody>{rows.map((r) => <ExecutionRow key={r.id} row={r} now={now} />)}</tbody>
          </table>
        )}
        {more && limit < mostRows && <button type="button" onClick={() => { setLimit(mostRows); }}>{listText.showUpTo(mostRows)}</button>}
        {loaded && rows.length === 0 && <EmptyList filtered={q !== '' || status !== ''} />}
      </main>
    </>
  );
}

/** useSettled is a value that has not changed for a moment. */
function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(value); }, ms);
    return () => { clearTimeout(timer); };
  }, [value, ms]);
  return settled;
}

/** Mark is the page's sign. */
export function Mark(): ReactNode {
  return <svg className="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" /><path d="M7 10h11M11 16h14M11 22h8" /></svg>;
}
