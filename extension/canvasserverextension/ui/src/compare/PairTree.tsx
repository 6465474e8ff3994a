import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { SpanKey } from '../client/wire/span';
import { visiblePairs, type Pair } from '../model/compare';
import { compareText } from '../text/compare';
import { stepFor } from '../trace/keys';
import { PairRow } from './PairRow';
import type { Side } from './useSide';
import { useNarrow } from './useNarrow';

interface PairTreeProps {
  readonly pairs: readonly Pair[];
  readonly a: Side;
  readonly b: Side;
  readonly now: number;
  /** kept leaves out the other pairs; null: none. */
  readonly kept: readonly boolean[] | null;
  readonly selectedIndex: number;
  readonly onSelect: (pair: Pair) => void;
}

const rowHeight = 30;
const narrowHeight = 54;
const compared = ['duration', 'tokens', 'cost'] as const;

/** PairTree shows the rows of a comparison that fit into the window, however many there are. */
export function PairTree({ pairs, a, b, now, kept, selectedIndex, onSelect }: PairTreeProps): ReactNode {
  const [closed, setClosed] = useState<ReadonlySet<SpanKey>>(() => new Set());
  const [active, setActive] = useState<SpanKey | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow(scroller, 620);
  const height = narrow ? narrowHeight : rowHeight;
  // A step is closed by the key of either side: its partner may come or go.
  const isClosed = (pair: Pair) => closed.size > 0 && keysOf(pair).some((key) => closed.has(key));
  const rows = useMemo(() => visiblePairs(pairs, isClosed, kept), [pairs, closed, kept]);
  const selected = pairs[selectedIndex];
  const wantedKey = active ?? (selected === undefined ? null : keysOf(selected)[0] ?? null);
  const activeRow = Math.max(0, wantedKey === null ? 0 : rows.findIndex((pair) => keysOf(pair).includes(wantedKey)));

  const virtual = useVirtualizer({
    count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 10,
    getItemKey: (row) => rows[row]?.key ?? row, useFlushSync: false,
  });
  useEffect(() => {
    virtual.measure();
  }, [height, virtual]);

  const setOpen = (changed: readonly Pair[], open: boolean) => {
    setClosed((before) => {
      const after = new Set(before);
      for (const key of changed.flatMap(keysOf)) {
        if (open) {
          after.delete(key);
        } else {
          after.add(key);
        }
      }
      return after;
    });
  };
  const activate = (pair: Pair | undefined) => {
    setActive(keysOf(pair)[0] ?? null);
  };

  // An address with a step opens what hides it and brings it into sight.
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (selected === undefined || shown.current === selected.key) {
      return;
    }
    const hiding: Pair[] = [];
    for (let above = pairs[selected.parent]; above !== undefined; above = pairs[above.parent]) {
      if (isClosed(above)) {
        hiding.push(above);
      }
    }
    if (hiding.length > 0) {
      setOpen(hiding, true);
      return;
    }
    const row = rows.indexOf(selected);
    if (row >= 0) {
      shown.current = selected.key;
      activate(selected);
      virtual.scrollToIndex(row, { align: 'auto' });
    }
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepFor(event.key, { rows, row: activeRow, isOpen: (p) => (p.children === 0 ? null : !isClosed(p)), page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / height) - 1) });
    if (step === null || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const pair = rows[activeRow];
    if (step.type === 'move') {
      activate(rows[step.row]);
      virtual.scrollToIndex(step.row, { align: 'auto' });
    } else if (pair !== undefined) {
      if (step.type === 'select') {
        onSelect(pair);
      } else {
        setOpen([pair], step.type === 'open');
      }
    }
  };

  const activePair = rows[activeRow];
  return (
    <div className="pairs">
      <PairHead closed={closed.size > 0} onClick={() => {
        if (closed.size > 0) {
          setClosed(new Set());
        } else {
          setOpen(pairs.filter((p) => p.children > 0 && p.depth > 0), false);
        }
      }} />
      <div ref={scroller} className="pair-rows" role="tree" aria-label={compareText.tree} tabIndex={0} onKeyDown={onKeyDown}
        aria-activedescendant={activePair === undefined ? undefined : rowId(activePair)}>
        <div className="tree-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const pair = rows[item.index];
            return pair === undefined ? null : (
              <PairRow key={item.key} id={rowId(pair)} pair={pair} a={a} b={b} top={item.start} now={now} open={!isClosed(pair)}
                active={item.index === activeRow} selected={pair === selected}
                onSelect={() => { activate(pair); onSelect(pair); }} onToggle={() => { activate(pair); setOpen([pair], isClosed(pair)); }} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function PairHead({ closed, onClick }: { readonly closed: boolean; readonly onClick: () => void }): ReactNode {
  const { columns, sides } = compareText;
  return (
    <div className="pair-head" aria-hidden="true">
      <span className="head-name">{columns.step}<button type="button" tabIndex={-1} className="link" onClick={onClick}>{closed ? compareText.expandAll : compareText.collapseAll}</button></span>
      <span className="outcome">{sides.a}</span><span className="outcome">{sides.b}</span>
      {compared.map((column) => (
        <span key={column} className={`pair-figures figures-${column}`}>
          <span className="figure">{compareText.columnOf(columns[column], sides.a)}</span><span className="figure">{sides.b}</span><span className="delta">{columns.delta}</span>
        </span>
      ))}
    </div>
  );
}

function keysOf(pair: Pair | undefined): SpanKey[] {
  return [pair?.a?.span.key, pair?.b?.span.key].filter((key) => key !== undefined);
}

function rowId(pair: Pair): string {
  return `pair-${pair.key.replaceAll('/', '-').replaceAll('|', '--')}`;
}
