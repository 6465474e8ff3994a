import type { Row } from '../client/wire/execution';

/** Arrangement is in which order the rows stand, and how many new ones wait to be shown. */
export interface Arrangement { readonly rows: readonly Row[]; readonly waiting: number }

/** What was active within such a time of the newest is active at the same time, in milliseconds. */
const together = 10_000;

/**
 * settle orders rows by newest activity, as the server does, but for those that are active together: runs of which something
 * comes every second would change places every second, so among them the one that began last comes first.
 */
export function settle(rows: readonly Row[]): Row[] {
  const newest = rows.reduce((latest, r) => Math.max(latest, activity(r)), 0);
  const active = (r: Row) => activity(r) > newest - together;
  return [...rows].sort((a, b) => {
    const both = Number(active(b)) - Number(active(a));
    return both !== 0 ? both : (active(a) ? began(b) - began(a) : activity(b) - activity(a)) || (a.id < b.id ? -1 : 1);
  });
}

/**
 * arrange puts rows in order. While a reader is among them (before is the order that they see) none of them moves: what was not
 * active after all of them comes below, and what would come between or above waits.
 */
export function arrange(before: readonly string[] | null, rows: readonly Row[]): Arrangement {
  const settled = settle(rows);
  const byId = new Map(settled.map((r) => [r.id, r]));
  const kept = (before ?? []).flatMap((id) => byId.get(id) ?? []);
  if (kept.length === 0) {
    return { rows: settled, waiting: 0 };
  }
  const seen = new Set(kept);
  const oldest = kept.reduce((least, r) => Math.min(least, activity(r)), Infinity);
  const rest = settled.filter((r) => !seen.has(r) && activity(r) <= oldest);
  return { rows: [...kept, ...rest], waiting: settled.length - kept.length - rest.length };
}

function activity(r: Row): number {
  return r.lastActivityAt ?? 0;
}

function began(r: Row): number {
  return r.startedAt ?? 0;
}
