import { useEffect, useState } from 'react';
import { nothingYet, type Followed, type TraceState } from '../client/index';
import { traceClient } from './client';

const nothing: Followed<TraceState> = { state: nothingYet, problem: null };

/** useExecution follows one execution, and begins anew with another token. */
export function useExecution(id: string, token: string | null): Followed<TraceState> {
  const [followed, setFollowed] = useState(nothing);
  useEffect(() => {
    setFollowed(nothing);
    const subscription = traceClient.subscribe(id, setFollowed);
    return () => {
      subscription.close();
    };
  }, [id, token]);
  return followed;
}
