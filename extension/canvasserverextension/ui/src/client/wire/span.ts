import { links, type TraceLink } from './execution.js';
import { isObject, list, number, object, text, time, type Json, type JsonObject } from './json.js';

/** SpanKey names a span within an execution. A span id alone is not unique: two traces may use the same. */
export type SpanKey = string & { readonly brand: 'SpanKey' };

export function spanKey(traceId: string, spanId: string): SpanKey {
  return `${traceId}/${spanId}` as SpanKey;
}

export const spanStates = ['running', 'lost', 'stale', 'unfinished', 'ended', 'missing'] as const;
export type SpanState = (typeof spanStates)[number];

export const usageRoles = ['counted', 'aggregate', 'duplicate', 'replay'] as const;
/** UsageRole says what a span's tokens do to the totals. */
export type UsageRole = (typeof usageRoles)[number];

export interface SpanEvent { readonly name: string; readonly time: number | null; readonly attributes: JsonObject }

/** Span is one span as the server sends it. Times are milliseconds since 1970; raw is the whole object, for "raw JSON". */
export interface Span {
  readonly key: SpanKey;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly state: SpanState;
  readonly start: number | null;
  readonly end: number | null;
  /** firstSeen and lastSeen are when the server first and last heard of it, by the server's clock; null for a placeholder. */
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
  readonly failed: boolean;
  readonly statusCode: string;
  readonly statusMessage: string | null;
  readonly kind: string;
  readonly service: string | null;
  readonly attributes: JsonObject;
  readonly events: readonly SpanEvent[];
  readonly links: readonly TraceLink[];
  readonly redactions: number;
  readonly truncated: boolean;
  readonly usage: UsageRole | null;
  readonly raw: JsonObject;
}

/** span returns null for what has no id. */
export function span(value: Json | undefined): Span | null {
  const o = object(value);
  const traceId = text(o['trace_id']);
  const spanId = text(o['span_id']);
  if (traceId === null || spanId === null) {
    return null;
  }
  const status = object(o['status']);
  const end = time(o['end_time']);
  const lastSeen = time(o['last_seen_time']);
  return {
    key: spanKey(traceId, spanId),
    traceId,
    spanId,
    parentId: text(o['parent_span_id']),
    name: text(o['name']) ?? '(no name)',
    state: spanStates.find((s) => s === o['state']) ?? (end === null ? 'running' : 'ended'),
    start: time(o['effective_start_time']) ?? time(o['start_time']),
    end,
    firstSeen: time(o['first_seen_time']) ?? lastSeen,
    lastSeen,
    failed: status['code'] === 'ERROR',
    statusCode: text(status['code']) ?? 'UNSET',
    statusMessage: text(status['message']),
    kind: text(o['kind']) ?? 'unspecified',
    service: text(o['service_name']),
    attributes: object(o['attributes']),
    events: list(o['events']).filter(isObject).map((e) => ({
      name: text(e['name']) ?? '(no name)', time: time(e['time']), attributes: object(e['attributes']),
    })),
    links: links(o['links']),
    redactions: number(o['redactions']),
    truncated: o['truncated'] === true,
    usage: usageRoles.find((r) => r === o['usage']) ?? null,
    raw: o,
  };
}

/** spansOf leaves out what has no id. */
export function spansOf(value: Json | undefined): readonly Span[] {
  return list(value).map(span).filter((s): s is Span => s !== null);
}
