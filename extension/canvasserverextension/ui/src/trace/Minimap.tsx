import { memo, useMemo, useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { formatTick } from '../format/duration';
import { useRested } from '../live/useRested';
import { skylineOf, type Skyline } from '../model/skyline';
import { stretch, type Axis } from '../model/timeline';
import type { Node } from '../model/tree';
import { fit } from '../model/zoom';
import { axisText } from '../text/tree';
import { fractionAt } from './TimeAxis';
import type { ChangeRange } from './useRange';

interface MinimapProps {
  readonly nodes: readonly Node[];
  readonly whole: Axis;
  readonly window: Axis;
  readonly onRange: ChangeRange;
}

const parts = 160;

/** Minimap shows the whole run, and over it what part of it the axis below shows: that can be moved, and its ends. */
export function Minimap({ nodes, whole, window, onRange }: MinimapProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const grip = useRef<{ readonly kind: 'move' | 'choose' | 'from' | 'to'; readonly at: number; readonly window: Axis } | null>(null);
  const length = whole.to - whole.from;
  // While something runs, spans and axis change all the time. Once a second is enough for a picture of all spans.
  const rested = useRested(useMemo(() => ({ nodes, axis: { from: whole.from, to: whole.to } }), [nodes, whole.from, whole.to]), 1000);
  const skyline = useMemo(() => skylineOf(rested.nodes, rested.axis, parts), [rested]);
  const { left, width } = stretch(window.from, window.to, whole);
  const zoomed = width < 0.9999;

  const onPointerDown = (e: PointerEvent) => {
    if (e.button !== 0) {
      return;
    }
    e.currentTarget.setPointerCapture(e.pointerId);
    const at = fractionAt(place.current, e.clientX);
    const edge = e.target instanceof HTMLElement ? e.target.dataset['edge'] : undefined;
    const inside = zoomed && at >= left && at <= left + width;
    grip.current = { kind: edge === 'from' || edge === 'to' ? edge : inside ? 'move' : 'choose', at, window };
  };
  const onPointerMove = (e: PointerEvent) => {
    const held = grip.current;
    if (held === null) {
      return;
    }
    const at = fractionAt(place.current, e.clientX);
    const moved = (at - held.at) * length;
    const time = whole.from + at * length;
    const { from, to } = held.window;
    switch (held.kind) {
      case 'move':
        onRange(() => fit(whole, Math.max(whole.from, Math.min(from + moved, whole.to - (to - from))), Math.max(whole.from, Math.min(from + moved, whole.to - (to - from))) + (to - from)), 'replace');
        break;
      case 'from':
        onRange(() => fit(whole, Math.min(time, to), to), 'replace');
        break;
      case 'to':
        onRange(() => fit(whole, from, Math.max(time, from)), 'replace');
        break;
      case 'choose':
        onRange(() => fit(whole, whole.from + held.at * length, time), 'replace');
        break;
    }
  };
  const stop = () => { grip.current = null; };
  return (
    <div ref={place} className="minimap" role="group" aria-label={axisText.overview}
      onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={stop} onPointerCancel={stop} onDoubleClick={() => { onRange(() => null, 'push'); }}>
      <Picture skyline={skyline} share={(rested.axis.to - rested.axis.from) / length} />
      {zoomed && <span className="brush" style={{ left: `${left * 100}%`, width: `${width * 100}%` }} />}
      <Edge edge="from" at={window.from} whole={whole} left={left} onMove={(time) => { onRange(() => fit(whole, Math.min(time, window.to), window.to), 'replace'); }} />
      <Edge edge="to" at={window.to} whole={whole} left={left + width} onMove={(time) => { onRange(() => fit(whole, window.from, Math.max(time, window.from)), 'replace'); }} />
    </div>
  );
}

interface EdgeProps { readonly edge: 'from' | 'to'; readonly at: number; readonly whole: Axis; readonly left: number; readonly onMove: (time: number) => void }

/** Edge is an end of the part that is shown, which keys move as well. */
function Edge({ edge, at, whole, left, onMove }: EdgeProps): ReactNode {
  const length = whole.to - whole.from;
  const onKeyDown = (e: KeyboardEvent) => {
    const step = length * (e.shiftKey ? 0.1 : 0.01);
    const to = e.key === 'ArrowLeft' || e.key === 'ArrowDown' ? at - step : e.key === 'ArrowRight' || e.key === 'ArrowUp' ? at + step
      : e.key === 'Home' ? whole.from : e.key === 'End' ? whole.to : null;
    if (to !== null) {
      e.preventDefault();
      onMove(Math.min(whole.to, Math.max(whole.from, to)));
    }
  };
  const offset = at - whole.from;
  return (
    <span className={`brush-edge brush-${edge}`} data-edge={edge} role="slider" tabIndex={0} aria-label={edge === 'from' ? axisText.begin : axisText.end}
      aria-valuemin={0} aria-valuemax={length} aria-valuenow={offset} aria-valuetext={formatTick(offset, length / 1000)} style={{ left: `${left * 100}%` }} onKeyDown={onKeyDown} />
  );
}

const Picture = memo(function Picture({ skyline, share }: { readonly skyline: Skyline; readonly share: number }): ReactNode {
  const { heights, failures } = skyline;
  const line = heights.map((h, i) => `L${i} ${(1 - h * 0.92).toFixed(3)}L${i + 1} ${(1 - h * 0.92).toFixed(3)}`).join('');
  return (
    <svg className="skyline" viewBox={`0 0 ${heights.length} 1`} preserveAspectRatio="none" aria-hidden="true" focusable="false" style={{ width: `${Math.min(1, share) * 100}%` }}>
      <path className="skyline-busy" d={`M0 1${line}L${heights.length} 1Z`} />
      {failures.map((at) => <rect key={at} className="skyline-error" x={at * heights.length - 0.6} y={0} width={1.2} height={0.3} />)}
    </svg>
  );
});
