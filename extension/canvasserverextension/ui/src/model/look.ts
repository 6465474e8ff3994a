import type { Span } from '../client/wire/span';

/** Look is what a row says of a span's life: its state, and for what has ended whether it failed. */
export type Look = 'running' | 'lost' | 'stale' | 'unfinished' | 'missing' | 'error' | 'ok';

export function lookOf(span: Span): Look {
  if (span.state === 'ended') {
    return span.failed ? 'error' : 'ok';
  }
  return span.state;
}
