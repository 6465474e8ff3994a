import type { Span, SpanEvent } from '../client/wire/span';

/** Moment is a place on a span's own time axis where events are, as a fraction of it. */
export interface Moment { readonly at: number; readonly events: readonly SpanEvent[]; readonly failed: boolean }

/** near is how close two events may be, as a fraction of the axis, to be one mark. */
const near = 0.008;

/** momentsOf puts the events of a span on its time axis, which ends now for one that runs; those out of it stand at its ends. */
export function momentsOf(span: Span, now: number): readonly Moment[] {
  const { start } = span;
  if (start === null) {
    return [];
  }
  const length = Math.max(0.001, (span.end ?? (span.state === 'running' ? now : span.lastSeen ?? start)) - start);
  const timed = span.events.filter((e) => e.time !== null).map((e) => ({ e, at: Math.min(1, Math.max(0, ((e.time ?? start) - start) / length)) })).sort((a, b) => a.at - b.at);
  const moments: { at: number; events: SpanEvent[]; failed: boolean }[] = [];
  for (const { e, at } of timed) {
    const last = moments.at(-1);
    const failed = isFailure(e);
    if (last !== undefined && at - last.at <= near) {
      last.events.push(e);
      last.failed ||= failed;
    } else {
      moments.push({ at, events: [e], failed });
    }
  }
  return moments;
}

/** isFailure tells events that say that something went wrong. */
export function isFailure(e: SpanEvent): boolean {
  return e.name === 'exception' || e.name === 'error.detail' || e.name.endsWith('.failed') || e.name.endsWith('.error');
}
