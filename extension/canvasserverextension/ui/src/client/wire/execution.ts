import { amount, isObject, list, number, object, text, texts, time, type Json, type JsonObject } from './json.js';

export const statuses = ['pending', 'running', 'completed', 'error', 'cancelled'] as const;
export type Status = (typeof statuses)[number];

/** Tokens in and out. */
export interface Tokens { readonly input: number; readonly output: number }

/** Exclusion is usage that spans reported and that does not count, with the reason. */
export interface Exclusion extends Tokens { readonly reason: string; readonly spans: number }

/** Summary is what a row of the list and the header of an execution have in common. Times are milliseconds since 1970. */
export interface Summary {
  readonly id: string;
  readonly status: Status;
  readonly workflowId: string | null;
  readonly runName: string | null;
  /** rootName is the name of the root span; null while none came. */
  readonly rootName: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly traceId: string | null;
  readonly tokens: Tokens;
  readonly costUsd: number | null;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly droppedSpans: number;
  readonly complete: boolean;
  readonly completeReason: string | null;
}

/** Row is one execution of GET /api/executions. */
export interface Row extends Summary {
  readonly aliases: readonly string[];
  readonly error: string | null;
  readonly lastActivityAt: number | null;
  readonly models: readonly string[];
}

export interface TraceLink { readonly traceId: string; readonly spanId: string }

/** Execution is the `execution` object of a frame or an answer; raw is the whole of it. */
export interface Execution extends Summary {
  readonly raw: JsonObject;
  readonly known: boolean;
  readonly stale: boolean;
  readonly traces: readonly string[];
  /** How many traces there are; the list names some of them where there are many. */
  readonly tracesTotal: number;
  readonly links: readonly TraceLink[];
  readonly reported: Tokens;
  readonly excluded: readonly Exclusion[];
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

/** After is what follows the rows of a list: whether there are more, and the cursor to ask for them with, where the server has one. */
export interface After { readonly more: boolean; readonly cursor: string | null }

export interface RowPage extends After { readonly rows: readonly Row[] }

export function rowPage(answer: Json | undefined): RowPage {
  const page = object(answer);
  return {
    rows: list(page['executions']).filter(isObject).map(row),
    ...after(object(page['page_info'])),
  };
}

export function after(o: JsonObject): After {
  // Behind a router there can be more without a next page: it has one page of all collectors together.
  return { more: o['has_next_page'] === true || o['at_end'] === false, cursor: text(o['cursor']) };
}

export function row(o: JsonObject): Row {
  return {
    ...summary(o),
    aliases: texts(o['aliases']),
    error: text(o['error']),
    lastActivityAt: time(o['last_activity_at']),
    models: texts(o['models']),
  };
}

export function execution(o: JsonObject): Execution {
  const usage = object(o['usage']);
  return {
    ...summary(o),
    raw: o,
    known: o['known'] !== false,
    stale: o['stale'] === true,
    traces: texts(o['traces']),
    tracesTotal: number(o['traces_total']),
    links: links(o['links']),
    reported: tokens(usage['reported']),
    excluded: list(usage['excluded']).filter(isObject).map((x) => ({
      ...tokens(x), reason: text(x['reason']) ?? 'other', spans: number(x['spans']),
    })),
    cacheRead: number(usage['cache_read']),
    cacheWrite: number(usage['cache_write']),
    reasoning: number(usage['reasoning']),
  };
}

export function links(value: Json | undefined): readonly TraceLink[] {
  return list(value).filter(isObject).map((l) => ({ traceId: text(l['trace_id']) ?? '', spanId: text(l['span_id']) ?? '' }));
}

function summary(o: JsonObject): Summary {
  return {
    id: text(o['id']) ?? '',
    status: statuses.find((s) => s === o['status']) ?? 'pending',
    workflowId: text(o['workflow_id']),
    runName: text(o['run_name']),
    rootName: text(o['root_name']),
    startedAt: time(o['started_at']),
    finishedAt: time(o['finished_at']),
    traceId: text(o['trace_id']),
    tokens: tokens(o['token_usage']),
    costUsd: amount(o['cost_usd']),
    spanCount: number(o['span_count']),
    errorCount: number(o['error_count']),
    droppedSpans: number(o['dropped_spans']),
    complete: o['complete'] === true,
    completeReason: text(o['complete_reason']),
  };
}

function tokens(value: Json | undefined): Tokens {
  const o = object(value);
  return { input: number(o['input']), output: number(o['output']) };
}
