import { useEffect, useRef } from 'react';
import { singleKeys } from '../live/singleKeys';
import { commandFor, type Command } from './shortcuts';

/** useShortcuts runs commands for keys that are pressed anywhere on the page, unless a dialog or a menu is open. */
export function useShortcuts(run: (command: Command) => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKeyDown = (e: KeyboardEvent) => {
      const typing = e.target instanceof Element && e.target.closest('input, textarea, select, [contenteditable]') !== null;
      const command = e.defaultPrevented || document.querySelector('[role=dialog], [role=menu]') !== null ? null
        : commandFor({ key: e.key, modified: e.ctrlKey || e.metaKey || e.altKey, typing, single: singleKeys() });
      if (command !== null) {
        e.preventDefault();
        latest.current(command);
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
