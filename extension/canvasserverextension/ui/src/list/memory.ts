import type { VirtualItem } from '@tanstack/react-virtual';
import type { Listed } from './useExecutions';
import type { Older } from './useOlder';

/** Place is where somebody was in a list who opened an execution from it. */
export interface Place {
  readonly key: string;
  readonly listed: Listed;
  readonly older: Older;
  readonly order: readonly string[];
  readonly active: string | null;
  readonly marked: readonly string[];
  readonly scrollTop: number;
  readonly measured: readonly VirtualItem[];
}

let left: Place | null = null;

/** leave remembers the place; one is enough. */
export function leave(place: Place): void {
  left = place;
}

/** placeIn is the place where the same list was left, null for another one. */
export function placeIn(key: string): Place | null {
  return left !== null && left.key === key ? left : null;
}
