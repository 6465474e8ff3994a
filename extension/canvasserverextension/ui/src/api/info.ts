import { isObject, list, number, object, text, type Json } from '../client/wire/json';

export interface Dashboard { readonly name: string; readonly url: string }

/** Info is what the server tells about itself at GET /api/info. A threshold of 0 highlights nothing. */
export interface Info {
  readonly name: string;
  readonly version: string;
  readonly artifacts: boolean;
  readonly dashboards: readonly Dashboard[];
  readonly slowSpanMs: number;
  readonly highTokens: number;
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
    highCostUsd: number(thresholds['high_cost_usd']),
  };
}

/** dashboardUrl fills in the ids; null where the result is no web address, so that no script: link can be configured. */
export function dashboardUrl(template: string, ids: { execution: string; trace: string | null; workflow: string | null }): string | null {
  const filled = template
    .replaceAll('{execution_id}', encodeURIComponent(ids.execution))
    .replaceAll('{trace_id}', encodeURIComponent(ids.trace ?? ''))
    .replaceAll('{workflow_id}', encodeURIComponent(ids.workflow ?? ''));
  try {
    const { protocol } = new URL(filled);
    return protocol === 'https:' || protocol === 'http:' ? filled : null;
  } catch {
    return null;
  }
}
