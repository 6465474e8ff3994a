import { useEffect, useMemo, useReducer, useRef } from 'react';
import type { Row } from '../client/wire/execution';
import { arrange, type Arrangement } from './arrangement';

/**
 * useArrangement keeps the rows of a list in place while it is held. release shows what waits, held or not; order is the ids as
 * they stand now.
 */
export function useArrangement(key: string, rows: readonly Row[], held: boolean, remembered: readonly string[]): Arrangement & { release(): void; order(): readonly string[] } {
  const shown = useRef<{ key: string; order: readonly string[] }>({ key, order: remembered });
  const [turn, release] = useReducer((n: number) => n + 1, 0);
  const arranged = useMemo(() => arrange(held && shown.current.key === key ? shown.current.order : null, rows), [key, rows, held, turn]);
  useEffect(() => {
    shown.current = { key, order: arranged.rows.map((r) => r.id) };
  }, [key, arranged]);
  return {
    ...arranged,
    release: () => {
      shown.current = { key, order: [] };
      release();
    },
    order: () => shown.current.order,
  };
}
