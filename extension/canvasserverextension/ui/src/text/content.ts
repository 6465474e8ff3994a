import { formatCount, plural } from '../format/quantity';
import type { Form } from '../model/form';
import type { JsonKind } from '../model/jsontree';

export const formNames: Readonly<Record<Form, string>> = { text: 'Text', markdown: 'Markdown', json: 'JSON' };

/** contentText is what stands beside and in what was said, called and answered. */
export const contentText = {
  formGroup: 'Show as',
  /** An address stands behind the words of a link that hide it. */
  address: (address: string) => ` (${address})`,
  image: (description: string) => (description === '' ? 'Image' : `Image: ${description}`),
  imageNot: 'Images are never fetched',
  restAsText: 'From here on it is shown as text: Markdown is read up to its first 10,000 characters.',
  callOf: 'Tool call',
  noArguments: 'no arguments',
  noName: '(no name)',
  answer: 'Tool result',
  table: 'Table',
  id: (id: string) => ` · ${id}`,
  reasoning: 'Reasoning',
  reasoningNot: 'Its text was left out before the span was kept',
} as const;

/** jsonText is what a tree of JSON says beside its values. */
export const jsonText = {
  tree: 'JSON',
  search: 'Search in this JSON',
  searchShort: 'Search',
  hits: (n: number, stopped: boolean) => (n === 0 ? 'not found' : `${stopped ? 'at least ' : ''}${formatCount(n)} found`),
  stopped: 'There is more than can be shown at once: search, or look at it as text.',
  more: (n: number) => `Show more of ${formatCount(n)}`,
  size: (kind: JsonKind, n: number) => (kind === 'list' ? plural(n, 'value') : plural(n, 'member')),
  tooDeep: ', nested too deep to be shown here',
} as const;
