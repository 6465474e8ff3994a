import type { Row } from '../client/wire/execution';

/** withOlder are the live rows and the older ones, each execution once: what is live is newer than what was read. */
export function withOlder(live: readonly Row[], older: readonly Row[]): readonly Row[] {
  if (older.length === 0) {
    return live;
  }
  const known = new Set(live.map((r) => r.id));
  return [...live, ...older.filter((r) => !known.has(r.id))];
}

/**
 * pushedOut are the rows that left the live list because newer ones took their places. A row that is as new as what the list
 * still holds left for another reason: it is gone, or does not fit the filter any more.
 */
export function pushedOut(before: readonly Row[], now: readonly Row[]): readonly Row[] {
  const here = new Set(now.map((r) => r.id));
  const oldest = now.reduce((least, r) => Math.min(least, r.lastActivityAt ?? 0), Infinity);
  return before.filter((r) => !here.has(r.id) && (r.lastActivityAt ?? 0) <= oldest);
}
