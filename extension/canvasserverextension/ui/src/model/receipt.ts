import { texts } from '../client/wire/json';
import type { Span } from '../client/wire/span';

/** Receipt is what was replaced in a span before it was kept, by rule; unnamed is how often no rule is told of. */
export interface Receipt { readonly total: number; readonly rules: readonly { readonly rule: string; readonly times: number }[]; readonly unnamed: number }

/** receiptOf reads the redaction receipt, most first; null where nothing was replaced. */
export function receiptOf(span: Span): Receipt | null {
  const rules = texts(span.attributes['orcheo.redaction.rules']).map(entry).filter((r) => r !== null).sort((a, b) => b.times - a.times || (a.rule < b.rule ? -1 : 1));
  const named = rules.reduce((n, r) => n + r.times, 0);
  const total = Math.max(span.redactions, named);
  return total === 0 ? null : { total, rules, unnamed: total - named };
}

function entry(text: string): { rule: string; times: number } | null {
  const [, rule, times] = /^(.{1,100})=(\d{1,9})$/.exec(text) ?? [];
  return rule === undefined || times === undefined ? null : { rule, times: Number(times) };
}
