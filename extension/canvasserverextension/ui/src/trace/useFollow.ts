import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

interface Followed { readonly scroller: RefObject<HTMLElement | null>; readonly count: number; readonly live: boolean; readonly toEnd: () => void }

/** Following says whether the end stays in sight, and how much is newer than what somebody saw of it. */
export interface Following { readonly following: boolean; readonly newer: number; readonly setFollowing: (on: boolean) => void; readonly onScroll: () => void }

/** atEnd is how close to its end a list is that shows it, in pixels. */
const atEnd = 24;

/**
 * useFollow keeps the end of a growing list in sight for as long as somebody wants it: from the beginning where the list is live,
 * until they scroll back, and again once they are at the end.
 */
export function useFollow({ scroller, count, live, toEnd }: Followed): Following {
  const [wish, set] = useState<boolean | null>(null);
  const following = wish ?? live;
  const [seen, setSeen] = useState(count);
  const last = useRef({ top: 0, height: 0 });
  const setFollowing = useCallback((on: boolean) => {
    set(on);
    if (on) {
      toEnd();
    }
  }, [toEnd]);
  useEffect(() => {
    if (following && live) {
      toEnd();
    }
  }, [following, live, count, toEnd]);
  const onScroll = useCallback(() => {
    const list = scroller.current;
    if (list === null) {
      return;
    }
    const end = list.scrollHeight - list.clientHeight - list.scrollTop <= atEnd;
    // Only somebody who scrolls back leaves: what grows above or below moves the place, too, but changes the height.
    const back = list.scrollTop < last.current.top - 1 && list.scrollHeight === last.current.height;
    last.current = { top: list.scrollTop, height: list.scrollHeight };
    if (end) {
      setSeen(count);
    }
    if (back && !end) {
      set(false);
    } else if (end && live) {
      set(true);
    }
  }, [scroller, count, live]);
  return { following, newer: live && !following ? Math.max(0, count - seen) : 0, setFollowing, onScroll };
}
