import { useEffect, useState } from 'react';
import { noRowsYet, type Filter, type Followed, type ListState } from '../client/index';
import { traceClient } from '../live/client';

/** Listed is what is known of a list; of tells which question it answers. */
export interface Listed extends Followed<ListState> { readonly of: string }

/** mostRows is how many rows a live list has at most, by the server's limit. */
export const mostRows = 200;

/** useExecutions follows the list of a question. What was listed stays until the answer to another one is here. */
export function useExecutions(question: Filter, key: string, token: string | null, before: Listed | null): Listed {
  const [listed, setListed] = useState<Listed>(before ?? { state: noRowsYet, problem: null, of: key });
  useEffect(() => {
    const subscription = traceClient.subscribeExecutions({ ...question, limit: mostRows }, (next) => {
      setListed((now) => (next.state.loaded ? { ...next, of: key } : { ...now, problem: next.problem }));
    });
    return () => {
      subscription.close();
    };
    // The key is the question.
  }, [key, token]);
  return listed;
}
