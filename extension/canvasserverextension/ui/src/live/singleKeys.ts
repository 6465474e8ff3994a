import { useSyncExternalStore } from 'react';

// The one thing that this page stores, and nothing secret: that somebody does not want keys of a single character.
const place = 'canvas.single-keys';
const listeners = new Set<() => void>();
let on = stored();

/** singleKeys tells whether keys of a single character do something. */
export function singleKeys(): boolean {
  return on;
}

/** setSingleKeys is remembered in this browser, where it allows that. */
export function setSingleKeys(next: boolean): void {
  on = next;
  try {
    if (next) {
      localStorage.removeItem(place);
    } else {
      localStorage.setItem(place, 'off');
    }
  } catch {
    // A browser that stores nothing forgets it with the page.
  }
  for (const listener of listeners) {
    listener();
  }
}

/** useSingleKeys follows singleKeys. */
export function useSingleKeys(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, singleKeys);
}

function stored(): boolean {
  try {
    return localStorage.getItem(place) !== 'off';
  } catch {
    return true;
  }
}
