import type { Span, SpanKey } from './wire/span.js';

type Bucket = ReadonlyMap<SpanKey, Span>;

// Many enough that one of 100,000 spans' holds about a hundred, few enough that a copy of the list of them is nothing.
const buckets = 1024;
const noBucket: Bucket = new Map();

/**
 * SpanMap is a map of spans that never changes: a changed one shares with it all that stayed the same. So a change of a few spans
 * costs little, however many there are, and what differs between two states is found without looking at everything. It has no order.
 */
export class SpanMap implements ReadonlyMap<SpanKey, Span> {
  static readonly empty = new SpanMap(new Array<Bucket>(buckets).fill(noBucket), 0);
  readonly size: number;
  private readonly held: readonly Bucket[];

  constructor(held: readonly Bucket[], size: number) {
    this.held = held;
    this.size = size;
  }

  get(key: SpanKey): Span | undefined {
    return this.bucketOf(key).get(key);
  }

  has(key: SpanKey): boolean {
    return this.bucketOf(key).has(key);
  }

  *entries(): MapIterator<[SpanKey, Span]> {
    for (const bucket of this.held) {
      yield* bucket.entries();
    }
  }

  *keys(): MapIterator<SpanKey> {
    for (const bucket of this.held) {
      yield* bucket.keys();
    }
  }

  *values(): MapIterator<Span> {
    for (const bucket of this.held) {
      yield* bucket.values();
    }
  }

  [Symbol.iterator](): MapIterator<[SpanKey, Span]> {
    return this.entries();
  }

  forEach(each: (span: Span, key: SpanKey, map: ReadonlyMap<SpanKey, Span>) => void): void {
    for (const bucket of this.held) {
      for (const [key, span] of bucket) {
        each(span, key, this);
      }
    }
  }

  /** edit begins a changed copy. */
  edit(): SpanDraft {
    return new SpanDraft([...this.held], this.size);
  }

  /** since tells how to come here from an earlier state: what to set, and what to take away. */
  since(before: SpanMap): SpanChanges {
    const set: Span[] = [];
    const gone: SpanKey[] = [];
    this.held.forEach((now, i) => {
      const then = before.held[i] ?? noBucket;
      if (now !== then) {
        compare(then, now, set, gone);
      }
    });
    return { set, gone };
  }

  private bucketOf(key: SpanKey): Bucket {
    return this.held[placeOf(key)] ?? noBucket;
  }
}

/** SpanChanges are what differs between two states: spans that are new or were replaced, and the keys of those that are gone. */
export interface SpanChanges { readonly set: readonly Span[]; readonly gone: readonly SpanKey[] }

/** changesOf is SpanMap.since for maps of any kind. */
export function changesOf(before: ReadonlyMap<SpanKey, Span>, now: ReadonlyMap<SpanKey, Span>): SpanChanges {
  if (before instanceof SpanMap && now instanceof SpanMap) {
    return now.since(before);
  }
  const set: Span[] = [];
  const gone: SpanKey[] = [];
  compare(before, now, set, gone);
  return { set, gone };
}

function compare(then: Bucket, now: Bucket, set: Span[], gone: SpanKey[]): void {
  for (const [key, span] of now) {
    if (then.get(key) !== span) {
      set.push(span);
    }
  }
  for (const key of then.keys()) {
    if (!now.has(key)) {
      gone.push(key);
    }
  }
}

/** SpanDraft gathers changes for one new SpanMap. It is not used after it is done. */
export class SpanDraft {
  private readonly held: Bucket[];
  private size: number;
  private readonly own = new Map<number, Map<SpanKey, Span>>();

  constructor(held: Bucket[], size: number) {
    this.held = held;
    this.size = size;
  }

  set(span: Span): void {
    const bucket = this.write(span.key);
    this.size -= bucket.size;
    bucket.set(span.key, span);
    this.size += bucket.size;
  }

  delete(key: SpanKey): void {
    if (this.write(key).delete(key)) {
      this.size--;
    }
  }

  values(): MapIterator<Span> {
    return new SpanMap(this.held, this.size).values();
  }

  done(): SpanMap {
    return this.size === 0 ? SpanMap.empty : new SpanMap(this.held, this.size);
  }

  private write(key: SpanKey): Map<SpanKey, Span> {
    const place = placeOf(key);
    let bucket = this.own.get(place);
    if (bucket === undefined) {
      bucket = new Map(this.held[place]);
      this.own.set(place, bucket);
      this.held[place] = bucket;
    }
    return bucket;
  }
}

/** placeOf spreads by the last characters, in which span ids differ most. */
function placeOf(key: SpanKey): number {
  let hash = 0;
  for (let i = Math.max(0, key.length - 6); i < key.length; i++) {
    hash = Math.imul(hash, 31) + key.charCodeAt(i);
  }
  return (hash ^ (hash >>> 10)) & (buckets - 1);
}
