import { useMemo, type ReactNode } from 'react';
import type { Execution } from '../client/wire/execution';
import { accountOf, type Account as Sums } from '../model/account';
import { barsOf, groupings, units, type Grouping, type Unit } from '../model/chart';
import type { Axis } from '../model/timeline';
import type { Node } from '../model/tree';
import { useParam } from '../route';
import { accountText } from '../text/account';
import { Bars } from './Bars';
import { Calls } from './Calls';
import { Course } from './Course';
import { Shares } from './Shares';
import { Switches } from './Switches';
import { Uncounted } from './Uncounted';

interface AccountProps {
  readonly nodes: readonly Node[];
  readonly execution: Execution | null;
  /** axis is the time of the run; null while no span tells a time. */
  readonly axis: Axis | null;
  /** open: more spans may come. */
  readonly open: boolean;
  readonly onSelect: (node: Node) => void;
}

/**
 * Account shows what an execution used by node and by model, how that grew, what was left out of the sums and why, and what has no
 * price. What is measured, what bars stand for, and the picked bar are parts of the address.
 */
export function Account({ nodes, execution, axis, open, onSelect }: AccountProps): ReactNode {
  const account = useMemo(() => accountOf(nodes), [nodes]);
  const asked = { sum: useParam('sum'), by: useParam('by') };
  const name = useParam('pick');
  const unit: Unit = units.find((u) => u === asked.sum) ?? 'tokens';
  const by: Grouping = groupings.find((g) => g === asked.by) ?? 'node';
  const bars = useMemo(() => barsOf(account, by, unit, open), [account, by, unit, open]);
  const picked = name === null ? undefined : bars.find((b) => b.name === name);
  if (account.total.calls === 0 && account.excluded.length === 0) {
    return <div className="empty"><h2>{accountText.empty.title}</h2><p>{accountText.empty.body}</p></div>;
  }
  return (
    <div className="account-view" role="region" aria-label={accountText.label} tabIndex={0}>
      <Switches unit={unit} by={by} />
      <Bars bars={bars} total={account.total} unit={unit} by={by} picked={picked ?? null} open={open} />
      {name !== null && picked === undefined && <p className="account-note" role="status">{accountText.pickedMissing}</p>}
      {picked !== undefined && <Calls share={picked} nodes={nodes} unit={unit} onSelect={onSelect} />}
      {axis !== null && <Course nodes={nodes} calls={account.calls} picked={picked ?? null} unit={unit} axis={axis} />}
      <Shares bars={bars} total={account.total} by={by} />
      <Notes account={account} execution={execution} />
      {account.excluded.length > 0 && <Uncounted excluded={account.excluded} nodes={nodes} onSelect={onSelect} />}
    </div>
  );
}

/** Notes say where the sums end: calls without a price, and what the server counts beyond the spans that are here. */
function Notes({ account: { total }, execution }: { readonly account: Sums; readonly execution: Execution | null }): ReactNode {
  const tokens = execution === null ? 0 : execution.tokens.input + execution.tokens.output - total.input - total.output;
  const cost = (execution?.costUsd ?? total.costUsd) - total.costUsd;
  return (
    <>
      {total.unpriced > 0 && <p className="account-note"><strong>{accountText.unpricedNote.lead(total.unpriced)}</strong>{accountText.unpricedNote.body}</p>}
      {tokens !== 0 && <p className="account-note">{accountText.elsewhere(tokens)}</p>}
      {Math.abs(cost) > 1e-6 && <p className="account-note">{accountText.elsewhereCost(cost)}</p>}
    </>
  );
}
