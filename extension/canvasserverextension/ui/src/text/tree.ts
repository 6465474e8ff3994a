import { formatDuration } from '../format/duration';
import { formatCount, plural } from '../format/quantity';
import type { MarkKind } from '../model/marks';

/** axisText is what the time axis and the whole run above it say. */
export const axisText = {
  axis: (from: string, to: string) => `Time axis, ${from} to ${to}. Drag to choose a part; plus and minus zoom, arrows move, 0 shows the whole run`,
  title: 'Drag to choose a part, double click for the whole run. Ctrl and wheel zooms, Shift and wheel moves',
  overview: 'The whole run, and the part of it that is shown',
  begin: 'Begin of the part that is shown',
  end: 'End of the part that is shown',
  earlier: (name: string) => `${name} lies before the part that is shown`,
  later: (name: string) => `${name} lies after the part that is shown`,
} as const;

/** toolsText is what the buttons above the span tree say. */
export const toolsText = {
  tools: 'Span tree tools',
  expandAll: 'Expand all',
  collapseAll: 'Collapse all',
  path: 'Critical path',
  pathMeaning: 'Show what the run was waiting for at each moment (c)',
  fold: 'Fold similar',
  foldMeaning: 'One row for similar leaves that ended well (g)',
  zoomSpan: 'Zoom to span',
  zoomSpanMeaning: 'Show the part of the time axis that the selected span takes (z)',
  wholeRun: 'Whole run',
  wholeRunMeaning: 'Show the whole time axis (0)',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
} as const;

/** pathText is what the critical path says of a span. */
export const pathText = {
  share: (share: number) => (share < 0.005 ? '< 1 %' : `${Math.round(share * 100)} %`),
  of: (own: number, share: string) => `On the critical path: the run waited ${formatDuration(own)} for this span itself, ${share} of the path`,
  ofGroup: (own: number, share: string) => `On the critical path: the run waited ${formatDuration(own)} for these spans, ${share} of the path`,
  label: (own: number, share: string) => `on the critical path, ${formatDuration(own)} itself, ${share}`,
} as const;

/** groupText is what the row of similar leaves says. */
export const groupText = {
  times: (n: number) => `× ${formatCount(n)}`,
  sums: (total: number, most: number) => `${formatDuration(total)} total · max ${formatDuration(most)}`,
  label: (name: string, kind: string, n: number, sums: string) => `${name}, ${kind}, ${plural(n, 'similar span')}, ${sums}`,
  open: (n: number) => `Show all ${formatCount(n)}`,
  close: 'Fold them into one row',
} as const;

const markNames: Readonly<Record<MarkKind, readonly [string, string]>> = {
  exception: ['exception', 'exceptions'], message: ['message', 'messages'], chunk: ['piece of the answer', 'pieces of the answer'], event: ['event', 'events'],
};

/** markText is what a mark on a bar says; the offset is from the start of the run. */
export const markText = {
  label: (kind: MarkKind, count: number, name: string, offset: string) => (
    count > 1 ? `${formatCount(count)} ${markNames[kind][1]}, the first, ${name}, at ${offset}` : `${markNames[kind][0]} ${name} at ${offset}`),
  events: (n: number) => plural(n, 'event'),
} as const;

/** followText is what is said of following a run that is under way. */
export const followText = {
  follow: 'Follow live',
  meaning: 'Keep the newest span in sight (f)',
  stopped: 'No longer following, since you moved or selected something.',
  catchUp: (n: number) => (n === 0 ? 'Catch up' : `Catch up: ${plural(n, 'new span')}`),
} as const;
