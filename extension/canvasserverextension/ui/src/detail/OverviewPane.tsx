import { useMemo, type ReactNode } from 'react';
import type { Execution } from '../client/wire/execution';
import type { Span, SpanKey } from '../client/wire/span';
import { formatExact } from '../format/moment';
import { formatCost, formatCount, plural } from '../format/quantity';
import { modelOf } from '../model/tokens';
import { Copy } from '../parts/Copy';
import { Plain } from '../parts/Text';
import { executionPath } from '../route';

const why: ReadonlyMap<string, string> = new Map([
  ['aggregate', 'sums of spans below them'],
  ['duplicate', 'calls that another span tells of too'],
  ['replay', 'answers from a cache'],
]);

/** OverviewPane stands where a span's details do while none is selected: the account of the whole execution. */
export function OverviewPane({ execution: e, spans }: { readonly execution: Execution; readonly spans: ReadonlyMap<SpanKey, Span> }): ReactNode {
  const models = useMemo(() => [...new Set([...spans.values()].map(modelOf).filter((m) => m !== null))].sort(), [spans]);
  return (
    <article className="detail">
      <header className="detail-head"><h2>Summary</h2><p className="muted small">Select a span to see what was said, its events and attributes.</p></header>
      <dl className="detail-facts">
        {e.workflowId !== null && <><dt>Workflow</dt><dd><Plain text={e.workflowId} /></dd></>}
        {e.startedAt !== null && <><dt>Started</dt><dd>{formatExact(e.startedAt)}</dd></>}
        {e.finishedAt !== null && <><dt>Finished</dt><dd>{formatExact(e.finishedAt)}</dd></>}
        {models.length > 0 && <><dt>Models</dt><dd>{models.map((m) => <div key={m}><Plain text={m} /></div>)}</dd></>}
        {e.traces.map((t) => <TraceId key={t} id={t} />)}
      </dl>
      <h3 className="account-title">Tokens</h3>
      <table className="account">
        <thead><tr><th scope="col" /><th scope="col" className="figure">in</th><th scope="col" className="figure">out</th></tr></thead>
        <tbody>
          <tr><th scope="row">Reported by spans</th><td className="figure">{formatCount(e.reported.input)}</td><td className="figure">{formatCount(e.reported.output)}</td></tr>
          {e.excluded.map((x) => (
            <tr key={x.reason} className="muted"><th scope="row">{plural(x.spans, 'span')}: {why.get(x.reason) ?? x.reason}</th><td className="figure">−{formatCount(x.input)}</td><td className="figure">−{formatCount(x.output)}</td></tr>
          ))}
          <tr className="total"><th scope="row">Counted</th><td className="figure">{formatCount(e.tokens.input)}</td><td className="figure">{formatCount(e.tokens.output)}</td></tr>
        </tbody>
      </table>
      <p className="muted small">
        {e.cacheRead + e.cacheWrite + e.reasoning > 0 && `Of these: ${formatCount(e.cacheRead)} read from and ${formatCount(e.cacheWrite)} written to a cache, ${formatCount(e.reasoning)} for reasoning. `}
        {e.costUsd === null ? 'The cost is unknown: no counted span has a price.' : `Cost: ${formatCost(e.costUsd)}.`}
      </p>
      {e.links.length > 0 && <><h3 className="account-title">Linked traces</h3><ul className="plain-list">{e.links.map((l) => <li key={l.traceId + l.spanId} className="id"><a href={executionPath(l.traceId)}>{l.traceId}</a></li>)}</ul></>}
    </article>
  );
}

function TraceId({ id }: { readonly id: string }): ReactNode {
  return <><dt>Trace</dt><dd className="id">{id}<Copy text={id} what="the trace id" /></dd></>;
}
