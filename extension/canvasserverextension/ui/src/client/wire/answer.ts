import { execution, type Execution } from './execution.js';
import { isObject, object, text, type Json } from './json.js';
import { spansOf, type Span } from './span.js';

/** Answer is what GET /api/executions/{id}/trace answers: spans of all traces, everything or what changed since a cursor. */
export interface Answer {
  readonly execution: Execution;
  readonly spans: readonly Span[];
  /** snapshot: what is here is everything, and what was known before is void. */
  readonly snapshot: boolean;
  /** cursor asks for what comes after; null where the server can name none. */
  readonly cursor: string | null;
}

/** answer returns null for what is none. */
export function answer(value: Json | undefined): Answer | null {
  if (!isObject(value) || !isObject(value['execution'])) {
    return null;
  }
  const known = value['known'];
  return {
    execution: execution(known === undefined ? value['execution'] : { ...value['execution'], known }),
    spans: spansOf(value['spans']),
    snapshot: value['phase'] !== 'live',
    cursor: text(object(value['page_info'])['cursor']),
  };
}
