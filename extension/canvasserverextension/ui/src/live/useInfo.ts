import { useEffect, useState } from 'react';
import { askInfo } from '../api/ask';
import type { Info } from '../api/info';

export interface Server { readonly info: Info | null; readonly clockAhead: number }

const unknown: Server = { info: null, clockAhead: 0 };

/** useInfo asks once what the server can do. Without an answer the page does without. */
export function useInfo(token: string | null): Server {
  const [server, setServer] = useState(unknown);
  useEffect(() => {
    const leaving = new AbortController();
    askInfo(leaving.signal).then(setServer, () => undefined);
    return () => {
      leaving.abort();
    };
  }, [token]);
  return server;
}
