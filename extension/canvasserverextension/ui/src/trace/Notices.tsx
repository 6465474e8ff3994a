import { useRef, type ReactNode } from 'react';
import type { Connection, Problem, TraceState } from '../client/index';
import type { Node } from '../model/tree';
import { Notice } from '../parts/Notice';
import { Plain } from '../parts/Text';
import { listPath } from '../route';
import { noticeText } from '../text/notices';

/** notEnabled is the code of what a gradual rollout does not show. */
const notEnabled = 4410;

/** noRight is the code of what the viewer may not see. */
const noRight = 4403;

/** executionId is the attribute that tells which execution a span belongs to. */
const executionId = 'orcheo.execution.id';

/** stateFolder is the variable that names the folder where traces outlive a restart. */
const stateFolder = 'CANVAS_STATE_DIR';

const { evicted, forgotten, unknown } = noticeText;

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
  const unheard = e !== null && !e.known && e.completeReason !== 'evicted';
  // What was shown and is not known any more has not been waited for.
  const known = useRef<string | null>(null);
  if (e?.known === true) {
    known.current = id;
  }
  const below = roots.reduce((n, r) => n + r.size - 1, 0);
  return (
    <>
      {problem?.code === notEnabled && <Notice kind="info" title={noticeText.notEnabled.title}>{noticeText.notEnabled.body}</Notice>}
      {problem?.code === noRight && !problem.retryable && <Notice kind="bad" title={noticeText.noRight.title}>{noticeText.noRight.body}</Notice>}
      {problem !== null && problem.code !== notEnabled && (problem.code !== noRight || problem.retryable) && <Notice kind={problem.retryable ? 'warn' : 'bad'} title={noticeText.outOfDate}>{problem.reason}{problem.retryable && noticeText.againByItself}</Notice>}
      {connection.kind === 'refused' && <Notice kind="bad" title={noticeText.notConnected}>{connection.reason}</Notice>}
      {connection.kind === 'waiting' && connection.attempt > 1 && <Notice kind="warn" title={noticeText.notConnected}>{connection.reason}{noticeText.againByItself}</Notice>}
      {e === null && problem === null && connection.kind !== 'refused' && <p className="hint">{noticeText.loading}</p>}
      {e?.completeReason === 'evicted' && (
        <Notice kind="warn" title={state.spans.size > 0 ? evicted.stillShown : evicted.gone}>
          {state.spans.size > 0 ? evicted.whatYouSee : evicted.whatIsLeft}
          {evicted.whatToDo}
        </Notice>
      )}
      {unheard && known.current === id && (
        <div className="empty">
          <h2>{forgotten.title}</h2>
          <p>{forgotten.body.before}<code className="id"><Plain text={id} /></code>{forgotten.body.after}</p>
          <p className="muted">{forgotten.whatToDo.before}<code>{stateFolder}</code>{forgotten.whatToDo.after}<a href={listPath}>{unknown.check.list}</a></p>
        </div>
      )}
      {unheard && known.current !== id && (
        <div className="empty">
          <h2>{unknown.title}</h2>
          <p>{unknown.nothing.before}<code className="id"><Plain text={id} /></code>{unknown.nothing.after}</p>
          <p className="muted">{unknown.check.before}<code>{executionId}</code>{unknown.check.after}<a href={listPath}>{unknown.check.list}</a></p>
        </div>
      )}
      {e?.stale === true && <Notice kind="warn" title={noticeText.stale.title}>{noticeText.stale.body}</Notice>}
      {e !== null && e.droppedSpans > 0 && (
        <Notice kind="warn" title={noticeText.dropped.title(e.droppedSpans)}>
          {noticeText.dropped.body(e.spanCount)}
        </Notice>
      )}
      {e?.known === true && state.complete && roots.length > 0 && (
        <Notice kind="warn" title={noticeText.rootless.title}>
          {noticeText.rootless.body(below, roots.length)}
        </Notice>
      )}
      {missing !== null && e?.known === true && <Notice kind="info" title={noticeText.noSuchSpan.title}>{noticeText.noSuchSpan.body}</Notice>}
    </>
  );
}
