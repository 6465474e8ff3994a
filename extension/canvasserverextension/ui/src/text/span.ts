import type { UsageRole } from '../client/wire/span';
import { plural } from '../format/quantity';
import type { Kind } from '../model/kind';
import type { Look } from '../model/look';

export const kindNames: Readonly<Record<Kind, string>> = {
  workflow: 'Workflow', agent: 'Agent', llm: 'Model call', embedding: 'Embedding', retriever: 'Retrieval', tool: 'Tool',
  branch: 'Branch', node: 'Node', server: 'Server', client: 'Client', span: 'Span',
};

export const lookNames: Readonly<Record<Look, string>> = {
  running: 'running', lost: 'lost', stale: 'silent', unfinished: 'unfinished', missing: 'not received', ahead: 'not yet', error: 'error', ok: 'ok',
};

/** lookMeanings say what a word like "lost" means, for tooltips and the detail pane. */
export const lookMeanings: Readonly<Record<Look, string>> = {
  running: 'It has started and not ended yet.',
  lost: 'It reported that it was running, and then stopped reporting.',
  stale: 'Its start was seen, and nothing from its process since.',
  unfinished: 'The execution is over, and nobody ever told that this span ended.',
  missing: 'Other spans name it as their parent. It has not arrived: most spans are sent when they end, so it may still run.',
  ahead: 'At this moment of the replay it had not begun, or not arrived.',
  error: 'It ended with an error.',
  ok: 'It ended without an error.',
};

/** evidenceText is what a span's state rests on. */
export const evidenceText = {
  ago: (time: string) => `${time} ago`,
  seconds: (n: number) => `${n} s`,
  running: (ago: string | null) => `Running; ${ago === null ? 'when it was last heard of is not known' : `last heard ${ago}`}.`,
  lost: (ago: string | null) => `Lost: ${ago === null ? 'its heartbeats stopped' : `heartbeats stopped ${ago}`}.`,
  silent: (since: string | null) => `Silent: ${since === null ? 'its process has been silent for long' : `its process has been silent since ${since} or soon after`}.`,
  unfinished: (ago: string | null) => `Unfinished: the execution ended without its end${ago === null ? '' : `; last heard ${ago}`}.`,
  missing: (children: number) => `Not received: ${children === 0 ? 'another span names' : `${plural(children, 'span')} here ${children === 1 ? 'names' : 'name'}`} it as parent, and nobody has sent it. Most spans are sent when they end, so it may still run.`,
  synthetic: 'Its end was made up on its behalf, and counts until the real one comes.',
  promised: (every: string) => `It promised to report every ${every}.`,
  promisedNothing: 'It promised no heartbeats.',
} as const;

/** skewText is how the times of a span contradict what else is known of it. */
export const skewText = {
  tag: 'clock',
  beforeParent: { word: 'clock: before its parent', meaning: 'It says that it began more than a second before its parent did: their clocks differ. Times are shown as they were sent.' },
  future: { word: 'clock: in the future', meaning: 'It tells of a time more than a minute later than it was received: its clock is ahead. Times are shown as they were sent.' },
  other: (word: string) => ({ word: `clock: ${word}`, meaning: 'Its times contradict what else is known of it. They are shown as they were sent.' }),
} as const;

/** usageMeanings say whether a span's tokens count, and why not. */
export const usageMeanings: Readonly<Record<UsageRole, string>> = {
  counted: 'counted in the totals',
  aggregate: 'not counted: a sum of spans below it, which count themselves',
  duplicate: 'not counted: another span tells of the same call',
  replay: 'not counted: it was answered from a cache',
};
