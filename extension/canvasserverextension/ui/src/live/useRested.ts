import { useEffect, useRef, useState } from 'react';

/** useRested is a value that changes at most once in so many milliseconds: for what costs much to draw, and may be a little behind. */
export function useRested<Value>(value: Value, ms: number): Value {
  const [rested, setRested] = useState(value);
  const last = useRef(-Infinity);
  useEffect(() => {
    if (value === rested) {
      return;
    }
    const timer = setTimeout(() => {
      last.current = performance.now();
      setRested(value);
    }, Math.max(0, last.current + ms - performance.now()));
    return () => {
      clearTimeout(timer);
    };
  }, [value, rested, ms]);
  return rested;
}
