import { useState, type ReactNode } from 'react';
import { formatCount } from '../format/quantity';
import { visible } from '../format/visible';
import type { Share, Sum } from '../model/account';
import { amountOf, parts, partsOf, type Grouping, type Part, type Unit } from '../model/chart';
import { Plain } from '../parts/Text';
import { searchHref } from '../route';
import { accountText, partNames } from '../text/account';
import { amountText, Cost } from './amount';
import { More } from './More';

interface BarsProps {
  readonly bars: readonly Share[];
  readonly total: Sum;
  readonly unit: Unit;
  readonly by: Grouping;
  readonly picked: Share | null;
  readonly open: boolean;
}

const atOnce = 40;

/** Bars draw each share of the whole. A bar says in words what it draws, and is a link that picks its calls. */
export function Bars({ bars, total, unit, by, picked, open }: BarsProps): ReactNode {
  const [most, setMost] = useState(atOnce);
  const largest = Math.max(...bars.map((b) => amountOf(b, unit)), unit === 'tokens' ? 1 : 1e-9);
  const title = accountText.title(unit, by);
  return (
    <section aria-label={title}>
      <div className="chart-head">
        <h2>{title}</h2>
        <span className="muted small">{open ? accountText.inOrder : accountText.largestFirst}</span>
      </div>
      {unit === 'tokens' && <Legend total={total} />}
      <ul className="bars">
        {bars.slice(0, most).map((b) => (
          <li key={b.name}>
            <a className="bar-row" href={searchHref({ pick: b === picked ? null : b.name })} aria-current={b === picked ? 'true' : undefined}
              aria-label={label(b, total, unit)} title={b === picked ? accountText.unpick : accountText.pick}>
              <span className="bar-name"><Plain text={b.name.slice(0, 200)} /></span>
              <span className="bar-track"><Stack sum={b} unit={unit} length={amountOf(b, unit) / largest} /></span>
              <span className="bar-amount figure">{unit === 'tokens' ? formatCount(amountOf(b, unit)) : <Cost sum={b} />}</span>
              <span className="bar-percent figure muted">{b.calls === b.unpriced && unit === 'cost' ? '' : accountText.percent(percentOf(b, total, unit))}</span>
            </a>
          </li>
        ))}
      </ul>
      <More shown={most} of={bars.length} onMore={setMost} />
    </section>
  );
}

function label(b: Share, total: Sum, unit: Unit): string {
  const name = visible(b.name.slice(0, 200));
  return unit === 'tokens'
    ? accountText.tokenBar(name, b.calls, percentOf(b, total, unit), parts.map((p): [Part, number] => [p, partsOf(b)[p]]).filter(([, n]) => n > 0))
    : accountText.costBar(name, b.calls, percentOf(b, total, unit), b.calls === b.unpriced ? null : amountText(b.costUsd, unit), b.unpriced);
}

function percentOf(b: Sum, total: Sum, unit: Unit): number {
  const whole = amountOf(total, unit);
  return whole === 0 ? 0 : Math.round((amountOf(b, unit) / whole) * 100);
}

/** Stack lays the parts of a bar side by side: each has a pattern of its own, and its letter where there is room. */
function Stack({ sum, unit, length }: { readonly sum: Sum; readonly unit: Unit; readonly length: number }): ReactNode {
  const width = (share: number) => ({ width: `${share * 100}%` });
  if (unit === 'cost') {
    return <span className="bar-fill part-cost" style={width(length)} />;
  }
  const pieces = partsOf(sum);
  const whole = Math.max(1, sum.input + sum.output);
  return (
    <span className="bar-stack" style={width(length)}>
      {parts.filter((p) => pieces[p] > 0).map((p) => (
        <span key={p} className={`bar-fill part-${p}`} style={width(pieces[p] / whole)}>
          {(pieces[p] / whole) * length > 0.05 && <span className="letter">{accountText.letters[p]}</span>}
        </span>
      ))}
    </span>
  );
}

function Legend({ total }: { readonly total: Sum }): ReactNode {
  const pieces = partsOf(total);
  return (
    <ul className="legend" aria-label={accountText.legend}>
      {parts.filter((p) => pieces[p] > 0).map((p) => (
        <li key={p}>
          <span className={`bar-fill legend-fill part-${p}`} aria-hidden="true"><span className="letter">{accountText.letters[p]}</span></span>
          {partNames[p]} <strong>{formatCount(pieces[p])}</strong>
        </li>
      ))}
    </ul>
  );
}
