import { useEffect, useState, type ReactNode } from 'react';
import { noRowsYet, type Followed, type ListState } from '../client/index';
import type { Row } from '../client/wire/execution';
import { formatDuration } from '../format/duration';
import { formatExact, formatMoment } from '../format/moment';
import { traceClient } from '../live/client';
import { useExecution } from '../live/useExecution';
import type { Server } from '../live/useInfo';
import { useNow } from '../live/useNow';
import { executionName, rowName } from '../model/naming';
import { StatusBadge } from '../parts/Badge';
import { Plain } from '../parts/Text';
import { comparePath } from '../route';
import { compareText, pickerText } from '../text/compare';

interface PickerProps { readonly known: string; readonly missing: 'a' | 'b'; readonly server: Server; readonly token: string | null }

const most = 50;

/** Picker chooses the other execution among the recent ones: those of the same workflow, or all. */
export function Picker({ known, missing, server, token }: PickerProps): ReactNode {
  const { state } = useExecution(known, token);
  const { execution } = state;
  const workflow = execution?.workflowId ?? null;
  const [all, setAll] = useState(false);
  const [text, setText] = useState('');
  const { state: { rows, loaded }, problem } = usePeers(all ? null : workflow, text.trim(), execution !== null, token);
  const others = rows.filter((r) => r.id !== known && r.id !== execution?.id && !r.aliases.includes(known));
  const now = useNow(others.some((r) => r.status === 'running'), server.clockAhead);
  const letter = compareText.sides[missing];
  return (
    <main className="picker">
      <p className="picker-known"><span className={`side-letter side-${missing === 'a' ? 'b' : 'a'}`}>{compareText.sides[missing === 'a' ? 'b' : 'a']}</span><strong><Plain text={executionName(execution, state.spans, known).slice(0, 300)} /></strong><span className="id muted"><Plain text={known} /></span></p>
      <h2>{pickerText.title(letter)}</h2>
      <div className="picker-bar">
        <input type="search" aria-label={pickerText.search} placeholder={pickerText.search} value={text} autoFocus onChange={(e) => { setText(e.target.value); }} />
        {workflow !== null && <label><input type="checkbox" checked={all} onChange={(e) => { setAll(e.target.checked); }} /> {pickerText.all}</label>}
      </div>
      <p className="muted small">{workflow === null || all ? pickerText.any : <Plain text={pickerText.sameWorkflow(workflow.slice(0, 200))} />}</p>
      {problem !== null && <p className="bad" role="alert">{problem.reason}</p>}
      {!loaded && problem === null && <p className="hint">{pickerText.loading}</p>}
      {loaded && others.length === 0 && <p className="hint">{pickerText.none}</p>}
      <ul className="picker-list">
        {others.map((row) => <li key={row.id}><Choice row={row} href={missing === 'b' ? comparePath(known, row.id) : comparePath(row.id, known)} now={now} /></li>)}
      </ul>
    </main>
  );
}

function Choice({ row, href, now }: { readonly row: Row; readonly href: string; readonly now: number }): ReactNode {
  const end = row.finishedAt ?? (row.status === 'running' ? now : row.lastActivityAt);
  return (
    <a className="picker-row" href={href}>
      <StatusBadge status={row.status} />
      <span className="picker-name"><Plain text={rowName(row).slice(0, 300)} /> <span className="id muted"><Plain text={row.id} /></span></span>
      <span className="muted small">{row.startedAt === null ? '' : <time dateTime={new Date(row.startedAt).toISOString()} title={formatExact(row.startedAt)}>{formatMoment(row.startedAt, now)}</time>}</span>
      <span className="figure">{row.startedAt === null || end === null ? '' : formatDuration(Math.max(0, end - row.startedAt))}</span>
    </a>
  );
}

/** usePeers follows the recent executions of a workflow, or of all; it waits until it is known which. */
function usePeers(workflowId: string | null, q: string, ready: boolean, token: string | null): Followed<ListState> {
  const [followed, setFollowed] = useState<Followed<ListState>>({ state: noRowsYet, problem: null });
  useEffect(() => {
    if (!ready) {
      return;
    }
    const filter = { limit: most, ...(workflowId === null ? {} : { workflowId }), ...(q === '' ? {} : { q }) };
    const subscription = traceClient.subscribeExecutions(filter, (next) => {
      setFollowed((now) => (next.state.loaded ? next : { state: now.state, problem: next.problem }));
    });
    return () => {
      subscription.close();
    };
  }, [workflowId, q, ready, token]);
  return followed;
}
