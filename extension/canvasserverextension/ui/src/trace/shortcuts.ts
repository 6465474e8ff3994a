import type { View } from '../route';
import type { Tool } from './TreeTools';

/** Command is what a key does anywhere on the page of an execution. */
export type Command =
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'tool'; readonly tool: Tool }
  | { readonly type: 'replay'; readonly what: 'begin' | 'play' | 'before' | 'after' }
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
    case 'c':
      return { type: 'tool', tool: 'path' };
    case 'g':
      return { type: 'tool', tool: 'fold' };
    case 'f':
      return { type: 'tool', tool: 'follow' };
    case 'z':
      return { type: 'tool', tool: 'zoom-span' };
    case '0':
      return { type: 'tool', tool: 'whole' };
    case '+':
    case '=':
      return { type: 'tool', tool: 'zoom-in' };
    case '-':
      return { type: 'tool', tool: 'zoom-out' };
    case 'r':
      return { type: 'replay', what: 'begin' };
    case 'p':
      return { type: 'replay', what: 'play' };
    case '[':
      return { type: 'replay', what: 'before' };
    case ']':
      return { type: 'replay', what: 'after' };
    case '?':
      return { type: 'help' };
    case 'Escape':
      return { type: 'close' };
    default:
      return null;
  }
}
