import type { Execution, Row, Summary } from '../client/wire/execution';
import type { Span, SpanKey } from '../client/wire/span';
import { listText } from '../text/list';

// Orcheo's root is called so for every workflow.
const anyWorkflow = 'workflow.execution';

/** rowName is what the list calls an execution: its run, its root span, its workflow, or what little a row tells of one without all of them. */
export function rowName(row: Row): string {
  const [model] = row.models;
  const root = row.rootName === anyWorkflow ? row.workflowId ?? row.rootName : row.rootName;
  return row.runName ?? root ?? row.workflowId ?? (model === undefined ? listText.unnamed(short(row.id)) : `${model} · ${short(row.id)}`);
}

/** rowLabel tells rows apart for a reader who hears them: many runs have the name of their root span. */
export function rowLabel(row: Row): string {
  const name = rowName(row);
  const id = short(row.id);
  return row.runName !== null || name.includes(id) ? name : `${name} ${id}`;
}

/** executionName is what the page of an execution calls it: it has the spans, so the root can lend its name. */
export function executionName(execution: Execution | null, spans: ReadonlyMap<SpanKey, Span>, id: string): string {
  return (execution === null ? null : ownName(execution)) ?? rootOf(spans, execution?.traceId ?? null)?.name ?? listText.unnamed(short(id));
}

/**
 * rootOf is the span that stands for the whole: one without a parent that has arrived, of the execution's own trace if there
 * is one, the earliest of several.
 */
export function rootOf(spans: ReadonlyMap<SpanKey, Span>, traceId: string | null): Span | null {
  let best: Span | null = null;
  for (const s of spans.values()) {
    if (s.parentId === null && s.state !== 'missing' && (best === null || isBetter(s, best, traceId))) {
      best = s;
    }
  }
  return best;
}

function isBetter(a: Span, b: Span, traceId: string | null): boolean {
  const own = Number(a.traceId === traceId) - Number(b.traceId === traceId);
  const later = (a.start ?? Infinity) - (b.start ?? Infinity);
  return own !== 0 ? own > 0 : later !== 0 && !Number.isNaN(later) ? later < 0 : a.key < b.key;
}

function ownName(s: Summary): string | null {
  return s.runName ?? s.workflowId;
}

// Eight characters tell traces apart for a reader; the whole id stands beside the name.
function short(id: string): string {
  return id.length <= 12 ? id : id.slice(0, 8);
}
