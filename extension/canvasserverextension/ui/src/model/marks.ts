import type { Span, SpanEvent } from '../client/wire/span';
import type { Axis } from './timeline';

/** MarkKind is what a mark on a bar stands for: a failure, something that was said, a piece of a streamed answer, or any other event. */
export type MarkKind = 'exception' | 'message' | 'chunk' | 'event';

/** Mark is one event on the time axis, or several of a kind that would lie on top of each other. */
export interface Mark {
  readonly kind: MarkKind;
  /** event is the place of the first of them among the span's events. */
  readonly event: number;
  readonly count: number;
  /** name is that of the event; of the first, where there are several. */
  readonly name: string;
  /** left and right are where it lies in the window, as fractions of it; the same for one event. */
  readonly left: number;
  readonly right: number;
  /** at is when it happened, in milliseconds since 1970. */
  readonly at: number;
}

/** kindOfEvent goes by the names of the semantic conventions, and of Orcheo's events. */
export function kindOfEvent(e: SpanEvent): MarkKind {
  if (e.name === 'exception' || e.name === 'error.detail' || 'exception.type' in e.attributes) {
    return 'exception';
  }
  if (e.name === 'token.chunk' || /(^|[._])(chunk|delta|first_token|token)s?$/.test(e.name)) {
    return 'chunk';
  }
  if (typeof e.attributes['preview'] === 'string' || /^gen_ai\.(.+\.message|choice|client\.inference\.)/.test(e.name)) {
    return 'message';
  }
  return 'event';
}

/**
 * marksOf lists the events of a span that lie in a window, in the order of time. Those of a kind that are nearer to each other than
 * gap, a fraction of the window, become one; chunks of an answer become one in any case, which reaches from the first to the last.
 */
export function marksOf(span: Span, window: Axis, gap: number): Mark[] {
  const length = window.to - window.from;
  const open = new Map<MarkKind, Mark>();
  const marks: Mark[] = [];
  const take = (mark: Mark | undefined) => {
    if (mark !== undefined && mark.right >= 0 && mark.left <= 1) {
      marks.push({ ...mark, left: Math.max(0, mark.left), right: Math.min(1, mark.right) });
    }
  };
  for (const { e, index, at } of inTime(span)) {
    const kind = kindOfEvent(e);
    const place = (at - window.from) / length;
    const before = open.get(kind);
    if (before !== undefined && (kind === 'chunk' || place - before.right < gap)) {
      open.set(kind, { ...before, right: place, count: before.count + 1 });
    } else {
      take(before);
      open.set(kind, { kind, event: index, count: 1, name: e.name, left: place, right: place, at });
    }
  }
  for (const mark of open.values()) {
    take(mark);
  }
  return marks.sort((a, b) => a.at - b.at || a.event - b.event);
}

function inTime(span: Span): { readonly e: SpanEvent; readonly index: number; readonly at: number }[] {
  return span.events.flatMap((e, index) => (e.time === null ? [] : [{ e, index, at: e.time }])).sort((a, b) => a.at - b.at || a.index - b.index);
}
