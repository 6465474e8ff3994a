import type { Execution } from '../src/client/wire/execution';
import { execution } from '../src/client/wire/execution';
import type { Frame } from '../src/client/wire/frame';
import type { JsonObject } from '../src/client/wire/json';
import { span, spanKey, type Span, type SpanKey } from '../src/client/wire/span';

/** aSpan is a span as the server sends it, with what a test cares about put in. */
export function aSpan(fields: JsonObject = {}): Span {
  const s = span({
    trace_id: 'a', span_id: '1', parent_span_id: null, name: 'work', kind: 'internal', start_time: '2026-01-01T00:00:00Z',
    end_time: '2026-01-01T00:00:01Z', effective_start_time: null, state: 'ended', status: { code: 'OK', message: null },
    attributes: {}, events: [], links: [], usage: null, ...fields,
  });
  if (s === null) {
    throw new Error('a span without an id');
  }
  return s;
}

export function anExecution(fields: JsonObject = {}): Execution {
  return execution({ id: 'run-1', status: 'running', known: true, traces: ['a'], ...fields });
}

export function aFrame(fields: Partial<Frame> = {}): Frame {
  const spans = fields.spans ?? [];
  return {
    traceId: spans[0]?.traceId ?? 'a', spans, epoch: 'e', seq: 1, prevSeq: 0, cursor: 'c.1', reset: false, last: true,
    snapshot: false, complete: false, execution: anExecution(), ...fields,
  };
}

export function byKey(spans: readonly Span[]): ReadonlyMap<SpanKey, Span> {
  return new Map(spans.map((s) => [s.key, s]));
}

export { spanKey };
