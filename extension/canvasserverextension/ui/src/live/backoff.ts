const first = 500;
const most = 15_000;

/**
 * backoff is how many milliseconds to wait before a try: twice as long each time, at most 15 s, of which a random half is
 * left out so that the viewers of a restarted server do not all come at once. attempt counts from 1, random is in [0, 1).
 */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (0.5 + random / 2));
}
