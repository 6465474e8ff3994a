import type { View } from '../route';

/** Command is what a key does anywhere on the page of an execution. */
export type Command =
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'search' | 'next' | 'previous' | 'failure' | 'help' | 'close' };

/** Stroke is a key as the browser tells it, whether somebody is typing a text, and what somebody wants of keys. */
export interface Stroke {
  readonly key: string;
  readonly modified: boolean;
  readonly typing: boolean;
  /** single: keys of a single character do something. */
  readonly single: boolean;
}

/** commandFor leaves keys alone that a text field or the browser needs. */
export function commandFor({ key, modified, typing, single }: Stroke): Command | null {
  if (modified || typing || (key.length === 1 && !single)) {
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
