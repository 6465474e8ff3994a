import { useLayoutEffect, useRef, type RefObject } from 'react';
import type { Row, RowKey } from '../model/rows';

// How many rows below the top one may have gone before the place is given up.
const reach = 60;

/** Looking says whether somebody looks at rows at all, and which of them is selected. */
export interface Looking { readonly held: boolean; readonly selected: RowKey | null }

/**
 * useSteady keeps the rows that somebody looks at where they are when others appear or go above them: the selected one as long as it
 * is in sight, wherever in the tree its parent takes it, else the top one. Height is that of a row, in pixels.
 */
export function useSteady(scroller: RefObject<HTMLElement | null>, rows: readonly Row[], height: number, { held, selected }: Looking): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    const box = scroller.current;
    if (box === null || !held || old === rows) {
      return;
    }
    const top = Math.floor(box.scrollTop / height);
    const bottom = Math.ceil((box.scrollTop + box.clientHeight) / height);
    const chosen = selected === null ? -1 : old.slice(top, bottom).findIndex(({ key }) => key === selected);
    // At the very top somebody looks at the top, unless a row is selected there.
    if (chosen < 0 && box.scrollTop <= 0) {
      return;
    }
    const places = Array.from({ length: Math.min(old.length - top, reach) }, (_, n) => top + n);
    for (const i of chosen < 0 ? places : [top + chosen, ...places]) {
      const key = old[i]?.key;
      const now = key === undefined ? -1 : nearest(rows, key, i);
      if (now >= 0) {
        if (now !== i) {
          box.scrollTop += (now - i) * height;
        }
        return;
      }
    }
  }, [scroller, rows, height, held, selected]);
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
