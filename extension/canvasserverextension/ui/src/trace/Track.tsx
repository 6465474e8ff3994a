import { memo, type ReactNode } from 'react';
import { formatOffset } from '../format/duration';
import { visible } from '../format/visible';
import type { Segment } from '../model/criticalpath';
import { marksOf } from '../model/marks';
import { barOf, joined, sideOf, stretch, type Axis, type Bar } from '../model/timeline';
import type { Span } from '../client/wire/span';
import { Icon } from '../parts/Icon';
import { axisText, markText } from '../text/tree';

interface TrackProps {
  readonly span: Span;
  readonly window: Axis;
  /** origin is when the run began. */
  readonly origin: number;
  readonly kind: string;
  readonly look: string;
  /** path are the stretches of the critical path in the span itself. */
  readonly path: readonly Segment[] | null;
  readonly event: number | null;
  readonly onEvent: (event: number) => void;
}

// Marks that are nearer to each other than this share of the window become one: about their own width.
const gap = 0.02;

/** finest is the share of the window below which stretches are drawn as one. */
export const finest = 0.004;

/** Track is the bar of a span in the window, with the critical path below it and its events on it. */
export const Track = memo(function Track({ span, window, origin, kind, look, path, event, onEvent }: TrackProps): ReactNode {
  const bar = barOf(span, window);
  if (bar === null) {
    return <span className="track"><Elsewhere span={span} window={window} /></span>;
  }
  return (
    <span className="track">
      <span className={`span-bar bar-${kind} span-bar-${look}`} style={place(bar)} />
      <PathLine path={path} window={window} />
      {span.events.length > 0 && marksOf(span, window, gap).map((m) => (
        <button key={`${m.kind}${m.event}`} type="button" tabIndex={-1} className={`axis-mark mark-${m.kind}${event === m.event ? ' mark-chosen' : ''}`}
          style={place({ left: m.left, width: m.right - m.left })} aria-label={markText.label(m.kind, m.count, visible(m.name.slice(0, 100)), formatOffset(m.at - origin))}
          title={markText.label(m.kind, m.count, visible(m.name.slice(0, 100)), formatOffset(m.at - origin))}
          onClick={(e) => { e.stopPropagation(); onEvent(m.event); }}>
          {m.kind === 'exception' && <Icon name="error" />}
        </button>
      ))}
    </span>
  );
});

/** PathLine is a line with ends below a bar: a form of its own, not another colour. */
export function PathLine({ path, window }: { readonly path: readonly Segment[] | null; readonly window: Axis }): ReactNode {
  if (path === null) {
    return null;
  }
  const bars = path.filter((s) => s.to > window.from && s.from < window.to).map((s) => stretch(s.from, s.to, window));
  return joined(bars, finest).map((bar) => <span key={bar.left} className="path-line" style={place(bar)} />);
}

function Elsewhere({ span, window }: { readonly span: Span; readonly window: Axis }): ReactNode {
  const side = sideOf(span, window);
  if (side === null || side === 'in') {
    return null;
  }
  const name = visible(span.name.slice(0, 100));
  return <span className={`elsewhere elsewhere-${side}`} title={side === 'before' ? axisText.earlier(name) : axisText.later(name)}><Icon name="chevron" /></span>;
}

export function place({ left, width }: Bar): { readonly left: string; readonly width: string } {
  return { left: `${left * 100}%`, width: `${width * 100}%` };
}
