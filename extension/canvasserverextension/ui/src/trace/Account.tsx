import { memo, useMemo, type ReactNode } from 'react';
import type { Execution } from '../client/wire/execution';
import { formatCost, formatCount, plural } from '../format/quantity';
import { accountOf, type ExcludedRole, type Share, type Sum } from '../model/account';
import type { Node } from '../model/tree';
import { Plain } from '../parts/Text';

/** Account shows what an execution used by node and by model, what was left out of the sums and why, and what has no price. */
export const Account = memo(function Account({ nodes, execution }: { readonly nodes: readonly Node[]; readonly execution: Execution | null }): ReactNode {
  const account = useMemo(() => accountOf(nodes), [nodes]);
  const { total, excluded } = account;
  if (total.calls === 0 && excluded.length === 0) {
    return <div className="empty"><h2>No tokens yet</h2><p>No span of this execution has reported tokens or a cost.</p></div>;
  }
  const elsewhere = execution === null ? 0 : execution.tokens.input + execution.tokens.output - total.input - total.output;
  return (
    <div className="account-view" role="region" aria-label="Tokens and cost" tabIndex={0}>
      <Division title="By node" of="Node" shares={account.nodes} total={total} />
      <Division title="By model" of="Model" shares={account.models} total={total} />
      {total.unpriced > 0 && (
        <p className="account-note"><strong>{plural(total.unpriced, 'call')} without a price:</strong> their cost is unknown and not part of any sum. A price can be set under processors::tokenpreview::prices.</p>
      )}
      {elsewhere !== 0 && (
        <p className="account-note">The server counts {formatCount(Math.abs(elsewhere))} tokens {elsewhere > 0 ? 'more' : 'fewer'} than the spans that are here, since it also knows of spans that it no longer holds, or this page is still loading.</p>
      )}
      {excluded.length > 0 && <Excluded excluded={excluded} />}
    </div>
  );
});

function Division({ title, of, shares, total }: { readonly title: string; readonly of: string; readonly shares: readonly Share[]; readonly total: Sum }): ReactNode {
  const largest = Math.max(1, ...shares.map((s) => s.input + s.output));
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <table className="shares">
        <thead>
          <tr>
            <th scope="col">{of}</th><th scope="col" className="share-column">Share of tokens</th><th scope="col" className="figure">Calls</th>
            <th scope="col" className="figure">Input</th><th scope="col" className="figure">Cache read</th><th scope="col" className="figure">Cache write</th>
            <th scope="col" className="figure">Output</th><th scope="col" className="figure">Reasoning</th><th scope="col" className="figure">Cost</th>
          </tr>
        </thead>
        <tbody>
          {shares.map((s) => (
            <tr key={s.name}>
              <th scope="row"><Plain text={s.name.slice(0, 200)} /></th>
              <td className="share-column"><Bar share={s} largest={largest} total={total} /></td>
              <Figures sum={s} />
            </tr>
          ))}
        </tbody>
        <tfoot><tr><th scope="row">Counted</th><td className="share-column bar-key"><span className="key key-in" />input <span className="key key-out" />output</td><Figures sum={total} /></tr></tfoot>
      </table>
    </section>
  );
}

/** Bar says in words what it draws: input plain and output hatched, beside each other. */
function Bar({ share, largest, total }: { readonly share: Share; readonly largest: number; readonly total: Sum }): ReactNode {
  const part = (n: number) => `${(n / largest) * 100}%`;
  const percent = Math.round(((share.input + share.output) / Math.max(1, total.input + total.output)) * 100);
  return (
    <span className="share-bar">
      <span className="share-track" role="img" aria-label={`${percent} percent of the tokens: ${formatCount(share.input)} input, ${formatCount(share.output)} output`}>
        <span className="share-in" style={{ width: part(share.input) }} /><span className="share-out" style={{ width: part(share.output) }} />
      </span>
      <span className="share-percent" aria-hidden="true">{percent}%</span>
    </span>
  );
}

function Figures({ sum }: { readonly sum: Sum }): ReactNode {
  return (
    <>
      <td className="figure">{formatCount(sum.calls)}</td><td className="figure">{formatCount(sum.input)}</td>
      <td className="figure">{orDash(sum.cacheRead)}</td><td className="figure">{orDash(sum.cacheWrite)}</td>
      <td className="figure">{formatCount(sum.output)}</td><td className="figure">{orDash(sum.reasoning)}</td>
      <td className="figure">{costText(sum)}</td>
    </>
  );
}

function costText(sum: Sum): ReactNode {
  if (sum.calls === sum.unpriced) {
    return <span className="muted">unknown</span>;
  }
  return <>{formatCost(sum.costUsd)}{sum.unpriced > 0 && <span className="muted" title={`${plural(sum.unpriced, 'call')} without a price`}> + unknown</span>}</>;
}

function orDash(n: number): string {
  return n === 0 ? '–' : formatCount(n);
}

const why: Readonly<Record<ExcludedRole, string>> = {
  aggregate: 'Aggregate: a sum of spans below, which count themselves',
  duplicate: 'Duplicate: another span tells of the same call',
  replay: 'Replay: answered from a cache, so nothing was spent',
};

function Excluded({ excluded }: { readonly excluded: readonly (Sum & { readonly role: ExcludedRole })[] }): ReactNode {
  return (
    <section aria-label="Not counted">
      <h2>Not counted</h2>
      <table className="shares">
        <thead><tr><th scope="col">Why</th><th scope="col" className="figure">Spans</th><th scope="col" className="figure">Input</th><th scope="col" className="figure">Output</th><th scope="col" className="figure">Cost</th></tr></thead>
        <tbody>
          {excluded.map((x) => (
            <tr key={x.role}>
              <th scope="row">{why[x.role]}</th>
              <td className="figure">{formatCount(x.calls)}</td><td className="figure">{formatCount(x.input)}</td><td className="figure">{formatCount(x.output)}</td><td className="figure">{costText(x)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
