import { formatCost, formatCount, plural } from '../format/quantity';
import type { ExcludedRole } from '../model/account';
import type { Grouping, Part, Unit } from '../model/chart';

export const partNames: Readonly<Record<Part, string>> = {
  input: 'Input', cacheRead: 'Cache read', cacheWrite: 'Cache write', output: 'Output', reasoning: 'Reasoning',
};

const nouns: Readonly<Record<Grouping, string>> = { node: 'node', model: 'model' };

/** accountText is what the view Tokens & cost says. */
export const accountText = {
  label: 'Tokens and cost',
  empty: { title: 'No tokens yet', body: 'No span of this execution has reported tokens or a cost.' },
  measure: 'What the bars measure',
  units: { tokens: 'Tokens', cost: 'Cost' },
  grouping: 'What a bar stands for',
  groupings: { node: 'By node', model: 'By model' },
  title: (unit: Unit, by: Grouping) => `${unit === 'tokens' ? 'Tokens' : 'Cost'} by ${nouns[by]}`,
  inOrder: 'in the order of the run while it is open',
  largestFirst: 'the largest first',
  legend: 'Parts of a bar, with their totals',
  /** letters stand in the parts of a bar, beside their patterns. */
  letters: { input: 'I', cacheRead: 'C', cacheWrite: 'W', output: 'O', reasoning: 'R' },
  tokenBar: (name: string, calls: number, percent: number, pieces: readonly (readonly [Part, number])[]) =>
    `${name}: ${percent} percent of the tokens in ${plural(calls, 'call')}: ${pieces.map(([part, n]) => `${formatCount(n)} ${partNames[part].toLowerCase()}`).join(', ') || 'none'}`,
  costBar: (name: string, calls: number, percent: number, cost: string | null, unpriced: number) =>
    `${name}: ${cost === null ? 'cost unknown' : `${cost}, ${percent} percent of the cost`} in ${plural(calls, 'call')}${unpriced > 0 && cost !== null ? `, ${plural(unpriced, 'call')} without a price` : ''}`,
  pick: 'List its calls',
  unpick: 'Close the list of its calls',
  pickedMissing: 'The bar in the address is not among these: it appears as soon as a call of it counts.',
  callsOf: 'Calls of',
  noPrice: 'no price',
  more: (next: number, all: number) => `Show ${formatCount(next)} more of ${formatCount(all)}`,
  course: (unit: Unit) => `${unit === 'tokens' ? 'Tokens' : 'Cost'} over time`,
  courseNote: 'a call counts when it ends',
  courseAt: (time: string, amount: string) => `after ${time}: ${amount}`,
  courseWords: ([quarter, half, most, all]: readonly string[]) => `After a quarter of the run ${quarter}, after half of it ${half}, after three quarters ${most}, at its end ${all}.`,
  dashed: 'Dashed: the picked bar alone.',
  untimed: (amount: string) => `${amount} of calls that tell no time are not in this line.`,
  figures: 'Figures',
  columns: {
    node: 'Node', model: 'Model', calls: 'Calls', input: 'Input', cacheRead: 'Cache read', cacheWrite: 'Cache write', output: 'Output', reasoning: 'Reasoning',
    cost: 'Cost', why: 'Why', spans: 'Spans',
  },
  partsNote: 'Cache is a part of the input, and reasoning a part of the output.',
  /** unknownModel is the name of the share of calls that name no model. */
  unknownModel: '(no model named)',
  counted: 'Counted',
  percent: (n: number) => `${n}%`,
  unpriced: (calls: number) => `${plural(calls, 'call')} without a price`,
  plusUnknown: ' + unknown',
  unpricedNote: {
    lead: (calls: number) => `${plural(calls, 'call')} without a price:`,
    body: ' their cost is unknown and not part of any sum. A price can be set under processors::tokenpreview::prices.',
  },
  elsewhere: (tokens: number) => `The server counts ${formatCount(Math.abs(tokens))} tokens ${tokens > 0 ? 'more' : 'fewer'} than the spans that are here, since it also knows of spans that it no longer holds, or this page is still loading.`,
  elsewhereCost: (usd: number) => `The server counts ${formatCost(Math.abs(usd))} ${usd > 0 ? 'more' : 'less'} than the spans that are here.`,
  notCounted: 'Not counted',
  spansOf: (spans: number, role: ExcludedRole) => `${plural(spans, 'span')}: ${role}`,
} as const;

/** notCountedReasons say why tokens are in no sum. */
export const notCountedReasons: Readonly<Record<ExcludedRole, string>> = {
  aggregate: 'Aggregate: a sum of spans below, which count themselves',
  duplicate: 'Duplicate: another span tells of the same call',
  replay: 'Replay: answered from a cache, so nothing was spent',
};
