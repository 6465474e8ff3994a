import type { ReactNode } from 'react';
import type { Connection, Problem, TraceState } from '../client/index';
import { formatCount, plural } from '../format/quantity';
import type { Node } from '../model/tree';
import { Notice } from '../parts/Notice';
import { Plain } from '../parts/Text';
import { listPath } from '../route';

/** notEnabled is the code of what a gradual rollout does not show. */
const notEnabled = 4410;

interface NoticesProps {
  readonly id: string;
  readonly state: TraceState;
  readonly problem: Problem | null;
  readonly connection: Connection;
  readonly missing: string | null;
  /** roots are the spans at the top that nobody has sent. */
  readonly roots: readonly Node[];
}

/** Notices tells what is unusual about the execution or the connection, and what can be done. */
export function Notices({ id, state, problem, connection, missing, roots }: NoticesProps): ReactNode {
  const e = state.execution;
  const below = roots.reduce((n, r) => n + r.size - 1, 0);
  return (
    <>
      {problem?.code === notEnabled && <Notice kind="info" title="The Trace tab is not enabled for this workflow yet.">Its traces are kept: reload the page once it is.</Notice>}
      {problem !== null && problem.code !== notEnabled && <Notice kind={problem.retryable ? 'warn' : 'bad'} title="Not up to date.">{problem.reason}{problem.retryable && ' Trying again by itself.'}</Notice>}
      {connection.kind === 'refused' && <Notice kind="bad" title="Not connected.">{connection.reason}</Notice>}
      {connection.kind === 'waiting' && connection.attempt > 1 && <Notice kind="warn" title="Not connected.">{connection.reason} Trying again by itself.</Notice>}
      {e === null && problem === null && connection.kind !== 'refused' && <p className="hint">Loading the execution…</p>}
      {e?.completeReason === 'evicted' && (
        <Notice kind="warn" title={state.spans.size > 0 ? 'The server no longer holds these spans.' : 'The spans of this execution are gone.'}>
          {state.spans.size > 0 ? 'What you see is what this page had read; reloading it would lose it. ' : 'Only the totals above are left: the spans had to make room for newer ones, or were older than the server keeps them. '}
          Look for the trace in the backend that traces are forwarded to. To keep more, raise the limits under exporters::canvastrace::retention.
        </Notice>
      )}
      {e !== null && !e.known && e.completeReason !== 'evicted' && (
        <div className="empty">
          <h2>Waiting for the first span</h2>
          <p>Nothing has arrived for <code className="id"><Plain text={id} /></code> yet. This page shows it the moment it does; there is no need to reload.</p>
          <p className="muted">If the run is long over: check the id; check that the sender’s spans carry <code>orcheo.execution.id</code> and go to this collector’s OTLP receiver. An older run may no longer be held. <a href={listPath}>See what there is.</a></p>
        </div>
      )}
      {e?.stale === true && <Notice kind="warn" title="This may be out of date.">The server cannot reach its shared store at the moment and shows what it last read.</Notice>}
      {e !== null && e.droppedSpans > 0 && (
        <Notice kind="warn" title={`${formatCount(e.droppedSpans)} of its spans are not shown.`}>
          The execution is larger than the server keeps: {plural(e.spanCount, 'span')} were kept. Raise the limits under exporters::canvastrace to see all of the next one.
        </Notice>
      )}
      {e?.known === true && state.complete && roots.length > 0 && (
        <Notice kind="warn" title="The root was never received.">
          {below === 1 ? '1 span hangs' : `${formatCount(below)} spans hang`} on {roots.length === 1 ? 'a span' : plural(roots.length, 'span')} that nobody has sent. Its sender may have ended without sending it, or sampling may have left it out.
        </Notice>
      )}
      {missing !== null && e?.known === true && <Notice kind="info" title="The span in the address is not here.">It may not have arrived yet: it is selected as soon as it does.</Notice>}
    </>
  );
}
