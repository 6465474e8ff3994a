import { useEffect, useId, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { statuses } from '../client/wire/execution';
import { statusIcons } from '../parts/Badge';
import { Icon } from '../parts/Icon';
import { setSearch } from '../route';
import { filterText } from '../text/list';
import { instantOf, localMinute, periods, toggled, writeFilter, type ListFilter } from './filter';

interface FiltersProps {
  readonly filter: ListFilter;
  /** workflows and models are those that were seen; others can be typed. */
  readonly workflows: readonly string[];
  readonly models: readonly string[];
  readonly search: RefObject<HTMLInputElement | null>;
  /** onLeave is called where the keyboard goes on from the search to the list. */
  readonly onLeave: () => void;
}

const custom = 'range';

/** Filters change the address; the list follows it. */
export function Filters({ filter, workflows, models, search, onLeave }: FiltersProps): ReactNode {
  const choose = (change: Partial<ListFilter>) => { setSearch(writeFilter({ ...filter, ...change }), 'push'); };
  const type = (q: string) => { setSearch(writeFilter({ ...filter, q }), 'replace'); };
  const ranged = filter.from !== '' || filter.to !== '';
  const [opened, setOpened] = useState(false);
  const range = ranged || (opened && filter.period === '');
  const onSearchKey = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && filter.q !== '') {
      e.preventDefault();
      type('');
    } else if (e.key === 'Escape' || e.key === 'Enter' || e.key === 'ArrowDown') {
      e.preventDefault();
      onLeave();
    }
  };
  return (
    <div className="filters" role="search">
      <input ref={search} type="search" className="filter-search" aria-label={filterText.search} placeholder={filterText.searchHint} maxLength={200} aria-keyshortcuts="/"
        value={filter.q} onChange={(e) => { type(e.target.value); }} onKeyDown={onSearchKey} />
      <div className="filter-statuses" role="group" aria-label={filterText.status}>
        {statuses.map((s) => (
          <button key={s} type="button" className={`toggle status-${s}`} aria-pressed={filter.statuses.includes(s)} onClick={() => { choose({ statuses: toggled(filter.statuses, s) }); }}>
            <Icon name={statusIcons[s]} />{s}
          </button>
        ))}
      </div>
      <Choice label={filterText.workflow} value={filter.workflow} seen={workflows} onChoose={(workflow) => { choose({ workflow }); }} />
      <Choice label={filterText.model} value={filter.model} seen={models} onChoose={(model) => { choose({ model }); }} />
      <label className="filter-field">
        <span>{filterText.started}</span>
        <select value={range ? custom : filter.period} onChange={(e) => {
          const period = periods.find((p) => p === e.target.value) ?? '';
          setOpened(e.target.value === custom);
          choose({ period, from: '', to: '' });
        }}>
          <option value="">{filterText.anyTime}</option>
          {periods.map((p) => <option key={p} value={p}>{filterText.periods[p]}</option>)}
          <option value={custom}>{filterText.range}</option>
        </select>
      </label>
      {range && (
        <>
          <Moment label={filterText.from} value={filter.from} onChoose={(from) => { choose({ period: '', from }); }} />
          <Moment label={filterText.to} value={filter.to} onChoose={(to) => { choose({ period: '', to }); }} />
        </>
      )}
    </div>
  );
}

interface ChoiceProps { readonly label: string; readonly value: string; readonly seen: readonly string[]; readonly onChoose: (value: string) => void }

/** Choice takes one of what was seen, or any other text; that counts when it is whole. */
function Choice({ label, value, seen, onChoose }: ChoiceProps): ReactNode {
  const [typed, setTyped] = useState(value);
  const list = useId();
  useEffect(() => {
    setTyped(value);
  }, [value]);
  const settle = (text: string) => {
    if (text.trim() !== value) {
      onChoose(text.trim());
    }
  };
  return (
    <label className="filter-field">
      <span>{label}</span>
      <input list={list} placeholder={filterText.any} value={typed} maxLength={200} spellCheck={false} autoComplete="off"
        onChange={(e) => {
          setTyped(e.target.value);
          if (e.target.value === '' || seen.includes(e.target.value)) {
            settle(e.target.value);
          }
        }}
        onBlur={() => { settle(typed); }}
        onKeyDown={(e) => {
          if (e.key === 'Enter') {
            settle(typed);
          }
        }} />
      <datalist id={list}>{seen.map((s) => <option key={s} value={s} />)}</datalist>
    </label>
  );
}

function Moment({ label, value, onChoose }: { readonly label: string; readonly value: string; readonly onChoose: (instant: string) => void }): ReactNode {
  return (
    <label className="filter-field">
      <span>{label}</span>
      <input type="datetime-local" value={localMinute(value)} onChange={(e) => { onChoose(instantOf(e.target.value)); }} />
    </label>
  );
}
