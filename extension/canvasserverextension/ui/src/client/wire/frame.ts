import { execution, type Execution } from './execution.js';
import { isObject, number, parseJson, text, type Json } from './json.js';
import { spansOf, type Span } from './span.js';

/**
 * Frame is one trace:update message. Its spans are of one trace; epoch, seq and prevSeq are positions in that trace, or in
 * the execution's primary one where there are no spans.
 */
export interface Frame {
  readonly traceId: string | null;
  readonly spans: readonly Span[];
  readonly epoch: string | null;
  readonly seq: number;
  readonly prevSeq: number;
  readonly cursor: string | null;
  readonly reset: boolean;
  readonly last: boolean;
  readonly snapshot: boolean;
  readonly complete: boolean;
  readonly execution: Execution;
}

/** frame returns null for what is none, such as messages that a newer server may send. */
export function frame(message: string): Frame | null {
  return frameOf(parseJson(message));
}

export function frameOf(o: Json | undefined): Frame | null {
  if (!isObject(o) || o['type'] !== 'trace:update' || !isObject(o['execution'])) {
    return null;
  }
  const spans = spansOf(o['spans']);
  return {
    traceId: spans[0]?.traceId ?? text(o['trace_id']),
    spans,
    epoch: text(o['epoch']),
    seq: number(o['seq']),
    prevSeq: number(o['prev_seq']),
    cursor: text(o['cursor']),
    reset: o['reset'] === true,
    last: o['last'] === true,
    snapshot: o['phase'] === 'snapshot',
    complete: o['complete'] === true,
    execution: execution(o['execution']),
  };
}
