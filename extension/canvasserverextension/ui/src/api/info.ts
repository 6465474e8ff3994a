import { isObject, list, number, object, text, type Json } from '../client/wire/json';

export interface Dashboard { readonly name: string; readonly url: string }

/** Info is what the server tells about itself at GET /api/info. A threshold of 0 highlights nothing. */
export interface Info {
  readonly name: string;
  readonly version: string;
  readonly artifacts: boolean;
  readonly dashboards: readonly Dashboard[];
  readonly slowSpanMs: number;
  /** highTokens are those of a span, in or out. */
  readonly highTokens: number;
  readonly slowExecutionMs: number;
  /** highExecutionTokens are those of an execution, in and out. */
  readonly highExecutionTokens: number;
  /** highCostUsd is that of an execution. */
  readonly highCostUsd: number;
}

export function info(answer: Json | undefined): Info {
  const o = object(answer);
  const thresholds = object(o['thresholds']);
  return {
    name: text(o['name']) ?? 'otelcol-canvas',
    version: text(o['version']) ?? '',
    artifacts: object(o['features'])['artifacts'] === true,
    dashboards: list(o['links']).filter(isObject).map((l) => ({ name: text(l['name']) ?? '', url: text(l['url']) ?? '' })),
    slowSpanMs: number(thresholds['slow_span_ms']),
    highTokens: number(thresholds['high_tokens']),
    slowExecutionMs: number(thresholds['slow_execution_ms']),
    highExecutionTokens: number(thresholds['high_execution_tokens']),
    highCostUsd: number(thresholds['high_cost_usd']),
  };
}

/** Ids are what stands in the place of {execution_id}, {trace_id}, {span_id} and {workflow_id}; null is what nobody knows, or does not apply. */
export interface Ids { readonly execution: string; readonly trace: string | null; readonly span: string | null; readonly workflow: string | null }

/**
 * dashboardUrl fills in the ids; null where one that it needs is missing, and where the result is no web address, so that no
 * script: link can be configured.
 */
export function dashboardUrl(template: string, ids: Ids): string | null {
  let filled = template;
  for (const [place, id] of [['{execution_id}', ids.execution], ['{trace_id}', ids.trace], ['{span_id}', ids.span], ['{workflow_id}', ids.workflow]] as const) {
    if (id === null && template.includes(place)) {
      return null;
    }
    filled = filled.replaceAll(place, () => encodeURIComponent(id ?? ''));
  }
  try {
    const { protocol } = new URL(filled);
    return protocol === 'https:' || protocol === 'http:' ? filled : null;
  } catch {
    return null;
  }
}

/** isOfSpans tells dashboards that lead to a single span or to its trace. */
export function isOfSpans(template: string): boolean {
  return template.includes('{span_id}') || template.includes('{trace_id}');
}
