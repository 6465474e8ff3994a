import { formatDuration } from '../format/duration';
import { formatCost, formatCount, plural } from '../format/quantity';
import { slight, type Difference } from '../model/difference';

/** Quantity is what a difference is of. */
export type Quantity = 'duration' | 'tokens' | 'cost' | 'spans' | 'errors';

/** compareText is what the page of two runs side by side says. */
export const compareText = {
  documentTitle: (a: string, b: string) => `${a} ⇄ ${b} · Canvas traces`,
  title: 'Compare',
  back: 'Executions',
  backMeaning: 'All executions',
  link: 'Compare with…',
  linkMeaning: 'Put another execution beside this one',
  sides: { a: 'A', b: 'B' },
  side: (letter: string) => `Execution ${letter}`,
  stepIn: (letter: string) => `The step in ${letter}`,
  change: 'change',
  changeMeaning: (letter: string) => `change ${letter}: choose another execution`,
  heads: 'Both runs',
  swap: 'Swap A and B',
  live: 'live',
  liveMeaning: 'More spans may arrive',
  loading: 'Loading…',
  overall: 'Both runs as a whole',
  facts: { duration: 'Duration', spans: 'Spans', errors: 'Errors', tokensIn: 'Tokens in', tokensOut: 'Tokens out', cost: 'Cost' },
  unknown: '–',
  same: 'same',
  soFar: ' so far',
  steps: (both: number, a: number, b: number) => `${plural(both, 'step')} in both, ${formatCount(a)} only in A, ${formatCount(b)} only in B`,
  note: 'Differences are B beside A. Steps are matched by node, tool, agent or name, in the order of occurrence; tokens and cost hold everything inside a step.',
  show: 'Which steps are shown',
  shows: { all: 'All steps', differences: 'Only differences' },
  showsMeaning: 'Steps that only one run has, or that ended otherwise, with those above them',
  noDifferences: 'Both runs took the same steps, and all of them ended in the same way.',
  tree: 'Steps of both runs',
  columns: { step: 'Step', state: 'Outcome', duration: 'Duration', tokens: 'Tokens', cost: 'Cost', difference: 'B beside A', delta: 'difference' },
  columnOf: (quantity: string, letter: string) => `${quantity} ${letter}`,
  only: (letter: string) => `only in ${letter}`,
  notYet: (letter: string) => `not yet in ${letter}`,
  otherOutcome: 'another outcome',
  expandAll: 'expand all',
  collapseAll: 'collapse all',
  collapse: 'Collapse',
  expand: (rows: number) => `Expand ${plural(rows, 'step')}`,
  row: (name: string, parts: readonly string[]) => [name, ...parts].join(', '),
  rowSide: (letter: string, look: string, duration: string | null) => `${letter} ${look}${duration === null ? '' : ` ${duration}`}`,
  absent: (letter: string, open: boolean) => (open ? `not yet in ${letter}` : `not in ${letter}`),
  nothing: { title: 'Nothing to compare yet', body: 'Neither execution has a span here. Both sides fill as soon as one arrives.' },
  pane: 'Selected step',
  close: 'Close the step',
  openIn: (letter: string) => `Open in ${letter}`,
  details: { state: 'State', duration: 'Duration', start: 'Start', intoTheRun: (time: string) => `${time} into the run`, model: 'Model', tokens: 'Tokens', cost: 'Cost' },
  nothingSaid: 'Nothing of what was said was recorded.',
  absentHere: (open: boolean) => (open ? 'This step has not happened here yet.' : 'This step is not in this run.'),
  unlike: 'Attributes that differ',
  attribute: 'Attribute',
  missing: 'not there',
} as const;

/** compareNotices tell what makes a comparison less than it seems. */
export const compareNotices = {
  workflows: { title: 'These are runs of different workflows.', body: (a: string, b: string) => `A is of ${a}, B of ${b}. Steps are matched by their names all the same; much may stand on one side only.` },
  noWorkflow: 'a workflow that is not named',
  same: { title: 'Both sides are the same execution.', body: 'Choose another for one of them.' },
  unknown: { title: (letter: string) => `Nothing has arrived for ${letter} yet.`, body: 'Check its id; an older run may no longer be held. The side fills as soon as a span comes.' },
  evicted: { title: (letter: string) => `The spans of ${letter} are gone.`, body: 'The server had to make room: only its totals are left, so its steps cannot be compared.', stillShown: 'What you see is what this page had read; reloading it would lose it.' },
  open: { title: (letters: string) => `${letters} still ${letters.length > 1 ? 'run' : 'runs'}.`, body: 'Its figures are those so far, and grow; what it lacks may still come.' },
  incomplete: { title: (letter: string) => `${letter} is not whole.`, body: (dropped: number) => `${plural(dropped, 'span')} of it ${dropped === 1 ? 'was' : 'were'} beyond the limits of the server, so what it lacks may have happened.` },
  problem: (letter: string) => `${letter} is not up to date.`,
  noStep: { title: 'The step in the address is not here.', body: 'It may not have arrived yet: it is selected as soon as it does.' },
} as const;

/** pickerText is what the choice of the other run says. */
export const pickerText = {
  title: (letter: string) => `Choose the execution for ${letter}`,
  sameWorkflow: (name: string) => `Recent executions of ${name}`,
  any: 'Recent executions',
  all: 'Show those of all workflows',
  search: 'Filter by id, name, workflow or model',
  none: 'There is no other execution that fits.',
  loading: 'Looking for executions…',
  neither: { title: 'Which executions?', body: 'Mark two in the list and choose Compare, or open one and choose Compare with….', list: 'See what there is.' },
} as const;

const words: Readonly<Record<Quantity, { readonly more: string; readonly less: string }>> = {
  duration: { more: 'longer', less: 'shorter' },
  tokens: { more: 'more', less: 'fewer' },
  cost: { more: 'dearer', less: 'cheaper' },
  spans: { more: 'more', less: 'fewer' },
  errors: { more: 'more', less: 'fewer' },
};

/** amountText writes an amount of a quantity. */
export function amountText(n: number, quantity: Quantity): string {
  return quantity === 'duration' ? formatDuration(n) : quantity === 'cost' ? formatCost(n) : formatCount(n);
}

/** deltaText writes a difference with its sign: +2.20 s, −1,200. */
export function deltaText({ delta }: Difference, quantity: Quantity): string {
  return `${delta < 0 ? '−' : '+'}${amountText(Math.abs(delta), quantity)}`;
}

/** ratioText writes how many times as much the second is: 1.5×; empty where that says nothing. */
export function ratioText(d: Difference): string {
  const { ratio } = d;
  return ratio === null || slight(d) ? '' : `${ratio >= 9.95 ? formatCount(ratio) : ratio.toFixed(ratio < 0.995 ? 2 : 1)}×`;
}

/** differenceWords say the same to somebody who does not see it: 2.20 s longer, 1.5 times as much. */
export function differenceWords(d: Difference, quantity: Quantity): string {
  if (d.way === 'same') {
    return compareText.same;
  }
  if (slight(d)) {
    return `${amountText(Math.abs(d.delta), quantity)} ${words[quantity][d.way]}, less than 1 percent`;
  }
  const times = ratioText(d).replace('×', '');
  return `${amountText(Math.abs(d.delta), quantity)} ${words[quantity][d.way]}${times === '' ? '' : `, ${times} times as much`}`;
}
