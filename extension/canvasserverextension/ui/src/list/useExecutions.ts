import { useEffect, useState } from 'react';
import { noRowsYet, type Filter, type Followed, type ListState } from '../client/index';
import { traceClient } from '../live/client';

/** useExecutions follows the list. What was listed stays until the answer to another filter is here. */
export function useExecutions({ q, status, limit }: Required<Pick<Filter, 'q' | 'status' | 'limit'>>, token: string | null): Followed<ListState> {
  const [followed, setFollowed] = useState<Followed<ListState>>({ state: noRowsYet, problem: null });
  useEffect(() => {
    const subscription = traceClient.subscribeExecutions({ q, status, limit }, (next) => {
      setFollowed((now) => (next.state.loaded ? next : { state: now.state, problem: next.problem }));
    });
    return () => {
      subscription.close();
    };
  }, [q, status, limit, token]);
  return followed;
}
