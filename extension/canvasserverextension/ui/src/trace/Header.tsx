import type { ReactNode } from 'react';
import { dashboardUrl } from '../api/info';
import type { Connection } from '../client/index';
import type { TraceState } from '../client/trace';
import type { Execution } from '../client/wire/execution';
import { formatDuration } from '../format/duration';
import { formatExact } from '../format/moment';
import { formatCost, formatCount } from '../format/quantity';
import { visible } from '../format/visible';
import { Mark } from '../list/ListPage';
import type { Server } from '../live/useInfo';
import { ago } from '../model/evidence';
import { StatusBadge } from '../parts/Badge';
import { ConnectionMark } from '../parts/ConnectionMark';
import { Copy } from '../parts/Copy';
import { Hint } from '../parts/Hint';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { listPath } from '../route';
import { copied, partsText } from '../text/parts';
import { completenessText, completeReasons, headerText } from '../text/trace';

interface HeaderProps {
  readonly id: string;
  readonly name: string;
  readonly state: TraceState;
  /** heard is when the server last heard of any of the spans. */
  readonly heard: number | null;
  /** rootless: what stands at the top is a placeholder. */
  readonly rootless: boolean;
  readonly connection: Connection;
  readonly server: Server;
  readonly now: number;
  /** failures goes to the next span with an error; null while there are no spans. */
  readonly failures: (() => void) | null;
  /** covered: a span lies over it. */
  readonly covered: boolean;
  /** children stand below the figures: the views of the execution and what can be done with it. */
  readonly children: ReactNode;
}

/** Header says what the execution is, how it stands, and how the page is connected. */
export function Header({ id, name, state, heard, rootless, connection, server, now, failures, covered, children }: HeaderProps): ReactNode {
  const e = state.execution;
  return (
    <header className="trace-header" inert={covered}>
      <div className="bar">
        <a className="brand" href={listPath} title={headerText.backMeaning}><Mark />{headerText.back}</a>
        {e?.workflowId != null && <><span className="muted" aria-hidden="true">/</span><span className="crumb"><Plain text={e.workflowId} /></span></>}
        <span className="spacer" />
        <Dashboards id={id} execution={e} server={server} />
        <ConnectionMark connection={connection} complete={state.complete} />
      </div>
      <div className="headline">
        <h1 title={visible(name.slice(0, 500))}><Plain text={name.slice(0, 500)} /></h1>
        {e !== null && <StatusBadge status={e.status} />}
        <span className="id muted"><Plain text={id} /></span><Copy text={id} what={copied.executionId} />
      </div>
      {e !== null && <Facts execution={e} state={state} heard={heard} rootless={rootless} now={now} highCost={server.info?.highCostUsd ?? 0} failures={failures} />}
      <div className="toolbar">{children}</div>
    </header>
  );
}

const { facts } = headerText;

interface FactsProps { readonly execution: Execution; readonly state: TraceState; readonly heard: number | null; readonly rootless: boolean; readonly now: number; readonly highCost: number; readonly failures: (() => void) | null }

function Facts({ execution: e, state, heard, rootless, now, highCost, failures }: FactsProps): ReactNode {
  const dear = highCost > 0 && (e.costUsd ?? 0) >= highCost;
  return (
    <dl className="facts">
      <Fact name={facts.duration} title={e.startedAt === null ? undefined : headerText.started(formatExact(e.startedAt))}>{durationText(e, now)}</Fact>
      <Fact name={facts.spans}>{formatCount(e.spanCount)}</Fact>
      <Fact name={facts.errors}>
        {e.errorCount === 0 || failures === null
          ? formatCount(e.errorCount)
          : <Hint text={headerText.nextError}><button type="button" className="jump" aria-keyshortcuts="e" onClick={failures}><Icon name="error" />{headerText.errors(e.errorCount)}<Icon name="down" /></button></Hint>}
      </Fact>
      <Fact name={facts.tokensIn}>{formatCount(e.tokens.input)}</Fact>
      <Fact name={facts.tokensOut}>{formatCount(e.tokens.output)}</Fact>
      <Fact name={facts.cost}>
        {e.costUsd === null ? <span className="muted">{partsText.unknown}</span> : <>{formatCost(e.costUsd)}{dear && <> <Hint text={headerText.highMeaning} explains><button type="button" className="link warn">{headerText.high}</button></Hint></>}</>}
      </Fact>
      <Fact name={facts.completeness}>{completeness(e, state, `${rootless ? completenessText.rootless : ''}${heard === null ? '' : completenessText.heard(ago(heard, now))}`)}</Fact>
    </dl>
  );
}

function Fact({ name, title, children }: { readonly name: string; readonly title?: string | undefined; readonly children: ReactNode }): ReactNode {
  return <div className="fact" title={title}><dt>{name}</dt><dd>{children}</dd></div>;
}

function durationText(e: Execution, now: number): string {
  if (e.startedAt === null) {
    return partsText.nothing;
  }
  const end = e.finishedAt ?? (e.status === 'running' ? now : null);
  return end === null ? partsText.nothing : formatDuration(Math.max(0, end - e.startedAt));
}

function completeness(e: Execution, state: TraceState, heard: string): ReactNode {
  if (!state.complete) {
    return e.known ? <><Word text={completenessText.open} /> <span className="muted">{completenessText.mayCome}{heard}</span></> : <span className="muted">{completenessText.waiting}</span>;
  }
  const reason = e.completeReason ?? '';
  const whole = reason === 'quiet' || reason === 'span_count';
  return <><Word text={whole ? completenessText.complete : completenessText.closed} /> <span className="muted">{completenessText.because(completeReasons.get(reason) ?? reason)}</span></>;
}

/** Word says to whoever asks what nobody can know: what was sampled or lost on the way here. */
function Word({ text }: { readonly text: string }): ReactNode {
  return <Hint text={completenessText.sampling} explains><button type="button" className="link word">{text}</button></Hint>;
}

function Dashboards({ id, execution, server }: { readonly id: string; readonly execution: Execution | null; readonly server: Server }): ReactNode {
  const ids = { execution: id, trace: execution?.traceId ?? null, span: null, workflow: execution?.workflowId ?? null };
  return server.info?.dashboards.map((d) => {
    const url = dashboardUrl(d.url, ids);
    return url === null ? null : <a key={d.name + d.url} className="dashboard" href={url} target="_blank" rel="noopener noreferrer">{d.name}</a>;
  });
}
