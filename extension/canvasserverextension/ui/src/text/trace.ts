import { formatCount, plural } from '../format/quantity';
import type { View } from '../route';

export const viewNames: Readonly<Record<View, string>> = { trace: 'Trace', transcript: 'Transcript', tokens: 'Tokens & cost' };

/** headerText is what the head of an execution's page says. */
export const headerText = {
  documentTitle: (name: string, status: string) => `${name} · ${status} · Canvas traces`,
  loading: 'loading',
  back: 'Executions',
  backMeaning: 'All executions',
  views: 'Views',
  facts: { duration: 'Duration', spans: 'Spans', errors: 'Errors', tokensIn: 'Tokens in', tokensOut: 'Tokens out', cost: 'Cost', completeness: 'Completeness' },
  started: (at: string) => `Started ${at}`,
  errors: (n: number) => plural(n, 'error'),
  nextError: 'Go to the next span with an error (e)',
  high: 'high',
  highMeaning: 'More than the threshold that this server is configured with',
  keys: 'Keys',
  allKeys: 'All keys (?)',
} as const;

/** completenessText is whether more spans may come, and what that rests on. */
export const completenessText = {
  open: 'open',
  mayCome: '· more spans may come',
  rootless: ' · root not received yet',
  heard: (ago: string) => ` · last heard ${ago}`,
  waiting: 'waiting for the first span',
  complete: 'complete',
  closed: 'closed',
  because: (reason: string) => `· ${reason}`,
  sampling: 'What reached this server is shown, unless a notice says otherwise. What never reached it cannot be counted here: what a sampler before it left out, or a sender that ended without sending.',
} as const;

/** completeReasons are by the words of the wire contract; a word of a newer server is shown as it is. */
export const completeReasons: ReadonlyMap<string, string> = new Map([
  ['quiet', 'nothing more came for a while after the end'],
  ['span_count', 'as many spans as the run announced'],
  ['lost', 'spans that were running stopped reporting'],
  ['abandoned', 'silent for long, and the end never came'],
  ['evicted', 'its spans had to make room'],
]);

/** treeText is what the span tree says. */
export const treeText = {
  pane: 'Spans',
  otherPane: 'View',
  tree: 'Span tree',
  columns: { span: 'Span', state: 'State', tokens: 'Tokens', duration: 'Duration' },
  collapse: 'Collapse',
  expand: (spans: number) => `Expand ${plural(spans, 'span')}`,
  errorsInside: (n: number) => `${plural(n, 'error')} inside`,
  match: 'match',
  orphan: 'no parent here',
  orphanMeaning: 'Its parent is not among the spans of this execution',
  circle: 'circle',
  circleMeaning: 'Its parent ids go round in a circle',
  tokens: (input: number, output: number, uncounted: string | null) => `${formatCount(input)} tokens in, ${formatCount(output)} out${uncounted === null ? '' : `; not counted (${uncounted})`}`,
  slow: 'Slower than the threshold that this server is configured with',
} as const;

/** searchText is what the search in an execution says. */
export const searchText = {
  label: 'Search in this execution',
  hint: 'Search spans and messages',
  hintWithKey: 'Search spans and messages  ( / )',
  matches: (n: number) => plural(n, 'match', 'matches'),
  place: (nth: number, n: number) => `${formatCount(nth)} of ${plural(n, 'match', 'matches')}`,
  previous: 'Previous match',
  previousKey: 'Previous match (N)',
  next: 'Next match',
  nextKey: 'Next match (n)',
} as const;
