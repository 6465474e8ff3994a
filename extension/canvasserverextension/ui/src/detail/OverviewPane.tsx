import { useMemo, type ReactNode } from 'react';
import type { Execution } from '../client/wire/execution';
import type { Span, SpanKey } from '../client/wire/span';
import { formatExact } from '../format/moment';
import { formatCost, formatCount } from '../format/quantity';
import { useRested } from '../live/useRested';
import { modelOf } from '../model/tokens';
import { Copy } from '../parts/Copy';
import { Plain } from '../parts/Text';
import { executionPath } from '../route';
import { excludedReasons, summaryText } from '../text/detail';
import { copied } from '../text/parts';

const { facts } = summaryText;

/** OverviewPane stands where a span's details do while none is selected: the account of the whole execution. */
export function OverviewPane({ execution: e, spans }: { readonly execution: Execution; readonly spans: ReadonlyMap<SpanKey, Span> }): ReactNode {
  const rested = useRested(spans, 1000);
  const models = useMemo(() => [...new Set([...rested.values()].map(modelOf).filter((m) => m !== null))].sort(), [rested]);
  if (!e.known) {
    return <article className="detail"><header className="detail-head"><h2>{summaryText.title}</h2><p className="muted small">{summaryText.nothing}</p></header></article>;
  }
  return (
    <article className="detail">
      <header className="detail-head"><h2>{summaryText.title}</h2><p className="muted small">{summaryText.hint}</p></header>
      <dl className="detail-facts">
        {e.workflowId !== null && <><dt>{facts.workflow}</dt><dd><Plain text={e.workflowId} /></dd></>}
        {e.startedAt !== null && <><dt>{facts.started}</dt><dd>{formatExact(e.startedAt)}</dd></>}
        {e.finishedAt !== null && <><dt>{facts.finished}</dt><dd>{formatExact(e.finishedAt)}</dd></>}
        {models.length > 0 && <><dt>{facts.models}</dt><dd>{models.map((m) => <div key={m}><Plain text={m} /></div>)}</dd></>}
        {e.traces.map((t) => <TraceId key={t} id={t} />)}
      </dl>
      <h3 className="account-title">{summaryText.tokens}</h3>
      <table className="account">
        <thead><tr><td /><th scope="col" className="figure">{summaryText.input}</th><th scope="col" className="figure">{summaryText.output}</th></tr></thead>
        <tbody>
          <tr><th scope="row">{summaryText.reported}</th><td className="figure">{formatCount(e.reported.input)}</td><td className="figure">{formatCount(e.reported.output)}</td></tr>
          {e.excluded.map((x) => (
            <tr key={x.reason} className="muted"><th scope="row">{summaryText.excluded(x.spans, excludedReasons.get(x.reason) ?? x.reason)}</th><td className="figure">{summaryText.minus(x.input)}</td><td className="figure">{summaryText.minus(x.output)}</td></tr>
          ))}
          <tr className="total"><th scope="row">{summaryText.counted}</th><td className="figure">{formatCount(e.tokens.input)}</td><td className="figure">{formatCount(e.tokens.output)}</td></tr>
        </tbody>
      </table>
      <p className="muted small">
        {e.cacheRead + e.cacheWrite + e.reasoning > 0 && summaryText.ofThese(e.cacheRead, e.cacheWrite, e.reasoning)}
        {e.costUsd === null ? summaryText.costUnknown : summaryText.cost(formatCost(e.costUsd))}
      </p>
      {e.links.length > 0 && <><h3 className="account-title">{summaryText.linkedTraces}</h3><ul className="plain-list">{e.links.map((l) => <li key={l.traceId + l.spanId} className="id"><a href={executionPath(l.traceId)}>{l.traceId}</a></li>)}</ul></>}
    </article>
  );
}

function TraceId({ id }: { readonly id: string }): ReactNode {
  return <><dt>{facts.trace}</dt><dd className="id">{id}<Copy text={id} what={copied.traceId} /></dd></>;
}
