const least = 100;
const first = 500;
const most = 15_000;

/**
 * backoff is how many milliseconds to wait before a try: anything up to a bound that doubles each time and is at most 15 s, so
 * that the viewers of a restarted server do not come all at once, and never quite nothing. attempt counts from 1, random is in
 * [0, 1).
 */
export function backoff(attempt: number, random: number): number {
  return Math.max(least, Math.round(Math.min(most, first * 2 ** Math.min(attempt - 1, 10)) * random));
}
