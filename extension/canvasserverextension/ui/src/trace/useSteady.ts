import { useLayoutEffect, useRef, type RefObject } from 'react';
import type { Row } from '../model/rows';

// How many rows below the top one may have gone before the place is given up.
const reach = 60;

/** useSteady keeps the rows that somebody looks at where they are when others appear or go above them. Height is that of a row, in pixels. */
export function useSteady(scroller: RefObject<HTMLElement | null>, rows: readonly Row[], height: number, held: boolean): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    const box = scroller.current;
    if (box === null || !held || old === rows || box.scrollTop <= 0) {
      return;
    }
    const top = Math.floor(box.scrollTop / height);
    for (let i = top; i < Math.min(old.length, top + reach); i++) {
      const key = old[i]?.key;
      const now = key === undefined ? -1 : nearest(rows, key, i);
      if (now >= 0) {
        if (now !== i) {
          box.scrollTop += (now - i) * height;
        }
        return;
      }
    }
  }, [scroller, rows, height, held]);
}

/** nearest finds a row by its key, looking first around where it was. */
function nearest(rows: readonly Row[], key: string, from: number): number {
  for (let step = 0; step < rows.length; step++) {
    if (rows[from + step]?.key === key) {
      return from + step;
    }
    if (rows[from - step]?.key === key) {
      return from - step;
    }
    if (from + step >= rows.length && from - step < 0) {
      return -1;
    }
  }
  return -1;
}
