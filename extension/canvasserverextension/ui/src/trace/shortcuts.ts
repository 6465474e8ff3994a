import type { View } from '../route';

/** Command is what a key does anywhere on the page of an execution. */
export type Command =
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'search' | 'next' | 'previous' | 'failure' | 'help' | 'close' };

/** Stroke is a key as the browser tells it, and whether somebody is typing a text. */
export interface Stroke { readonly key: string; readonly modified: boolean; readonly typing: boolean }

/** commandFor leaves keys alone that a text field or the browser needs. */
export function commandFor({ key, modified, typing }: Stroke): Command | null {
  if (modified || typing) {
    return null;
  }
  switch (key) {
    case '1':
      return { type: 'view', view: 'trace' };
    case '2':
      return { type: 'view', view: 'transcript' };
    case '3':
      return { type: 'view', view: 'tokens' };
    case '/':
      return { type: 'search' };
    case 'n':
      return { type: 'next' };
    case 'N':
      return { type: 'previous' };
    case 'e':
      return { type: 'failure' };
    case '?':
      return { type: 'help' };
    case 'Escape':
      return { type: 'close' };
    default:
      return null;
  }
}

/** keyHelp lists every key of the page. */
export const keyHelp: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  { title: 'Anywhere', keys: [
    ['1 2 3', 'Trace, Transcript, Tokens & cost'], ['/', 'search in this execution'], ['n', 'next match'], ['N', 'previous match'],
    ['e', 'next error'], ['Esc', 'close the selected span'], ['?', 'this help'],
  ] },
  { title: 'In the search box', keys: [['Enter', 'next match'], ['Shift Enter', 'previous match'], ['Esc', 'back to the view']] },
  { title: 'In the span tree', keys: [
    ['↑ ↓', 'previous, next row'], ['→', 'open, then to the first child'], ['←', 'close, then to the parent'],
    ['Enter, Space', 'select the span'], ['Page Up, Page Down', 'a page up, down'], ['Home, End', 'first, last row'],
  ] },
];
