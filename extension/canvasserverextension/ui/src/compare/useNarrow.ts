import { useEffect, useState, type RefObject } from 'react';

/** useNarrow tells whether an element has less room than so many pixels. */
export function useNarrow(element: RefObject<HTMLElement | null>, pixels: number): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    const watched = element.current;
    if (watched === null) {
      return;
    }
    const observer = new ResizeObserver(() => {
      setNarrow(watched.clientWidth < pixels);
    });
    observer.observe(watched);
    return () => {
      observer.disconnect();
    };
  }, [element, pixels]);
  return narrow;
}
