import { formatCount, formatShort, plural } from '../format/quantity';

/** listText is what the list of executions says. */
export const listText = {
  documentTitle: 'Executions · Canvas traces',
  brand: 'Canvas traces',
  title: 'Executions',
  shown: (rows: number, more: boolean) => plural(rows, 'execution') + (more ? ' shown' : ''),
  loading: 'loading',
  filter: 'Filter by id, name, workflow or model',
  filterHint: 'Filter by id, name, workflow, model',
  status: 'Status',
  anyStatus: 'any status',
  outOfDate: 'The list is not up to date.',
  showUpTo: (most: number) => `Show up to ${most}`,
  columns: {
    status: 'Status', run: 'Run', workflow: 'Workflow', started: 'Started', duration: 'Duration', spans: 'Spans', errors: 'Errors',
    tokens: 'Tokens in / out', cost: 'Cost',
  },
  /** narrow are the labels of figures where there is no room for columns. */
  narrow: { duration: 'Duration', spans: 'Spans', errors: 'Errors', tokens: 'Tokens', cost: 'Cost' },
  live: 'live',
  liveMeaning: 'More spans may arrive',
  row: (name: string, status: string) => `${name}, ${status}`,
  dropped: (n: number) => ` +${formatShort(n)}`,
  droppedMeaning: (n: number) => `${formatCount(n)} more were dropped`,
  /** unnamed is an execution that names neither its run nor its workflow. */
  unnamed: (id: string) => `trace ${id}`,
} as const;

/** emptyText is what an empty list says. */
export const emptyText = {
  filtered: { title: 'Nothing fits this filter', body: 'It looks at ids, run names, workflows and models, never at what was said.' },
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
