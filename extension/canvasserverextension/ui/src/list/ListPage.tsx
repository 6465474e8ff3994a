import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useConnection } from '../live/client';
import type { Server } from '../live/useInfo';
import { useNow } from '../live/useNow';
import { ConnectionMark } from '../parts/ConnectionMark';
import { Notice } from '../parts/Notice';
import { go } from '../route';
import { listText } from '../text/list';
import { noticeText } from '../text/notices';
import { KeyHelp } from '../trace/KeyHelp';
import { Chips, clearFilter } from './Chips';
import { CompareBar, pathOf } from './CompareBar';
import { EmptyList } from './EmptyList';
import { filterKey, questionOf, wishes, type ListFilter } from './filter';
import { Filters } from './Filters';
import type { ListCommand } from './keys';
import { ListEnd } from './ListEnd';
import { leave, placeIn } from './memory';
import { withOlder } from './older';
import { Rows, type RowsHandle } from './Rows';
import { useArrangement } from './useArrangement';
import { useExecutions } from './useExecutions';
import { useListKeys } from './useListKeys';
import { useOlder } from './useOlder';

interface ListPageProps {
  /** filter stands in the address. */
  readonly filter: ListFilter;
  readonly server: Server;
  readonly token: string | null;
}

/** How far somebody may scroll and still be at the top, in pixels. */
const topPx = 40;

/** ListPage lists executions, those of newest activity first. */
export function ListPage({ filter, server, token }: ListPageProps): ReactNode {
  const q = useSettled(filter.q, 200);
  const asked = { ...filter, q };
  const key = filterKey(asked);
  const question = questionOf(asked);
  const [place] = useState(() => placeIn(key));
  const listed = useExecutions(question, key, token, place?.listed ?? null);
  const { state, problem } = listed;
  const older = useOlder(question, key, listed, place?.older ?? null);

  const [active, setActive] = useState(place?.active ?? null);
  const [on, setOn] = useState({ row: place?.active !== undefined && place.active !== null, mouse: false, scrolled: (place?.scrollTop ?? 0) > topPx });
  const rows = useMemo(() => withOlder(state.rows, older.older.rows), [state.rows, older.older.rows]);
  const arranged = useArrangement(listed.of, rows, on.row || on.mouse || on.scrolled, place?.order ?? []);
  const shown = arranged.rows;
  const activeIndex = Math.max(0, shown.findIndex((r) => r.id === active));

  const [marks, setMarks] = useState<readonly string[]>(place?.marked ?? []);
  const marked = marks.flatMap((id) => rows.find((r) => r.id === id) ?? []);
  const mark = (id: string) => { setMarks((now) => (now.includes(id) ? now.filter((m) => m !== id) : now.length < 2 ? [...now, id] : now)); };
  const [help, setHelp] = useState(false);

  const scroller = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const handle = useRef<RowsHandle>(null);

  const focusRow = (index: number) => {
    const row = shown[index];
    if (row !== undefined) {
      setActive(row.id);
      handle.current?.focus(index);
    }
  };
  const showNews = () => {
    arranged.release();
    scroller.current?.scrollTo({ top: 0 });
    setActive(null);
    search.current?.blur();
    setOn({ row: false, mouse: false, scrolled: false });
  };
  const run = (command: ListCommand) => {
    switch (command.type) {
      case 'move':
        focusRow(command.row);
        break;
      case 'search':
        search.current?.focus();
        search.current?.select();
        break;
      case 'mark':
        mark(shown[activeIndex]?.id ?? '');
        break;
      case 'compare': {
        const path = pathOf(marked);
        if (path !== null) {
          go(path);
        }
        break;
      }
      case 'news':
        showNews();
        break;
      case 'help':
        setHelp(true);
        break;
      case 'leave':
        if (marks.length > 0) {
          setMarks([]);
        } else {
          clearFilter();
        }
        break;
    }
  };
  useListKeys(() => ({ row: on.row ? activeIndex : -1, rows: shown.length, page: handle.current?.page() ?? 1 }), run);

  // Whoever comes back finds the list as it was, and the keyboard where it was.
  const latest = useRef({ key: listed.of, listed, older: older.older, active, marked: marks });
  latest.current = { key: listed.of, listed, older: older.older, active, marked: marks };
  const scrolledTo = useRef(place?.scrollTop ?? 0);
  const order = useRef(arranged.order);
  order.current = arranged.order;
  useLayoutEffect(() => {
    if (place !== null) {
      scroller.current?.scrollTo({ top: place.scrollTop });
      if (place.active !== null) {
        handle.current?.focus(activeIndex, true);
      }
    }
    return () => {
      leave({ ...latest.current, order: order.current(), scrollTop: scrolledTo.current, measured: handle.current?.measured() ?? [] });
    };
  }, []);
  // Another list begins at its top.
  const listedOf = useRef(listed.of);
  useEffect(() => {
    if (listedOf.current !== listed.of) {
      listedOf.current = listed.of;
      scroller.current?.scrollTo({ top: 0 });
    }
  }, [listed.of]);
  useEffect(() => {
    document.title = listText.documentTitle;
  }, []);

  const connection = useConnection();
  const lost = connection.kind === 'refused' || (connection.kind === 'waiting' && connection.attempt > 1);
  const trouble = problem?.reason ?? (lost ? connection.reason : null);
  const now = useNow(rows.some((r) => r.status === 'running'), server.clockAhead);
  const workflows = useMemo(() => distinct(rows.map((r) => r.workflowId ?? '')), [rows]);
  const models = useMemo(() => distinct(rows.flatMap((r) => r.models)), [rows]);
  const filtered = wishes(filter).length > 0;
  return (
    <>
      <header className="bar">
        <span className="brand"><Mark />{listText.brand}</span>
        <span className="spacer" />
        {server.info !== null && <span className="muted small">{server.info.name} {server.info.version}</span>}
        <ConnectionMark connection={connection} />
      </header>
      <main ref={scroller} className="list-page" tabIndex={-1} onScroll={(e) => {
        scrolledTo.current = e.currentTarget.scrollTop;
        const scrolled = scrolledTo.current > topPx;
        setOn((was) => (was.scrolled === scrolled ? was : { ...was, scrolled }));
      }}>
        <div className="list-tools">
          <h1>{listText.title}</h1>
          <span className="muted" role="status">{state.loaded ? listText.shown(shown.length, older.more || older.beyond) : trouble === null ? listText.loading : ''}</span>
        </div>
        <Filters filter={filter} workflows={workflows} models={models} search={search} onLeave={() => { focusRow(activeIndex); }} />
        <Chips filter={filter} now={now} />
        {trouble !== null && <Notice kind="bad" title={listText.outOfDate}>{trouble}{(problem?.retryable ?? connection.kind === 'waiting') && noticeText.againByItself}</Notice>}
        <div className="news" role="status">
          {arranged.waiting > 0 && <button type="button" className="primary" onClick={showNews}>{listText.news(arranged.waiting)}</button>}
        </div>
        {shown.length > 0 && (
          <Rows rows={shown} total={older.more ? null : shown.length} scroller={scroller} now={now} info={server.info} active={activeIndex} marked={marks}
            measured={place?.measured ?? []} scrollTop={place?.scrollTop ?? 0} handle={handle} onMark={mark}
            onFocus={(id) => {
              setOn((was) => ({ ...was, row: id !== null }));
              setActive((was) => id ?? was);
            }}
            onPoint={(mouse) => { setOn((was) => ({ ...was, mouse })); }} onEnd={older.load} />
        )}
        {shown.length > 0 && <ListEnd live={state.rows.length} older={older} />}
        {state.loaded && shown.length === 0 && <EmptyList filtered={filtered} />}
        <CompareBar marked={marked} onClear={() => { setMarks([]); }} />
      </main>
      {help && <KeyHelp onClose={() => { setHelp(false); }} />}
    </>
  );
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((t) => t !== '').sort();
}

/** useSettled is a value that has not changed for a moment. */
function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(value); }, ms);
    return () => { clearTimeout(timer); };
  }, [value, ms]);
  return settled;
}

/** Mark is the page's sign. */
export function Mark(): ReactNode {
  return <svg className="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" /><path d="M7 10h11M11 16h14M11 22h8" /></svg>;
}
