import { useEffect, useState, type ReactNode } from 'react';
import { statuses, type Status } from '../client/wire/execution';
import { plural } from '../format/quantity';
import { useConnection } from '../live/client';
import type { Server } from '../live/useInfo';
import { useNow } from '../live/useNow';
import { ConnectionMark } from '../parts/ConnectionMark';
import { Notice } from '../parts/Notice';
import { setSearch } from '../route';
import { EmptyList } from './EmptyList';
import { ExecutionRow } from './ExecutionRow';
import { useExecutions } from './useExecutions';

const fewRows = 50;
const mostRows = 200;

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
    document.title = 'Executions · Canvas traces';
  }, []);

  return (
    <>
      <header className="bar">
        <span className="brand"><Mark />Canvas traces</span>
        <span className="spacer" />
        {server.info !== null && <span className="muted small">{server.info.name} {server.info.version}</span>}
        <ConnectionMark connection={connection} />
      </header>
      <main className="list-page">
        <div className="list-tools">
          <h1>Executions</h1>
          <span className="muted" role="status">{loaded ? plural(rows.length, 'execution') + (more ? ' shown' : '') : 'loading'}</span>
          <span className="spacer" />
          <input type="search" aria-label="Filter by id, name, workflow or model" placeholder="Filter by id, name, workflow, model" maxLength={200}
            value={text} onChange={(e) => { setSearch({ q: e.target.value }, 'replace'); }} />
          <select aria-label="Status" value={status} onChange={(e) => { setSearch({ status: e.target.value }, 'push'); }}>
            <option value="">any status</option>
            {statuses.map((s) => <option key={s} value={s}>{s}</option>)}
          </select>
        </div>
        {trouble !== null && <Notice kind="bad" title="The list is not up to date.">{trouble}</Notice>}
        {rows.length > 0 && (
          <table className="executions">
            <thead>
              <tr>
                <th scope="col">Status</th><th scope="col">Run</th><th scope="col">Workflow</th><th scope="col">Started</th>
                <th scope="col" className="figure">Duration</th><th scope="col" className="figure">Spans</th><th scope="col" className="figure">Errors</th>
                <th scope="col" className="figure">Tokens in / out</th><th scope="col" className="figure">Cost</th>
              </tr>
            </thead>
            <tbody>{rows.map((r) => <ExecutionRow key={r.id} row={r} now={now} />)}</tbody>
          </table>
        )}
        {more && limit < mostRows && <button type="button" onClick={() => { setLimit(mostRows); }}>Show up to {mostRows}</button>}
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
