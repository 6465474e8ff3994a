import type { Span } from '../client/wire/span';

/** Look is what a row says of a span's life: its state, and for what has ended whether it failed. */
export type Look = 'running' | 'lost' | 'stale' | 'unfinished' | 'missing' | 'error' | 'ok';

export const lookNames: Readonly<Record<Look, string>> = {
  running: 'running', lost: 'lost', stale: 'silent', unfinished: 'unfinished', missing: 'not received', error: 'error', ok: 'ok',
};

/** lookMeanings say what a word like "lost" means, for tooltips and the detail pane. */
export const lookMeanings: Readonly<Record<Look, string>> = {
  running: 'It has started and not ended yet.',
  lost: 'It reported that it was running, and then stopped reporting.',
  stale: 'Its start was seen, and nothing from its process since.',
  unfinished: 'The execution is over, and nobody ever told that this span ended.',
  missing: 'Other spans name it as their parent. It has not arrived: most spans are sent when they end, so it may still run.',
  error: 'It ended with an error.',
  ok: 'It ended without an error.',
};

export function lookOf(span: Span): Look {
  if (span.state === 'ended') {
    return span.failed ? 'error' : 'ok';
  }
  return span.state;
}
