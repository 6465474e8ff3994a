import type { Span } from '../client/wire/span';

/** Axis is the common time axis of all bars, in milliseconds since 1970. */
export interface Axis { readonly from: number; readonly to: number }

/** Extent is what the spans themselves cover; open: at least one has not ended. */
export interface Extent { readonly from: number; readonly to: number; readonly open: boolean }

/** extentOf returns null while no span has a start. */
export function extentOf(spans: Iterable<Span>): Extent | null {
  let from = Infinity;
  let to = -Infinity;
  let open = false;
  for (const s of spans) {
    if (s.start === null) {
      continue;
    }
    from = Math.min(from, s.start);
    to = Math.max(to, s.start, s.end ?? s.lastSeen ?? s.start);
    open ||= s.state === 'running';
  }
  return Number.isFinite(from) ? { from, to, open } : null;
}

/** axisOf reaches to now while something runs, and is never empty. */
export function axisOf(extent: Extent, running: boolean, now: number): Axis {
  const to = running || extent.open ? Math.max(extent.to, now) : extent.to;
  return { from: extent.from, to: Math.max(to, extent.from + 0.001) };
}

/** Bar is where a span lies in a window of the axis, as fractions of it. */
export interface Bar { readonly left: number; readonly width: number }

/** Side is where a span lies as seen from a window of the axis. */
export type Side = 'before' | 'in' | 'after';

/** barOf ends a span without an end where it was last seen, or at the end of the axis while it runs; null where nothing of it is in the window. */
export function barOf(span: Span, axis: Axis): Bar | null {
  return span.start === null || sideOf(span, axis) !== 'in' ? null : stretch(span.start, endOn(span, axis), axis);
}

/** sideOf tells where to look for a span whose bar is not there; null for one without a start. */
export function sideOf(span: Span, axis: Axis): Side | null {
  return span.start === null ? null : span.start > axis.to ? 'after' : Math.max(span.start, endOn(span, axis)) < axis.from ? 'before' : 'in';
}

/** stretch is where a time from one moment to another lies in a window; what is outside is cut off. */
export function stretch(from: number, to: number, axis: Axis): Bar {
  const length = axis.to - axis.from;
  const left = clamp((from - axis.from) / length);
  return { left, width: Math.max(0, clamp((to - axis.from) / length) - left) };
}

/** joined makes one of bars, in the order of their left ends, that are nearer to each other than gap, a fraction of the window: nobody could tell them apart. */
export function joined(bars: Iterable<Bar>, gap: number): Bar[] {
  const all: { left: number; width: number }[] = [];
  for (const { left, width } of bars) {
    const last = all.at(-1);
    if (last !== undefined && left - (last.left + last.width) < gap) {
      last.width = Math.max(last.width, left + width - last.left);
    } else {
      all.push({ left, width });
    }
  }
  return all;
}

function endOn(span: Span, axis: Axis): number {
  return span.end ?? (span.state === 'running' || span.state === 'missing' ? axis.to : (span.lastSeen ?? axis.to));
}

/** durationOf is how long a span took, or has taken so far; null where nobody can know. */
export function durationOf(span: Span, now: number): number | null {
  if (span.start === null || span.state === 'missing') {
    return null;
  }
  const end = span.end ?? (span.state === 'running' ? now : span.lastSeen);
  return end === null ? null : Math.max(0, end - span.start);
}

/** ticks are round moments on the axis, in milliseconds from its start: at most so many. */
export function ticks(axis: Axis, most: number): number[] {
  return scaleOf(axis, axis.from, most).marks;
}

/** Scale is round moments in a window, in milliseconds from an origin, and the step from one to the next. */
export interface Scale { readonly step: number; readonly marks: number[] }

/** scaleOf has at most one mark more than asked for. */
export function scaleOf(window: Axis, origin: number, most: number): Scale {
  const raw = (window.to - window.from) / Math.max(1, most);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * magnitude).find((s) => s >= raw) ?? raw;
  const first = Math.ceil((window.from - origin) / step - 1e-9);
  const last = Math.floor((window.to - origin) / step + 1e-9);
  return { step, marks: Array.from({ length: Math.max(0, Math.min(last - first, most) + 1) }, (_, i) => (first + i) * step) };
}

function clamp(x: number): number {
  return Math.min(1, Math.max(0, x));
}
