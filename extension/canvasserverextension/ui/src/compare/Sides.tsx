import { useRef, type ReactNode } from 'react';
import type { Execution } from '../client/wire/execution';
import { visible } from '../format/visible';
import { StatusBadge } from '../parts/Badge';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { executionPath, searchHref } from '../route';
import { amountText, compareText, type Quantity } from '../text/compare';
import { Delta } from './Delta';
import { useNarrow } from './useNarrow';
import type { Side } from './useSide';

/** Sides are the heads of both runs, and what they come to as a whole; covered, nobody can use them. */
export function Sides({ a, b, now, covered }: { readonly a: Side; readonly b: Side; readonly now: number; readonly covered: boolean }): ReactNode {
  return (
    <section className="sides" inert={covered} aria-label={compareText.heads}>
      <Head side={a} change="a" />
      <a className="swap" href={searchHref({ a: b.id, b: a.id, step: null })} aria-label={compareText.swap} title={compareText.swap}><Icon name="swap" /></a>
      <Head side={b} change="b" />
      <Facts a={a.followed.state.execution} b={b.followed.state.execution} now={now} />
    </section>
  );
}

function Head({ side, change }: { readonly side: Side; readonly change: 'a' | 'b' }): ReactNode {
  const { execution } = side.followed.state;
  return (
    <section className="side" aria-label={compareText.side(side.letter)}>
      <span className={`side-letter side-${change}`} aria-hidden="true">{side.letter}</span>
      <div className="side-name">
        <h2><a href={executionPath(side.id)} title={visible(side.name.slice(0, 500))}><Plain text={side.name.slice(0, 300)} /></a></h2>
        <div className="side-sub">
          {execution === null ? <span className="muted">{compareText.loading}</span> : <StatusBadge status={execution.status} />}
          {side.open && execution?.known === true && <span className="live-badge" title={compareText.liveMeaning}>{compareText.live}</span>}
          <span className="id muted"><Plain text={side.id} /></span>
          <a className="small" href={searchHref({ [change]: null, step: null })} aria-label={compareText.changeMeaning(side.letter)}>{compareText.change}</a>
        </div>
      </div>
    </section>
  );
}

interface Fact { readonly name: string; readonly quantity: Quantity; readonly of: (e: Execution) => number | null }

function Facts({ a, b, now }: { readonly a: Execution | null; readonly b: Execution | null; readonly now: number }): ReactNode {
  const { facts } = compareText;
  const all: readonly Fact[] = [
    { name: facts.duration, quantity: 'duration', of: (e) => durationOf(e, now) },
    { name: facts.spans, quantity: 'spans', of: (e) => (e.known ? e.spanCount : null) },
    { name: facts.errors, quantity: 'errors', of: (e) => (e.known ? e.errorCount : null) },
    { name: facts.tokensIn, quantity: 'tokens', of: (e) => (e.known ? e.tokens.input : null) },
    { name: facts.tokensOut, quantity: 'tokens', of: (e) => (e.known ? e.tokens.output : null) },
    { name: facts.cost, quantity: 'cost', of: (e) => e.costUsd },
  ];
  const box = useRef<HTMLDivElement>(null);
  const narrow = useNarrow(box, 560);
  const columns: readonly Column[] = [
    { name: compareText.sides.a, cell: (f) => said(a === null ? null : f.of(a), f.quantity) },
    { name: compareText.sides.b, cell: (f) => said(b === null ? null : f.of(b), f.quantity) },
    { name: compareText.columns.difference, cell: (f) => <Delta a={a === null ? null : f.of(a)} b={b === null ? null : f.of(b)} quantity={f.quantity} /> },
  ];
  return (
    <div className="sides-facts-scroll" role="region" aria-label={compareText.overall} tabIndex={0} ref={box}>
      <table className="sides-facts">
        {narrow ? <Upright facts={all} columns={columns} /> : <Flat facts={all} columns={columns} />}
      </table>
    </div>
  );
}

/** Column is a run, or the difference of both. */
interface Column { readonly name: string; readonly cell: (f: Fact) => ReactNode }

interface FactsProps { readonly facts: readonly Fact[]; readonly columns: readonly Column[] }

/** Flat has a row for each run. */
function Flat({ facts, columns }: FactsProps): ReactNode {
  return (
    <>
      <thead>
        <tr><td />{facts.map((f) => <th key={f.name} scope="col">{f.name}</th>)}</tr>
      </thead>
      <tbody>
        {columns.map((c) => <tr key={c.name}><th scope="row">{c.name}</th>{facts.map((f) => <td key={f.name}>{c.cell(f)}</td>)}</tr>)}
      </tbody>
    </>
  );
}

/** Upright has a row for each fact, where there is no room for all of them side by side. */
function Upright({ facts, columns }: FactsProps): ReactNode {
  return (
    <>
      <thead>
        <tr><td />{columns.map((c) => <th key={c.name} scope="col">{c.name}</th>)}</tr>
      </thead>
      <tbody>
        {facts.map((f) => <tr key={f.name}><th scope="row">{f.name}</th>{columns.map((c) => <td key={c.name}>{c.cell(f)}</td>)}</tr>)}
      </tbody>
    </>
  );
}

function said(amount: number | null, quantity: Quantity): string {
  return amount === null ? compareText.unknown : amountText(amount, quantity);
}

function durationOf(e: Execution, now: number): number | null {
  const end = e.finishedAt ?? (e.status === 'running' ? now : null);
  return e.startedAt === null || end === null ? null : Math.max(0, end - e.startedAt);
}
