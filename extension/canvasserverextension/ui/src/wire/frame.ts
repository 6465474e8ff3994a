import { execution, type Execution } from './execution';
import { isObject, list, number, parseJson, text } from './json';
import { span, type Span } from './span';

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

/** frame returns null for messages of other types, which a newer server may send. */
export function frame(message: string): Frame | null {
  const o = parseJson(message);
  if (!isObject(o) || o['type'] !== 'trace:update' || !isObject(o['execution'])) {
    return null;
  }
  const spans = list(o['spans']).map(span).filter((s): s is Span => s !== null);
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
