import { formatCount, plural } from '../format/quantity';

/** detailText is what the pane of the selected span says. */
export const detailText = {
  pane: 'Selected span',
  close: 'Close the span',
  closeShort: 'Close',
  redactions: (n: number) => plural(n, 'redaction'),
  redactionsMeaning: 'Secrets and personal data that were replaced before the span was kept',
  sentence: (words: string) => `. ${words}`,
  cycle: 'The parent ids of this span and its ancestors go round in a circle; it is shown at the top because it began first.',
  facts: { duration: 'Duration', start: 'Start', model: 'Model', tokens: 'Tokens', cost: 'Cost', service: 'Service', span: 'Span', trace: 'Trace' },
  soFar: ' so far',
  intoTheRun: (offset: string) => ` · ${offset} into the run`,
  tokens: (input: number, output: number) => `${formatCount(input)} in, ${formatCount(output)} out`,
  usage: (meaning: string) => ` · ${meaning}`,
  links: 'Links',
  rawJson: 'Raw JSON',
  artifacts: 'Artifacts',
  noDownload: 'There is no download here: this server has no artifact_url (extensions::canvasserver).',
  conversation: 'Conversation',
  events: 'Events',
  moreEvents: (n: number) => `${formatCount(n)} more are in the raw JSON.`,
  attributes: 'Attributes',
  filterAttributes: 'Filter attributes by name or value',
  filter: 'Filter',
  noAttribute: { before: 'No attribute holds “', after: '”.' },
  failed: 'Ended with an error',
  exception: 'exception',
  cut: 'Long values of this span are cut here.',
  fetchWhole: 'Fetch the whole span',
  fetching: 'Fetching…',
  whole: 'This is all that the server kept of the span.',
} as const;

/** summaryText is what stands there while no span is selected. */
export const summaryText = {
  pane: 'Summary',
  title: 'Summary',
  hint: 'Select a span to see what was said, its events and attributes.',
  facts: { workflow: 'Workflow', started: 'Started', finished: 'Finished', models: 'Models', trace: 'Trace' },
  tokens: 'Tokens',
  input: 'in',
  output: 'out',
  reported: 'Reported by spans',
  excluded: (spans: number, why: string) => `${plural(spans, 'span')}: ${why}`,
  minus: (n: number) => `−${formatCount(n)}`,
  counted: 'Counted',
  ofThese: (cacheRead: number, cacheWrite: number, reasoning: number) => `Of these: ${formatCount(cacheRead)} read from and ${formatCount(cacheWrite)} written to a cache, ${formatCount(reasoning)} for reasoning. `,
  costUnknown: 'The cost is unknown: no counted span has a price.',
  cost: (amount: string) => `Cost: ${amount}.`,
  linkedTraces: 'Linked traces',
} as const;

/** excludedReasons are by the words of the wire contract; a word of a newer server is shown as it is. */
export const excludedReasons: ReadonlyMap<string, string> = new Map([
  ['aggregate', 'sums of spans below them'],
  ['duplicate', 'calls that another span tells of too'],
  ['replay', 'answers from a cache'],
]);
