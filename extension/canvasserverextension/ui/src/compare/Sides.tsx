import type { ReactNode } from 'react';
import type { Execution } from '../client/wire/execution';
import { visible } from '../format/visible';
import { StatusBadge } from '../parts/Badge';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { executionPath, searchHref } from '../route';
import { amountText, compareText, type Quantity } from '../text/compare';
import { Delta } from './Delta';
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
  const both = [['a', a], ['b', b]] as const;
  return (
    <div className="sides-facts-scroll" role="region" aria-label={compareText.overall} tabIndex={0}>
      <table className="sides-facts">
        <thead>
          <tr><td />{all.map((f) => <th key={f.name} scope="col">{f.name}</th>)}</tr>
        </thead>
        <tbody>
          {both.map(([letter, e]) => (
            <tr key={letter}>
              <th scope="row">{compareText.sides[letter]}</th>
              {all.map((f) => <td key={f.name}>{said(e === null ? null : f.of(e), f.quantity)}</td>)}
            </tr>
          ))}
          <tr className="sides-difference">
            <th scope="row">{compareText.columns.difference}</th>
            {all.map((f) => <td key={f.name}><Delta a={a === null ? null : f.of(a)} b={b === null ? null : f.of(b)} quantity={f.quantity} /></td>)}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function said(amount: number | null, quantity: Quantity): string {
  return amount === null ? compareText.unknown : amountText(amount, quantity);
}

function durationOf(e: Execution, now: number): number | null {
  const end = e.finishedAt ?? (e.status === 'running' ? now : null);
  return e.startedAt === null || end === null ? null : Math.max(0, end - e.startedAt);
}
