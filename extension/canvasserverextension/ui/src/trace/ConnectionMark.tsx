import type { ReactNode } from 'react';
import type { Connection } from '../live/socket';

/** ConnectionMark says in words how the page is connected. */
export function ConnectionMark({ connection, complete }: { readonly connection: Connection; readonly complete: boolean }): ReactNode {
  const { word, title } = describe(connection, complete);
  return <span className={`connection connection-${connection.kind}`} role="status" title={title}><span className="dot" aria-hidden="true" />{word}</span>;
}

function describe(c: Connection, complete: boolean): { word: string; title: string } {
  switch (c.kind) {
    case 'connecting':
      return { word: 'Connecting', title: 'Opening a live connection to the trace server' };
    case 'live':
      return { word: 'Live', title: complete ? 'The execution is complete; a late span would still appear' : 'Changes appear as they arrive' };
    case 'reconnecting':
      return { word: c.attempt > 1 ? `Reconnecting, try ${c.attempt}` : 'Reconnecting', title: `${c.reason} What is shown may be out of date; nothing is lost.` };
    case 'unauthorized':
      return { word: 'Closed', title: 'The server wants a token' };
    case 'closed':
      return { word: 'Closed', title: c.reason };
  }
}
