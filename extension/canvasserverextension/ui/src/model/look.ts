import type { Span } from '../client/wire/span';
import type { Node } from './tree';

/** Look is what a row says of a span's life: its state, and for what has ended whether it failed. */
export type Look = 'running' | 'lost' | 'stale' | 'unfinished' | 'missing' | 'ahead' | 'error' | 'ok';

/** lookOfNode knows as well what a replay has not come to. */
export function lookOfNode({ span, ahead }: Pick<Node, 'span' | 'ahead'>): Look {
  return ahead === true ? 'ahead' : lookOf(span);
}

export function lookOf(span: Span): Look {
  if (span.state === 'ended') {
    return span.failed ? 'error' : 'ok';
  }
  return span.state;
}
