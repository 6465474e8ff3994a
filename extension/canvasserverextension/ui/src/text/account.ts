import { formatCount, plural } from '../format/quantity';
import type { ExcludedRole } from '../model/account';

/** accountText is what the view Tokens & cost says. */
export const accountText = {
  label: 'Tokens and cost',
  empty: { title: 'No tokens yet', body: 'No span of this execution has reported tokens or a cost.' },
  byNode: { title: 'By node', column: 'Node' },
  byModel: { title: 'By model', column: 'Model' },
  /** unknownModel is the name of the share of calls that name no model. */
  unknownModel: '(no model named)',
  columns: {
    share: 'Share of tokens', calls: 'Calls', input: 'Input', cacheRead: 'Cache read', cacheWrite: 'Cache write', output: 'Output', reasoning: 'Reasoning',
    cost: 'Cost', why: 'Why', spans: 'Spans',
  },
  counted: 'Counted',
  keyInput: 'input ',
  keyOutput: 'output',
  bar: (percent: number, input: number, output: number) => `${percent} percent of the tokens: ${formatCount(input)} input, ${formatCount(output)} output`,
  percent: (n: number) => `${n}%`,
  unpriced: (calls: number) => `${plural(calls, 'call')} without a price`,
  plusUnknown: ' + unknown',
  unpricedNote: {
    lead: (calls: number) => `${plural(calls, 'call')} without a price:`,
    body: ' their cost is unknown and not part of any sum. A price can be set under processors::tokenpreview::prices.',
  },
  elsewhere: (tokens: number) => `The server counts ${formatCount(Math.abs(tokens))} tokens ${tokens > 0 ? 'more' : 'fewer'} than the spans that are here, since it also knows of spans that it no longer holds, or this page is still loading.`,
  notCounted: 'Not counted',
} as const;

/** notCountedReasons say why tokens are in no sum. */
export const notCountedReasons: Readonly<Record<ExcludedRole, string>> = {
  aggregate: 'Aggregate: a sum of spans below, which count themselves',
  duplicate: 'Duplicate: another span tells of the same call',
  replay: 'Replay: answered from a cache, so nothing was spent',
};
