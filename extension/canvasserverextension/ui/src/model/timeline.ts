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

/** Bar is where a span lies on the axis, as fractions of it. */
export interface Bar { readonly left: number; readonly width: number }

/** barOf ends a span without an end where it was last seen, or at the end of the axis while it runs. */
export function barOf(span: Span, axis: Axis): Bar | null {
  if (span.start === null) {
    return null;
  }
  const end = span.end ?? (span.state === 'running' || span.state === 'missing' ? axis.to : (span.lastSeen ?? axis.to));
  const length = axis.to - axis.from;
  const left = clamp((span.start - axis.from) / length);
  const right = clamp((end - axis.from) / length);
  return { left, width: Math.max(0, right - left) };
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
  const length = axis.to - axis.from;
  const raw = length / Math.max(1, most);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * magnitude).find((s) => s >= raw) ?? raw;
  const all: number[] = [];
  for (let t = 0; t <= length && all.length <= most; t += step) {
    all.push(t);
  }
  return all;
}

function clamp(x: number): number {
  return Math.min(1, Math.max(0, x));
}
