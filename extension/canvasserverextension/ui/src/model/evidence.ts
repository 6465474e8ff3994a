import type { Span } from '../client/wire/span';
import { formatDuration } from '../format/duration';
import { formatMoment } from '../format/moment';
import { evidenceText, skewText } from '../text/span';
import type { Node } from './tree';

/**
 * evidenceOf says what a span's state rests on, as of now in the server's time; null for one that ended of itself. The server
 * goes by when it heard of a span, on its own clock, never by times that the span itself tells.
 */
export function evidenceOf({ span, children }: Pick<Node, 'span' | 'children'>, now: number): string | null {
  const heard = span.lastSeen;
  switch (span.state) {
    case 'running':
      return `${evidenceText.running(heard === null ? null : ago(heard, now))} ${promiseOf(span)}`;
    case 'lost':
      return `${evidenceText.lost(heard === null ? null : ago(heard, now))} ${promiseOf(span)}`;
    case 'stale':
      return `${evidenceText.silent(heard === null ? null : formatMoment(heard, now))} ${promiseOf(span)}`;
    case 'unfinished':
      return evidenceText.unfinished(heard === null ? null : ago(heard, now));
    case 'missing':
      return evidenceText.missing(children);
    case 'ended':
      return span.attributes['orcheo.partial.kind'] === 'synthetic' ? evidenceText.synthetic : null;
  }
}

function promiseOf(span: Span): string {
  const every = span.attributes['orcheo.partial.frequency_ms'];
  return typeof every === 'number' && every > 0 ? evidenceText.promised(formatDuration(every)) : evidenceText.promisedNothing;
}

/** ago writes whole seconds, so that it changes once a second. Clocks that are a little behind make no future of it. */
export function ago(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  return evidenceText.ago(seconds < 60 ? evidenceText.seconds(seconds) : formatDuration(seconds * 1000));
}

/** Skew is how the times of a span contradict what else is known of it. */
export interface Skew { readonly word: string; readonly meaning: string }

const skews: ReadonlyMap<unknown, Skew> = new Map<unknown, Skew>([
  ['before_parent', skewText.beforeParent],
  ['future', skewText.future],
]);

/** skewOf is null for a span whose times fit; a word of a newer server is shown as it is. */
export function skewOf(span: Span): Skew | null {
  const word = span.raw['clock_skew'];
  if (typeof word !== 'string' || word === '') {
    return null;
  }
  return skews.get(word) ?? skewText.other(word.slice(0, 40));
}

/** lastHeard is when anything of these spans was last heard of; null where nothing was. */
export function lastHeard(spans: Iterable<Span>): number | null {
  let last: number | null = null;
  for (const { lastSeen } of spans) {
    if (lastSeen !== null && (last === null || lastSeen > last)) {
      last = lastSeen;
    }
  }
  return last;
}

/** missingRoots are the placeholders at the top: what the spans below hang on, and nobody has sent. */
export function missingRoots(nodes: readonly Node[]): Node[] {
  return nodes.filter((n) => n.parent < 0 && n.span.state === 'missing');
}
