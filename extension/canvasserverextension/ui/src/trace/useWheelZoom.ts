import { useEffect, useRef, type RefObject } from 'react';
import type { Axis } from '../model/timeline';
import { pan, zoom } from '../model/zoom';
import { fractionAt } from './TimeAxis';
import type { ChangeRange } from './useRange';

// What one line of a wheel is in pixels, where a browser tells lines.
const linePx = 16;

/** useWheelZoom zooms at the pointer with Ctrl or the command key, and pans with Shift. Without one of them the wheel scrolls. */
export function useWheelZoom(area: RefObject<HTMLElement | null>, axis: RefObject<HTMLElement | null>, whole: Axis, onRange: ChangeRange): void {
  const latest = useRef({ whole, onRange });
  latest.current = { whole, onRange };
  useEffect(() => {
    const element = area.current;
    const onWheel = (e: WheelEvent) => {
      if (!e.ctrlKey && !e.metaKey && !e.shiftKey) {
        return;
      }
      e.preventDefault();
      const { whole: all, onRange: change } = latest.current;
      const px = (e.deltaY === 0 ? e.deltaX : e.deltaY) * (e.deltaMode === WheelEvent.DOM_DELTA_LINE ? linePx : 1);
      if (e.shiftKey) {
        const width = axis.current?.clientWidth ?? 1;
        change((range) => pan(all, range, px / Math.max(1, width)), 'replace');
      } else {
        const at = fractionAt(axis.current, e.clientX);
        change((range) => zoom(all, range, at, Math.exp(-px * 0.003)), 'replace');
      }
    };
    // React listens passively to wheels, and then the browser would zoom the page.
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element?.removeEventListener('wheel', onWheel);
    };
  }, [area, axis]);
}
