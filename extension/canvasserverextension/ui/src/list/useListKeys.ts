import { useEffect, useRef } from 'react';
import { singleKeys } from '../live/singleKeys';
import { listCommand, type ListCommand, type ListStroke } from './keys';

/** useListKeys runs commands for keys that are pressed anywhere on the page, unless a dialog or a menu is open. */
export function useListKeys(where: () => Pick<ListStroke, 'row' | 'rows' | 'page'>, run: (command: ListCommand) => void): void {
  const latest = useRef({ where, run });
  useEffect(() => {
    latest.current = { where, run };
  });
  useEffect(() => {
    const onKeyDown = (e: KeyboardEvent) => {
      const typing = e.target instanceof Element && e.target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null;
      const command = e.defaultPrevented || document.querySelector('[role=dialog], [role=menu]') !== null ? null
        : listCommand({ key: e.key, modified: e.ctrlKey || e.metaKey || e.altKey, typing, single: singleKeys(), ...latest.current.where() });
      if (command !== null) {
        e.preventDefault();
        latest.current.run(command);
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
