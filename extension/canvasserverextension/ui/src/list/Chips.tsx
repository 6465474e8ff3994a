import type { ReactNode } from 'react';
import { formatMoment } from '../format/moment';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { visible } from '../format/visible';
import { setSearch } from '../route';
import { filterText } from '../text/list';
import { noFilter, wishes, writeFilter, type ListFilter, type Wish } from './filter';

/** Chips are the parts of the filter, each to be taken away. */
export function Chips({ filter, now }: { readonly filter: ListFilter; readonly now: number }): ReactNode {
  const all = wishes(filter);
  if (all.length === 0) {
    return null;
  }
  return (
    <div className="chips" role="group" aria-label={filterText.active}>
      {all.map(({ kind, without }) => {
        const words = wordsOf(kind, filter, now);
        return (
          <button key={kind} type="button" className="chip" aria-label={filterText.remove(visible(words))} onClick={() => { setSearch(writeFilter(without), 'push'); }}>
            <Plain text={words} /><Icon name="close" />
          </button>
        );
      })}
      <button type="button" className="link" onClick={clearFilter}>{filterText.clear}</button>
    </div>
  );
}

/** clearFilter takes the whole filter away. */
export function clearFilter(): void {
  setSearch(writeFilter(noFilter), 'push');
}

function wordsOf(kind: Wish['kind'], f: ListFilter, now: number): string {
  const say = filterText.wish;
  switch (kind) {
    case 'q':
      return say.q(f.q.trim());
    case 'status':
      return say.status(f.statuses.join(', '));
    case 'workflow':
      return say.workflow(f.workflow);
    case 'model':
      return say.model(f.model);
    case 'period':
      return say.period(f.period === '' ? '' : filterText.periods[f.period]);
    case 'range': {
      const moment = (instant: string) => (instant === '' ? null : formatMoment(Date.parse(instant), now));
      return say.range(moment(f.from), moment(f.to));
    }
  }
}
