import type { Span } from '../client/wire/span';
import { formatDuration } from '../format/duration';
import { formatMoment } from '../format/moment';
import { plural } from '../format/quantity';
import type { Node } from './tree';

/**
 * evidenceOf says what a span's state rests on, as of now in the server's time; null for one that ended of itself. The server
 * goes by when it heard of a span, on its own clock, never by times that the span itself tells.
 */
export function evidenceOf({ span, children }: Pick<Node, 'span' | 'children'>, now: number): string | null {
  const heard = span.lastSeen;
  switch (span.state) {
    case 'running':
      return `Running; ${heard === null ? 'when it was last heard of is not known' : `last heard ${ago(heard, now)}`}. ${promiseOf(span)}`;
    case 'lost':
      return `Lost: ${heard === null ? 'its heartbeats stopped' : `heartbeats stopped ${ago(heard, now)}`}. ${promiseOf(span)}`;
    case 'stale':
      return `Silent: ${heard === null ? 'its process has been silent for long' : `its process has been silent since ${formatMoment(heard, now)} or soon after`}. ${promiseOf(span)}`;
    case 'unfinished':
      return `Unfinished: the execution ended without its end${heard === null ? '' : `; last heard ${ago(heard, now)}`}.`;
    case 'missing':
      return `Not received: ${children === 0 ? 'another span names' : `${plural(children, 'span')} here ${children === 1 ? 'names' : 'name'}`} it as parent, and nobody has sent it. Most spans are sent when they end, so it may still run.`;
    case 'ended':
      return span.attributes['orcheo.partial.kind'] === 'synthetic' ? 'Its end was made up on its behalf, and counts until the real one comes.' : null;
  }
}

function promiseOf(span: Span): string {
  const every = span.attributes['orcheo.partial.frequency_ms'];
  return typeof every === 'number' && every > 0 ? `It promised to report every ${formatDuration(every)}.` : 'It promised no heartbeats.';
}

/** ago writes whole seconds, so that it changes once a second. Clocks that are a little behind make no future of it. */
export function ago(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  return seconds < 60 ? `${seconds} s ago` : `${formatDuration(seconds * 1000)} ago`;
}

/** Skew is how the times of a span contradict what else is known of it. */
export interface Skew { readonly word: string; readonly meaning: string }

const skews: ReadonlyMap<unknown, Skew> = new Map([
  ['before_parent', { word: 'clock: before its parent', meaning: 'It says that it began more than a second before its parent did: their clocks differ. Times are shown as they were sent.' }],
  ['future', { word: 'clock: in the future', meaning: 'It tells of a time more than a minute later than it was received: its clock is ahead. Times are shown as they were sent.' }],
]);

/** skewOf is null for a span whose times fit; a word of a newer server is shown as it is. */
export function skewOf(span: Span): Skew | null {
  const word = span.raw['clock_skew'];
  if (typeof word !== 'string' || word === '') {
    return null;
  }
  return skews.get(word) ?? { word: `clock: ${word.slice(0, 40)}`, meaning: 'Its times contradict what else is known of it. They are shown as they were sent.' };
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
