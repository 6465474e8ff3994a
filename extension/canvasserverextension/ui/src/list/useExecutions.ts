import { useEffect, useState } from 'react';
import { askExecutions, Problem, type ListQuery } from '../api/ask';
import type { RowPage } from '../wire/execution';

const everyMs = 2000;

export interface Listed { readonly page: RowPage | null; readonly problem: Problem | null; readonly at: number }

/** useExecutions asks every two seconds while somebody looks, one question at a time. */
export function useExecutions({ q, status, limit }: ListQuery, token: string | null): Listed {
  const [listed, setListed] = useState<Listed>({ page: null, problem: null, at: Date.now() });
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') {
        try {
          const page = await askExecutions({ q, status, limit }, leaving.signal);
          setListed({ page, problem: null, at: Date.now() });
        } catch (error) {
          if (leaving.signal.aborted) {
            return;
          }
          const problem = error instanceof Problem ? error : new Problem(0, String(error));
          setListed((now) => ({ ...now, problem }));
        }
      }
      if (!leaving.signal.aborted) {
        timer = setTimeout(() => void ask(), everyMs);
      }
    };
    const seen = () => {
      if (document.visibilityState === 'visible') {
        clearTimeout(timer);
        timer = setTimeout(() => void ask(), 0);
      }
    };
    document.addEventListener('visibilitychange', seen);
    void ask();
    return () => {
      document.removeEventListener('visibilitychange', seen);
      clearTimeout(timer);
      leaving.abort();
    };
  }, [q, status, limit, token]);
  return listed;
}
