import { spanKey, type Execution, type Followed, type Json, type JsonObject, type Span, type TraceState } from '@orcheo/canvas-trace-client';
import type { ExecutionTraceEntry, TraceExecutionMetadataResponse, TraceSpanMetadata, TraceSpanResponse } from './canvas';

export function emptyEntry(executionId: string): ExecutionTraceEntry {
  return { executionId, traceId: null, spansById: {}, spanMetadata: {}, status: 'idle', isComplete: false, hasNextPage: false };
}

/** entryOf is what Canvas shows of a followed execution. Spans that did not change are the same objects as before. */
export function entryOf(executionId: string, { state, problem }: Followed<TraceState>, now: Date): ExecutionTraceEntry {
  const { execution } = state;
  const spansById: Record<string, TraceSpanResponse> = {};
  const spanMetadata: Record<string, TraceSpanMetadata> = {};
  for (const span of state.spans.values()) {
    const row = rowOf(span, execution?.traceId ?? null, state);
    spansById[row.span_id] = row;
    spanMetadata[row.span_id] = metadataOf(span);
  }
  return {
    executionId,
    traceId: execution?.traceId ?? null,
    ...(execution === null ? {} : { metadata: executionMetadata(executionId, execution) }),
    spansById,
    spanMetadata,
    status: problem !== null ? 'error' : state.loaded ? 'ready' : 'loading',
    ...(problem === null ? {} : { error: problem.reason }),
    isComplete: state.complete,
    hasNextPage: false, // everything comes by itself
    lastUpdatedAt: now.toISOString(),
  };
}

function executionMetadata(id: string, e: Execution): TraceExecutionMetadataResponse {
  return {
    id,
    status: e.status,
    thread_id: text(e.raw['thread_id']),
    started_at: text(e.raw['started_at']),
    finished_at: text(e.raw['finished_at']),
    trace_id: e.traceId,
    token_usage: { input: e.tokens.input, output: e.tokens.output },
  };
}

const rows = new WeakMap<Span, TraceSpanResponse>();

/**
 * rowOf is a span as Canvas keys it: by its id alone. Where a span of another trace has the id of one of the primary trace,
 * its trace is put before it.
 */
function rowOf(span: Span, primary: string | null, state: TraceState): TraceSpanResponse {
  const own = (id: string) => (primary !== null && span.traceId !== primary && state.spans.has(spanKey(primary, id)) ? `${span.traceId}:${id}` : id);
  const spanId = own(span.spanId);
  const parentId = span.parentId === null || !state.spans.has(spanKey(span.traceId, span.parentId)) ? span.parentId : own(span.parentId);
  const before = rows.get(span);
  if (before?.span_id === spanId && before.parent_span_id === parentId) {
    return before;
  }
  const row: TraceSpanResponse = {
    span_id: spanId,
    parent_span_id: parentId,
    name: text(span.raw['name']),
    start_time: text(span.raw['effective_start_time']) ?? text(span.raw['start_time']),
    end_time: text(span.raw['end_time']),
    attributes: { ...span.attributes },
    events: objects(span.raw['events']).map((e) => ({ name: text(e['name']) ?? '', time: text(e['time']), attributes: { ...object(e['attributes']) } })),
    status: { code: span.statusCode === 'OK' || span.statusCode === 'ERROR' ? span.statusCode : 'UNSET', message: span.statusMessage },
    links: objects(span.raw['links']).map((l) => ({ ...l })),
  };
  rows.set(span, row);
  return row;
}

const metadata = new WeakMap<Span, TraceSpanMetadata>();

function metadataOf(span: Span): TraceSpanMetadata {
  let known = metadata.get(span);
  if (known === undefined) {
    known = readMetadata(span.attributes);
    metadata.set(span, known);
  }
  return known;
}

function readMetadata(a: JsonObject): TraceSpanMetadata {
  const artifacts = a['orcheo.artifact.ids'];
  const ids = Array.isArray(artifacts) ? (artifacts as readonly Json[]).map(String).filter((id) => id.trim() !== '') : [];
  return {
    artifacts: ids.map((id) => ({ id })),
    ...word('nodeId', a['orcheo.node.id']),
    ...word('nodeKind', a['orcheo.node.kind']),
    ...word('nodeStatus', a['orcheo.node.status']),
    ...figure('tokenInput', a['orcheo.token.input']),
    ...figure('tokenOutput', a['orcheo.token.output']),
    ...isObject(a['orcheo.workflow.state.before']) ? { workflowStateBefore: { ...a['orcheo.workflow.state.before'] } } : {},
    ...isObject(a['orcheo.workflow.state.after']) ? { workflowStateAfter: { ...a['orcheo.workflow.state.after'] } } : {},
    ...a['orcheo.workflow.state.redacted'] === true ? { workflowStateRedacted: true } : {},
    ...a['orcheo.workflow.state.truncated'] === true ? { workflowStateTruncated: true } : {},
  };
}

function word<Key extends string>(key: Key, value: Json | undefined): Partial<Record<Key, string>> {
  const known: Partial<Record<Key, string>> = {};
  if (typeof value === 'string' || typeof value === 'number') {
    known[key] = String(value);
  }
  return known;
}

function figure<Key extends string>(key: Key, value: Json | undefined): Partial<Record<Key, number>> {
  const known: Partial<Record<Key, number>> = {};
  if (typeof value === 'number') {
    known[key] = value;
  }
  return known;
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}
