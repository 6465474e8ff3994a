import { defaultRangeExtractor, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useCallback, useImperativeHandle, useLayoutEffect, useRef, useState, type ReactNode, type Ref, type RefObject } from 'react';
import type { Info } from '../api/info';
import type { Row } from '../client/wire/execution';
import { listText } from '../text/list';
import { ExecutionRow } from './ExecutionRow';

/** RowsHandle is what the page does with the rows. */
export interface RowsHandle {
  /** focus has the keyboard on a row, and the row in sight unless the list is not to move. */
  focus(index: number, still?: boolean): void;
  /** page is how many rows fit into the window. */
  page(): number;
  measured(): readonly VirtualItem[];
}

interface RowsProps {
  readonly rows: readonly Row[];
  /** total is how many there are as far as is known; null: more than that. */
  readonly total: number | null;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly now: number;
  readonly info: Info | null;
  readonly active: number;
  readonly marked: readonly string[];
  /** measured and scrollTop are how the list stood when it was left. */
  readonly measured: readonly VirtualItem[];
  readonly scrollTop: number;
  readonly handle: Ref<RowsHandle>;
  readonly onMark: (id: string) => void;
  readonly onFocus: (id: string | null) => void;
  /** onPoint tells whether the mouse is on a row. */
  readonly onPoint: (on: boolean) => void;
  /** onEnd is called where the last rows come into sight. */
  readonly onEnd: () => void;
}

const usualHeight = 56;
const headHeight = 34;
const minute = 60_000;
const { columns } = listText;

/** Rows draws the executions that fit into the window, however many there are, and the one that the keyboard is on. */
export function Rows({ rows, total, scroller, now, info, active, marked, measured, scrollTop, handle, onMark, onFocus, onPoint, onEnd }: RowsProps): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  const margin = useOffset(body, scroller);
  const wanted = useRef<number | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => usualHeight,
    overscan: 8,
    scrollMargin: margin,
    scrollPaddingStart: headHeight + 8,
    scrollPaddingEnd: 56,
    getItemKey: (i) => rows[i]?.id ?? i,
    initialMeasurementsCache: [...measured],
    initialOffset: scrollTop,
    // The row of the keyboard stays, however far somebody scrolls away from it.
    rangeExtractor: useCallback((range: Parameters<typeof defaultRangeExtractor>[0]) => {
      const all = defaultRangeExtractor(range);
      return active < 0 || active >= range.count || all.includes(active) ? all : [...all, active].sort((a, b) => a - b);
    }, [active]),
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const lastDrawn = items.at(-1)?.index ?? -1;

  useImperativeHandle(handle, () => ({
    focus: (index, still = false) => {
      wanted.current = index;
      if (!still) {
        virtual.scrollToIndex(index, { align: 'auto' });
      }
      grasp();
    },
    page: () => Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 600) - headHeight) / usualHeight) - 1),
    measured: () => virtual.measurementsCache,
  }));
  const grasp = () => {
    const link = wanted.current === null ? null : body.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] a`) ?? null;
    if (link !== null) {
      wanted.current = null;
      link.focus({ preventScroll: true });
    }
  };
  useLayoutEffect(grasp);
  useLayoutEffect(() => {
    if (lastDrawn >= rows.length - 1) {
      onEnd();
    }
  }, [lastDrawn, rows.length]);

  const still = Math.floor(now / minute) * minute;
  return (
    <div className="executions" role="table" aria-label={listText.table} aria-rowcount={total === null ? -1 : total + 1}>
      <div role="rowgroup" className="executions-head">
        <div role="row" aria-rowindex={1}>
          <span role="columnheader"><span className="visually-hidden">{columns.compare}</span></span>
          <span role="columnheader">{columns.status}</span><span role="columnheader">{columns.run}</span><span role="columnheader">{columns.workflow}</span><span role="columnheader">{columns.started}</span>
          <span role="columnheader" className="figure">{columns.duration}</span><span role="columnheader" className="figure">{columns.spans}</span>
          <span role="columnheader" className="figure">{columns.errors}</span><span role="columnheader" className="figure">{columns.tokens}</span><span role="columnheader" className="figure">{columns.cost}</span>
        </div>
      </div>
      <div ref={body} role="rowgroup" className="executions-body" style={{ height: virtual.getTotalSize() }}
        onFocus={(e) => { onFocus(e.target.closest<HTMLElement>('[data-id]')?.dataset['id'] ?? null); }}
        onBlur={(e) => {
          if (!(e.relatedTarget instanceof Node && e.currentTarget.contains(e.relatedTarget))) {
            onFocus(null);
          }
        }}
        onPointerEnter={(e) => { onPoint(e.pointerType === 'mouse'); }} onPointerLeave={() => { onPoint(false); }}>
        {items.map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <ExecutionRow key={item.key} row={row} index={item.index} top={item.start - margin} now={row.status === 'running' ? now : still} info={info}
              active={item.index === active} marked={marked.includes(row.id)} markable={marked.length < 2} measure={virtual.measureElement} onMark={onMark} />
          );
        })}
      </div>
    </div>
  );
}

/** useOffset is how far below the top of what scrolls an element stands. */
function useOffset(element: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const outer = scroller.current;
    const measure = () => {
      if (element.current !== null && outer !== null) {
        setOffset(Math.round(element.current.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop));
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const child of outer?.children ?? []) {
      observer.observe(child);
    }
    return () => {
      observer.disconnect();
    };
  });
  return offset;
}
