import { formatCount } from '../format/quantity';
import type { Clock } from '../model/replay';

/** replayText is what the replay of an execution says. */
export const replayText = {
  start: 'Replay',
  startMeaning: 'See how this execution came to be, from its first moment on',
  label: 'Replay',
  notLive: 'Replay, not live',
  meaning: 'The figures above and the summary are of the whole execution.',
  back: 'Back to live',
  play: 'Play',
  pause: 'Pause',
  previous: 'To the change before',
  next: 'To the next change',
  slider: 'Moment of the replay',
  speed: 'Speed',
  times: (speed: number) => `${speed}×`,
  place: (passed: string, whole: string) => `${passed} of ${whole}`,
  counts: (ended: number, open: number, ahead: number) => `${formatCount(ended)} ended, ${formatCount(open)} running, ${formatCount(ahead)} not yet begun`,
  atOnce: 'All of it bears the same time, so there is nothing to replay.',
  clock: 'Time of the replay',
  clocks: { event: 'as it happened', arrival: 'as it arrived' } satisfies Record<Clock, string>,
  clockMeanings: {
    event: 'By the times that spans tell: when they began and ended, by the clocks of their senders.',
    arrival: 'By the server’s clock: a span is there from when the server first heard of it, and as it is now from when it last did. What it looked like in between was not kept; it counts as running.',
  } satisfies Record<Clock, string>,
  ahead: 'It has not begun at this moment.',
} as const;
