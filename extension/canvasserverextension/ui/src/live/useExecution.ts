import { useEffect, useReducer, useRef, useState } from 'react';
import { nothingYet, reduceTrace, type TraceState } from '../model/trace';
import type { Frame } from '../wire/frame';
import { LiveSocket, type Connection } from './socket';
import { browserWorld } from './world';

/**
 * gatherMs is how long frames are gathered before they are applied together. Drawing costs more the more spans there are, and
 * a large snapshot is hundreds of frames: 60 ms for a few spans, half a second for 50,000.
 */
function gatherMs(spans: number): number {
  return Math.min(1000, 60 + spans / 110);
}

/** useExecution follows one execution, and begins anew with another token. */
export function useExecution(id: string, token: string | null): { state: TraceState; connection: Connection } {
  const [state, dispatch] = useReducer(reduceTrace, nothingYet);
  const [connection, setConnection] = useState<Connection>({ kind: 'connecting' });
  const [socket, setSocket] = useState<LiveSocket | null>(null);
  const held = useRef(0);

  useEffect(() => {
    let waiting: Frame[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      const frames = waiting;
      waiting = [];
      if (frames.length > 0) {
        dispatch({ type: 'frames', frames });
      }
    };
    const live = new LiveSocket(browserWorld(id), {
      opened: (cursor) => {
        flush();
        dispatch({ type: 'opened', cursor });
      },
      received: (f) => {
        waiting.push(f);
        timer ??= setTimeout(flush, gatherMs(held.current));
      },
      changed: (next) => {
        setConnection((now) => (same(now, next) ? now : next));
      },
    });
    const hurry = () => {
      if (document.visibilityState === 'visible') {
        live.hurry();
      }
    };
    addEventListener('online', hurry);
    document.addEventListener('visibilitychange', hurry);
    setSocket(live);
    live.start();
    return () => {
      removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
      live.close();
      if (timer !== null) {
        clearTimeout(timer);
      }
    };
  }, [id, token]);

  useEffect(() => {
    if (state.gap !== 'none') {
      socket?.resume(state.gap === 'resume' ? state.cursor : null);
    }
  }, [socket, state.gap, state.cursor]);

  useEffect(() => {
    held.current = state.spans.size;
  }, [state.spans]);

  return { state, connection };
}

function same(a: Connection, b: Connection): boolean {
  return a.kind === 'live' && b.kind === 'live';
}
