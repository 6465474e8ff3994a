import type { ReactNode } from 'react';
import { Notice } from '../parts/Notice';
import { Plain } from '../parts/Text';
import { compareNotices } from '../text/compare';
import { noticeText } from '../text/notices';
import type { Side } from './useSide';

/** CompareNotices tell what makes this comparison less than it seems. */
export function CompareNotices({ a, b, stepMissing }: { readonly a: Side; readonly b: Side; readonly stepMissing: boolean }): ReactNode {
  const [first, second] = [a.followed.state.execution, b.followed.state.execution];
  const known = first?.known === true && second?.known === true;
  const running = [a, b].filter((s) => s.open && s.followed.state.execution?.known === true).map((s) => s.letter);
  return (
    <>
      {a.id === b.id && <Notice kind="info" title={compareNotices.same.title}>{compareNotices.same.body}</Notice>}
      {known && first.workflowId !== second.workflowId && (
        <Notice kind="warn" title={compareNotices.workflows.title}>
          <Plain text={compareNotices.workflows.body(workflow(first.workflowId), workflow(second.workflowId))} />
        </Notice>
      )}
      {[a, b].map((side) => <SideNotices key={side.letter} side={side} />)}
      {running.length > 0 && <Notice kind="info" title={compareNotices.open.title(running.join(' + '))}>{compareNotices.open.body}</Notice>}
      {stepMissing && <Notice kind="info" title={compareNotices.noStep.title}>{compareNotices.noStep.body}</Notice>}
    </>
  );
}

function workflow(id: string | null): string {
  return id?.slice(0, 200) ?? compareNotices.noWorkflow;
}

function SideNotices({ side: { letter, followed: { state, problem } } }: { readonly side: Side }): ReactNode {
  const e = state.execution;
  const evicted = e?.completeReason === 'evicted';
  return (
    <>
      {problem !== null && <Notice kind={problem.retryable ? 'warn' : 'bad'} title={compareNotices.problem(letter)}>{problem.reason}{problem.retryable && noticeText.againByItself}</Notice>}
      {e !== null && !e.known && !evicted && <Notice kind="warn" title={compareNotices.unknown.title(letter)}>{compareNotices.unknown.body}</Notice>}
      {evicted && <Notice kind="warn" title={compareNotices.evicted.title(letter)}>{state.spans.size > 0 ? compareNotices.evicted.stillShown : compareNotices.evicted.body}</Notice>}
      {e !== null && e.droppedSpans > 0 && <Notice kind="warn" title={compareNotices.incomplete.title(letter)}>{compareNotices.incomplete.body(e.droppedSpans)}</Notice>}
    </>
  );
}
