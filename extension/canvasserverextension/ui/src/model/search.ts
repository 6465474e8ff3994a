import type { Json } from '../client/wire/json';
import type { Span, SpanKey } from '../client/wire/span';
import { modelOf } from './tokens';
import type { Node } from './tree';

/** Found is where a search text stands: the indexes of nodes, in the order of rows. */
export interface Found { readonly indexes: readonly number[]; readonly keys: ReadonlySet<SpanKey> }

const none: Found = { indexes: [], keys: new Set() };

/**
 * searchNodes looks for a text, whatever its case, in names, ids, models, errors, the keys and values of attributes, and what was
 * said. Several words must all be there, in any place of the span.
 */
export function searchNodes(nodes: readonly Node[], query: string): Found {
  const words = query.toLowerCase().split(/\s+/).filter((w) => w !== '');
  if (words.length === 0) {
    return none;
  }
  const indexes: number[] = [];
  const keys = new Set<SpanKey>();
  nodes.forEach(({ span }, i) => {
    const text = textOf(span);
    if (words.every((w) => text.includes(w))) {
      indexes.push(i);
      keys.add(span.key);
    }
  });
  return { indexes, keys };
}

/** nextMatch is the match after an index, or with -1 the one before it, and round again at the ends; -1 where there is none. */
export function nextMatch(found: Found, from: number, direction: 1 | -1): number {
  const { indexes } = found;
  const there = direction === 1 ? indexes.find((i) => i > from) : indexes.findLast((i) => i < from);
  return there ?? (direction === 1 ? indexes[0] : indexes.at(-1)) ?? -1;
}

// Spans do not change, they are replaced; so their text is made once. Spans that are gone are forgotten with it.
const texts = new WeakMap<Span, string>();

function textOf(span: Span): string {
  const before = texts.get(span);
  if (before !== undefined) {
    return before;
  }
  const parts: string[] = [span.name, span.spanId, span.traceId, span.service ?? '', span.statusMessage ?? '', modelOf(span) ?? '', span.state];
  collect(span.attributes, parts);
  for (const e of span.events) {
    parts.push(e.name);
    collect(e.attributes, parts);
  }
  const text = parts.join('\n').toLowerCase();
  texts.set(span, text);
  return text;
}

function collect(value: Json, into: string[]): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        into.push(key);
      }
      collect(inner as Json, into);
    }
  } else if (value !== null) {
    into.push(String(value));
  }
}
