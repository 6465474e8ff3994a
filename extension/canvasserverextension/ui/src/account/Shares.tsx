import { useState, type ReactNode } from 'react';
import { formatCount } from '../format/quantity';
import type { Share, Sum } from '../model/account';
import type { Grouping } from '../model/chart';
import { Plain } from '../parts/Text';
import { accountText } from '../text/account';
import { partsText } from '../text/parts';
import { Cost } from './amount';
import { More } from './More';

const { columns } = accountText;
const atOnce = 40;

/** Shares say in a table all that the bars draw. */
export function Shares({ bars, total, by }: { readonly bars: readonly Share[]; readonly total: Sum; readonly by: Grouping }): ReactNode {
  const [most, setMost] = useState(atOnce);
  return (
    <section aria-label={accountText.figures}>
      <h2>{accountText.figures}</h2>
      <div className="table-scroll" role="group" aria-label={accountText.figures} tabIndex={0}>
        <table className="shares">
          <thead>
            <tr>
              <th scope="col">{columns[by]}</th><th scope="col" className="figure">{columns.calls}</th>
              <th scope="col" className="figure">{columns.input}</th><th scope="col" className="figure">{columns.cacheRead}</th><th scope="col" className="figure">{columns.cacheWrite}</th>
              <th scope="col" className="figure">{columns.output}</th><th scope="col" className="figure">{columns.reasoning}</th><th scope="col" className="figure">{columns.cost}</th>
            </tr>
          </thead>
          <tbody>
            {bars.slice(0, most).map((s) => <tr key={s.name}><th scope="row"><Plain text={s.name.slice(0, 200)} /></th><Figures sum={s} /></tr>)}
          </tbody>
          <tfoot><tr><th scope="row">{accountText.counted}</th><Figures sum={total} /></tr></tfoot>
        </table>
      </div>
      <More shown={most} of={bars.length} onMore={setMost} />
      <p className="muted small">{accountText.partsNote}</p>
    </section>
  );
}

function Figures({ sum }: { readonly sum: Sum }): ReactNode {
  return (
    <>
      <td className="figure">{formatCount(sum.calls)}</td><td className="figure">{formatCount(sum.input)}</td>
      <td className="figure">{orDash(sum.cacheRead)}</td><td className="figure">{orDash(sum.cacheWrite)}</td>
      <td className="figure">{formatCount(sum.output)}</td><td className="figure">{orDash(sum.reasoning)}</td>
      <td className="figure"><Cost sum={sum} /></td>
    </>
  );
}

function orDash(n: number): string {
  return n === 0 ? partsText.nothing : formatCount(n);
}
