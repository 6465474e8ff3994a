import { memo, useMemo, type ReactNode } from 'react';
import type { Execution } from '../client/wire/execution';
import { formatCost, formatCount } from '../format/quantity';
import { accountOf, type ExcludedRole, type Share, type Sum } from '../model/account';
import type { Node } from '../model/tree';
import { Plain } from '../parts/Text';
import { accountText, notCountedReasons } from '../text/account';
import { partsText } from '../text/parts';

const { columns } = accountText;

/** Account shows what an execution used by node and by model, what was left out of the sums and why, and what has no price. */
export const Account = memo(function Account({ nodes, execution }: { readonly nodes: readonly Node[]; readonly execution: Execution | null }): ReactNode {
  const account = useMemo(() => accountOf(nodes), [nodes]);
  const { total, excluded } = account;
  if (total.calls === 0 && excluded.length === 0) {
    return <div className="empty"><h2>{accountText.empty.title}</h2><p>{accountText.empty.body}</p></div>;
  }
  const elsewhere = execution === null ? 0 : execution.tokens.input + execution.tokens.output - total.input - total.output;
  return (
    <div className="account-view" role="region" aria-label={accountText.label} tabIndex={0}>
      <Division title={accountText.byNode.title} of={accountText.byNode.column} shares={account.nodes} total={total} />
      <Division title={accountText.byModel.title} of={accountText.byModel.column} shares={account.models} total={total} />
      {total.unpriced > 0 && (
        <p className="account-note"><strong>{accountText.unpricedNote.lead(total.unpriced)}</strong>{accountText.unpricedNote.body}</p>
      )}
      {elsewhere !== 0 && (
        <p className="account-note">{accountText.elsewhere(elsewhere)}</p>
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
            <th scope="col">{of}</th><th scope="col" className="share-column">{columns.share}</th><th scope="col" className="figure">{columns.calls}</th>
            <th scope="col" className="figure">{columns.input}</th><th scope="col" className="figure">{columns.cacheRead}</th><th scope="col" className="figure">{columns.cacheWrite}</th>
            <th scope="col" className="figure">{columns.output}</th><th scope="col" className="figure">{columns.reasoning}</th><th scope="col" className="figure">{columns.cost}</th>
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
        <tfoot><tr><th scope="row">{accountText.counted}</th><td className="share-column bar-key"><span className="key key-in" />{accountText.keyInput}<span className="key key-out" />{accountText.keyOutput}</td><Figures sum={total} /></tr></tfoot>
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
      <span className="share-track" role="img" aria-label={accountText.bar(percent, share.input, share.output)}>
        <span className="share-in" style={{ width: part(share.input) }} /><span className="share-out" style={{ width: part(share.output) }} />
      </span>
      <span className="share-percent" aria-hidden="true">{accountText.percent(percent)}</span>
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
    return <span className="muted">{partsText.unknown}</span>;
  }
  return <>{formatCost(sum.costUsd)}{sum.unpriced > 0 && <span className="muted" title={accountText.unpriced(sum.unpriced)}>{accountText.plusUnknown}</span>}</>;
}

function orDash(n: number): string {
  return n === 0 ? partsText.nothing : formatCount(n);
}

function Excluded({ excluded }: { readonly excluded: readonly (Sum & { readonly role: ExcludedRole })[] }): ReactNode {
  return (
    <section aria-label={accountText.notCounted}>
      <h2>{accountText.notCounted}</h2>
      <table className="shares">
        <thead><tr><th scope="col">{columns.why}</th><th scope="col" className="figure">{columns.spans}</th><th scope="col" className="figure">{columns.input}</th><th scope="col" className="figure">{columns.output}</th><th scope="col" className="figure">{columns.cost}</th></tr></thead>
        <tbody>
          {excluded.map((x) => (
            <tr key={x.role}>
              <th scope="row">{notCountedReasons[x.role]}</th>
              <td className="figure">{formatCount(x.calls)}</td><td className="figure">{formatCount(x.input)}</td><td className="figure">{formatCount(x.output)}</td><td className="figure">{costText(x)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
