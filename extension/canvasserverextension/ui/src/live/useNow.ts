import { useEffect, useState } from 'react';

const slow = '(prefers-reduced-motion: reduce)';

/** useNow is the server's time in milliseconds, ticking while something runs. */
export function useNow(ticking: boolean, clockAhead: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (!ticking) {
      return;
    }
    const timer = setInterval(() => {
      setNow(Date.now());
    }, matchMedia(slow).matches ? 1000 : 200);
    return () => {
      clearInterval(timer);
    };
  }, [ticking]);
  return now + clockAhead;
}
