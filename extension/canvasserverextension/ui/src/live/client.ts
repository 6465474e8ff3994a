import { useSyncExternalStore } from 'react';
import { currentAccess, onAccess } from '../api/token';
import { TraceClient, type Connection } from '../client/index';

/** traceClient is the one line of this page to the server that it comes from. */
export const traceClient = new TraceClient({ url: document.baseURI, token: () => currentAccess().token });

// Whoever types a token in wants it to be tried, even if it is the same.
onAccess(() => {
  if (!currentAccess().needed) {
    traceClient.renew();
  }
});

const follow = (changed: () => void) => traceClient.onConnection(changed);
const current = () => traceClient.connection;

/** useConnection follows how the page is connected. */
export function useConnection(): Connection {
  return useSyncExternalStore(follow, current);
}
