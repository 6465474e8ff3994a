import { formatCount, formatShort, plural } from '../format/quantity';
import type { Period } from '../list/filter';

/** listText is what the list of executions says. */
export const listText = {
  documentTitle: 'Executions · Canvas traces',
  brand: 'Canvas traces',
  title: 'Executions',
  shown: (rows: number, more: boolean) => plural(rows, 'execution') + (more ? ' loaded, there are more' : ''),
  loading: 'loading',
  outOfDate: 'The list is not up to date.',
  news: (n: number) => `${plural(n, 'newer execution')}: show`,
  table: 'Executions, newest activity first',
  columns: {
    compare: 'Compare', status: 'Status', run: 'Run', workflow: 'Workflow', started: 'Started', duration: 'Duration', spans: 'Spans', errors: 'Errors',
    tokens: 'Tokens in / out', cost: 'Cost',
  },
  /** narrow are the labels of figures where there is no room for columns. */
  narrow: { workflow: 'Workflow', duration: 'Duration', spans: 'Spans', errors: 'Errors', tokens: 'Tokens', cost: 'Cost' },
  live: 'live',
  liveMeaning: 'More spans may arrive',
  row: (name: string, status: string) => `${name}, ${status}`,
  dropped: (n: number) => ` +${formatShort(n)}`,
  droppedMeaning: (n: number) => `${formatCount(n)} more were dropped`,
  /** unnamed is an execution that names neither its run nor its workflow. */
  unnamed: (id: string) => `trace ${id}`,
} as const;

/** filterText is what the filter of the list says. */
export const filterText = {
  search: 'Search by id, name, workflow or model',
  searchHint: 'Search id, name, model',
  status: 'Status',
  workflow: 'Workflow',
  model: 'Model',
  any: 'any',
  started: 'Started',
  anyTime: 'any time',
  periods: { '15m': 'last 15 minutes', '1h': 'last hour', '24h': 'last 24 hours' } satisfies Record<Period, string>,
  range: 'from … to …',
  from: 'From',
  to: 'To',
  active: 'Active filters',
  remove: (wish: string) => `Remove the filter ${wish}`,
  clear: 'Clear all',
  wish: {
    q: (text: string) => `“${text}”`,
    status: (words: string) => `status: ${words}`,
    workflow: (id: string) => `workflow: ${id}`,
    model: (name: string) => `model: ${name}`,
    period: (words: string) => `started: ${words}`,
    range: (from: string | null, to: string | null) => `started: ${from === null ? '' : `from ${from}`}${from !== null && to !== null ? ' ' : ''}${to === null ? '' : `to ${to}`}`,
  },
} as const;

/** olderText is what the end of the list says. */
export const olderText = {
  load: 'Load older executions',
  loading: 'Loading older executions…',
  failed: (why: string) => `Older executions could not be read: ${why}`,
  asOf: (live: number, at: string) => `The first ${formatCount(live)} are live. Older ones are as of ${at}; they are read again every 30 seconds.`,
  beyond: 'There are older executions, of which this server does not tell: narrow the filter to see them.',
  most: (n: number) => `No more than ${formatCount(n)} are listed at once: narrow the filter to see older ones.`,
} as const;

/** pairText is how two executions are chosen to be compared. */
export const pairText = {
  mark: (name: string) => `Compare ${name}`,
  bar: 'Comparison',
  one: 'One execution is marked. Mark another one to compare the two.',
  two: 'Two executions are marked.',
  differ: 'They are of different workflows, so few of their steps will match.',
  compare: 'Compare',
  clear: 'Clear the marks',
} as const;

/** emptyText is what an empty list says. */
export const emptyText = {
  filtered: {
    title: 'Nothing fits this filter', body: 'Text is looked for in ids, names, workflows and models, never in what was said. What comes to fit appears here by itself.',
    clear: 'Clear the filter',
  },
  title: 'No execution yet',
  demo: 'This page shows one as soon as its first span arrives over OTLP. Play the demo workflow, from the project’s folder:',
  byHand: 'Or send a single span by hand; the address is the collector’s OTLP/HTTP receiver, port 4318 unless it was moved:',
  orcheo: { before: 'Orcheo’s backend sends its traces with ', and: ' and ', after: '.' },
} as const;

/** commands are what somebody can type or set to get the first trace in. */
export const commands = {
  demo: 'make demo',
  send: (host: string, body: string) => `curl -s http://${host}:4318/v1/traces -H 'Content-Type: application/json' -d '${body}'`,
  exporter: 'ORCHEO_TRACING_EXPORTER=otlp',
  endpoint: (host: string) => `ORCHEO_TRACING_ENDPOINT=http://${host}:4318/v1/traces`,
} as const;
