const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** formatMoment writes a moment of the last day as its time, an older one with its day; in the reader's time zone. */
export function formatMoment(ms: number, now: number): string {
  const at = new Date(ms);
  const time = clock.format(at);
  return now - ms < 12 * 3_600_000 && at.getDate() === new Date(now).getDate() ? time : `${day.format(at)}, ${time}`;
}

/** formatExact is for tooltips: UTC with milliseconds. */
export function formatExact(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC');
}
