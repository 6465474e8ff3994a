import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode, type RefObject } from 'react';
import { formatTick } from '../format/duration';
import { scaleOf, stretch, type Axis } from '../model/timeline';
import { fit, pan } from '../model/zoom';
import { axisText } from '../text/tree';
import { zoomKey } from './zoomkeys';
import type { ChangeRange } from './useRange';

interface TimeAxisProps {
  readonly whole: Axis;
  readonly window: Axis;
  readonly place: RefObject<HTMLDivElement | null>;
  readonly onRange: ChangeRange;
}

/** Drag is what the pointer does on the axis: it chooses from one fraction of the window to another, or with Shift moves the window. */
interface Drag { readonly from: number; readonly to: number; readonly moves: boolean }

// A pointer that moved less, in pixels, was only clicked.
const stillPx = 4;

/** TimeAxis has the marks of the window. Dragging on it chooses a part of the time. */
export function TimeAxis({ whole, window, place, onRange }: TimeAxisProps): ReactNode {
  const [drag, setDrag] = useState<Drag | null>(null);
  const last = useRef(0);
  const { step, marks } = scaleOf(window, whole.from, 5);
  const share = (t: number) => ((whole.from + t - window.from) / (window.to - window.from)) * 100;
  const timeAt = (fraction: number) => window.from + (window.to - window.from) * fraction;

  const onPointerDown = (e: PointerEvent) => {
    if (e.button === 0) {
      e.currentTarget.setPointerCapture(e.pointerId);
      const at = fractionAt(place.current, e.clientX);
      last.current = at;
      setDrag({ from: at, to: at, moves: e.shiftKey });
    }
  };
  const onPointerMove = (e: PointerEvent) => {
    if (drag === null) {
      return;
    }
    const at = fractionAt(place.current, e.clientX);
    if (drag.moves) {
      const by = last.current - at;
      onRange((range) => pan(whole, range, by), 'replace');
      last.current = at;
    } else {
      setDrag({ ...drag, to: at });
    }
  };
  const onPointerUp = () => {
    const width = place.current?.clientWidth ?? 0;
    if (drag !== null && !drag.moves && Math.abs(drag.to - drag.from) * width >= stillPx) {
      onRange(() => fit(whole, timeAt(drag.from), timeAt(drag.to)), 'push');
    }
    setDrag(null);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const change = e.ctrlKey || e.metaKey || e.altKey ? null : zoomKey(e.key, whole);
    if (change !== null) {
      e.preventDefault();
      onRange(change, 'replace');
    }
  };
  const chosen = drag === null || drag.moves ? null : stretch(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to), { from: 0, to: 1 });
  return (
    <div ref={place} className="axis" role="group" tabIndex={0} title={axisText.title}
      aria-label={axisText.axis(formatTick(window.from - whole.from, step / 10), formatTick(window.to - whole.from, step / 10))}
      onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={() => { setDrag(null); }}
      onDoubleClick={() => { onRange(() => null, 'push'); }} onKeyDown={onKeyDown}>
      {marks.filter((t) => share(t) < 86).map((t) => <span key={t} className="tick" style={{ left: `${share(t)}%` }}>{formatTick(t, step)}</span>)}
      {chosen !== null && <span className="axis-chosen" style={{ left: `${chosen.left * 100}%`, width: `${chosen.width * 100}%` }} />}
    </div>
  );
}

/** fractionAt is where a place of the page lies on an element, from 0 at its left to 1 at its right. */
export function fractionAt(element: Element | null, clientX: number): number {
  const box = element?.getBoundingClientRect();
  return box === undefined || box.width === 0 ? 0 : Math.min(1, Math.max(0, (clientX - box.left) / box.width));
}
