import { useCallback, useEffect, useRef, useState } from 'react';
import { rangeText, type Range } from '../model/zoom';
import { setSearch } from '../route';

/** ChangeRange sets the range that a function makes of the present one. With push it is a step of the history, with replace the last one changes. */
export type ChangeRange = (change: (range: Range | null) => Range | null, how: 'push' | 'replace') => void;

// Browsers refuse addresses that change all the time, as they would with a wheel.
const restMs = 300;

/** useRange is the range in the address. While it moves it is ahead of the address, which follows when it rests. */
export function useRange(asked: Range | null): readonly [Range | null, ChangeRange] {
  const [moving, setMoving] = useState<{ readonly range: Range | null } | null>(null);
  const latest = useRef(asked);
  latest.current = moving === null ? asked : moving.range;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const write = useCallback((how: 'push' | 'replace') => {
    if (timer.current !== null) {
      clearTimeout(timer.current);
      timer.current = null;
    }
    setSearch(rangeText(latest.current), how);
    setMoving(null);
  }, []);
  useEffect(() => () => {
    if (timer.current !== null) {
      clearTimeout(timer.current);
    }
  }, []);
  const change = useCallback<ChangeRange>((make, how) => {
    const range = make(latest.current);
    latest.current = range;
    if (how === 'push') {
      write('push');
      return;
    }
    setMoving({ range });
    if (timer.current !== null) {
      clearTimeout(timer.current);
    }
    timer.current = setTimeout(() => { write('replace'); }, restMs);
  }, [write]);
  return [latest.current, change];
}
