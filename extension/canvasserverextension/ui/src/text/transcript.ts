import { plural } from '../format/quantity';
import type { TurnRole } from '../model/transcript';

export const turnNames: Readonly<Record<TurnRole, string>> = {
  system: 'System', user: 'User', assistant: 'Assistant', call: 'Tool call', result: 'Tool result', other: 'Message',
};

/** transcriptText is what the view Transcript says beside what was said. */
export const transcriptText = {
  label: 'Transcript',
  empty: {
    title: 'Nothing was said yet',
    body: 'No span of this execution holds a prompt, an answer, or a tool’s arguments and result. Many instrumentations send these only when they are told to record content.',
  },
  loading: 'Loading…',
  count: (turns: number, repeated: number) => `${plural(turns, 'message')} in the order of time${repeated > 0 ? `; ${plural(repeated, 'repetition')} left out, since each call sends the conversation so far along` : ''}.`,
  otherRole: ' · ',
  tokens: (input: string, output: string) => `${input} in, ${output} out`,
  tokensMeaning: 'Tokens of the call that said this',
  follow: 'Follow',
  followMeaning: 'Keep what was said last in sight while the run goes on (f)',
  newer: (n: number) => `${plural(n, 'newer message')} below`,
  article: (role: string, span: string) => `${role}, ${span}`,

  selectSpan: (role: string, span: string) => `${role}: select the span ${span}`,
} as const;
