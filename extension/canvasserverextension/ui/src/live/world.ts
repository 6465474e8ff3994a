import { askInfo, Problem } from '../api/ask';
import { currentAccess } from '../api/token';
import type { Verdict, Wire, World } from './socket';

/** browserWorld opens the plain socket of one execution on the server that this page comes from. */
export function browserWorld(execution: string): World {
  return {
    open: (cursor) => open(execution, cursor),
    ask,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    random: Math.random,
  };
}

function open(execution: string, cursor: string | null): Wire {
  const url = new URL(`/ws/executions/${encodeURIComponent(execution)}`, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (cursor !== null) {
    url.searchParams.set('cursor', cursor);
  }
  const { token } = currentAccess();
  // A browser cannot send headers with a WebSocket; the server lifts the token out of the offered protocols.
  return token === null ? new WebSocket(url) : new WebSocket(url, ['orcheo-auth', `bearer.${token}`]);
}

async function ask(): Promise<Verdict> {
  try {
    await askInfo(AbortSignal.timeout(5000));
    return { retry: 'The server is there and refuses a live connection for now.' };
  } catch (error) {
    if (!(error instanceof Problem)) {
      return { retry: 'The server does not answer.' };
    }
    switch (error.status) {
      case 401:
        return 'unauthorized';
      case 403:
        return { refused: error.message };
      default:
        return { retry: error.message };
    }
  }
}
