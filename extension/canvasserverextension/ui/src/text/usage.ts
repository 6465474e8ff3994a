import { formatCount } from '../format/quantity';
import type { FigureName } from '../model/spellings';

export const figureNames: Readonly<Record<FigureName, string>> = {
  input: 'Input', cacheRead: 'read from a cache', cacheWrite: 'written to a cache', audioInput: 'audio',
  output: 'Output', reasoning: 'reasoning', audioOutput: 'audio',
};

/** usageText tells of a span's tokens and cost where each figure comes from. */
export const usageText = {
  title: 'Tokens and cost',
  figure: 'Figure',
  tokens: 'Amount',
  from: 'Comes from',
  counts: (yes: boolean) => (yes ? 'Counted' : 'Not counted'),
  because: (meaning: string) => `: ${meaning.replace(/^(?:not )?counted:? ?/, '')}.`,
  dialect: (name: string) => ` · ${name}`,
  corrected: (said: number) => ` · it says ${formatCount(said)}, corrected as told below`,
  cost: 'Cost',
  unknown: 'unknown',
  noPrice: 'The span reports none, and no price is known for its model.',
  costReported: 'Reported by the span',
  costTable: 'By the price table',
  table: (name: string) => ` ${name}`,
  costUnsaid: 'The span does not say where it is from',
  models: (asked: string, answered: string) => `Asked for ${asked}, answered by ${answered}.`,
} as const;

/** inferenceMeanings are by the words of orcheo.usage.inference; a word of a newer processor is shown as it is. */
export const inferenceMeanings: ReadonlyMap<string, string> = new Map([
  ['cache_added', 'The span reports its input without the cache: what was read from and written to it is added.'],
  ['reasoning_added', 'The span reports its output without reasoning: it is added.'],
  ['assumed_inclusive', 'Nothing tells whether the input includes the cache: it is taken to.'],
  ['cache_write_summed', 'What was written to the cache is the sum over its lifetimes.'],
  ['clamped', 'A part was larger than its whole, and is cut to it.'],
  ['dropped', 'A figure was no amount of tokens, and is ignored.'],
]);
