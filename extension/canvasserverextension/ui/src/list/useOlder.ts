import { useEffect, useRef, useState } from 'react';
import { askExecutions, Problem } from '../api/ask';
import type { Filter } from '../client/index';
import type { Row } from '../client/wire/execution';
import { pushedOut } from './older';
import { mostRows, type Listed } from './useExecutions';

/** Older are the executions beyond the live rows, as they were when they were read. */
export interface Older {
  readonly of: string;
  readonly rows: readonly Row[];
  readonly pages: number;
  /** next is where they go on; null at the end. */
  readonly next: string | null;
  /** readAt is when, in milliseconds of this machine's clock. */
  readonly readAt: number;
}

export interface OlderRows {
  readonly older: Older;
  /** more: there are older ones, and load reads them; beyond: there are, and the server does not tell of them. */
  readonly more: boolean;
  readonly beyond: boolean;
  readonly loading: boolean;
  readonly problem: string | null;
  /** load reads the next page. */
  readonly load: () => void;
}

/** mostPages bounds what a page holds: 5,000 rows. */
export const mostPages = 24;

const againMs = 30_000;

/** useOlder reads older pages when they are asked for, and all of them again from time to time. */
export function useOlder(question: Filter, key: string, listed: Listed, remembered: Older | null): OlderRows {
  const none: Older = { of: key, rows: [], pages: 0, next: null, readAt: 0 };
  const [kept, setKept] = useState<Older>(remembered ?? none);
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const asking = useRef<AbortController | null>(null);
  const older = kept.of === key ? kept : none;
  const { state, of } = listed;
  const start = of === key ? state.cursor : null;

  const read = async (from: string, pages: number, before: readonly Row[]) => {
    asking.current?.abort();
    const leaving = new AbortController();
    asking.current = leaving;
    setLoading(true);
    try {
      let next: string | null = from;
      let rows = before;
      for (let i = 0; i < pages && next !== null; i++) {
        const page = await askExecutions(question, next, mostRows, leaving.signal);
        rows = [...rows, ...page.rows];
        next = page.more ? page.cursor : null;
      }
      setProblem(null);
      const at = next;
      const whole = rows;
      setKept((now) => ({ of: key, rows: whole, pages: before.length === 0 ? pages : now.pages + pages, next: at, readAt: Date.now() }));
    } catch (error) {
      if (leaving.signal.aborted) {
        return;
      }
      setProblem(error instanceof Problem ? error.message : String(error));
    }
    if (asking.current === leaving) {
      asking.current = null;
      setLoading(false);
    }
  };

  // Rows that newer ones pushed out of the live list stay where they are.
  const live = useRef({ of, rows: state.rows });
  useEffect(() => {
    const before = live.current;
    live.current = { of, rows: state.rows };
    if (older.pages > 0 && of === key && before.of === key) {
      const pushed = pushedOut(before.rows, state.rows);
      if (pushed.length > 0) {
        setKept((now) => ({ ...now, rows: [...pushed, ...now.rows] }));
      }
    }
  }, [state.rows, of]);

  const again = useRef(() => undefined as void);
  useEffect(() => {
    again.current = () => {
      if (start !== null && asking.current === null && !document.hidden) {
        void read(start, older.pages, []);
      }
    };
  });
  useEffect(() => {
    if (older.pages === 0) {
      return;
    }
    const timer = setInterval(() => { again.current(); }, againMs);
    return () => {
      clearInterval(timer);
    };
  }, [older.pages === 0]);
  useEffect(() => () => {
    asking.current?.abort();
    asking.current = null;
    setLoading(false);
    setProblem(null);
  }, [key]);

  const next = older.pages > 0 ? older.next : start;
  return {
    older, loading, problem, more: next !== null, beyond: next === null && older.pages === 0 && of === key && state.more,
    load: () => {
      if (next !== null && !loading && older.pages < mostPages) {
        void read(next, 1, older.rows);
      }
    },
  };
}
