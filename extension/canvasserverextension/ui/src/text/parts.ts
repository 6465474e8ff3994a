import { formatCount } from '../format/quantity';

/** partsText is what the small pieces say that several views use. */
export const partsText = {
  copy: (what: string) => `Copy ${what}`,
  copied: (what: string) => `${what} copied`,
  notCopied: 'not copied',
  hiddenCharacter: 'A character that cannot be seen',
  showLess: 'Show less',
  showAllCharacters: (n: number) => `Show all ${formatCount(n)} characters`,
  showAll: (n: number) => `Show all ${formatCount(n)}`,
  /** nothing stands where a figure would. */
  nothing: '–',
  more: '…',
  unknown: 'unknown',
} as const;

/** excessText is what is over a threshold of the server's configuration. */
export const excessText = {
  slow: { word: 'slow', meaning: 'It takes longer than the threshold of this server' },
  tokens: { word: 'many tokens', meaning: 'It uses more tokens than the threshold of this server' },
  cost: { word: 'expensive', meaning: 'It costs more than the threshold of this server' },
} as const;

/** copied are the things that a copy button can copy, as its label names them. */
export const copied = {
  executionId: 'the execution id', spanId: 'the span id', traceId: 'the trace id', message: 'the message', value: 'the value', command: 'the command',
  spanJson: 'the span as JSON', markdown: 'a report in Markdown', agent: 'a short text for an agent',
} as const;
