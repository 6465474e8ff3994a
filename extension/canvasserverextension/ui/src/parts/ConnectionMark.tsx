import type { ReactNode } from 'react';
import type { Connection, TransportName } from '../client/index';
import { formatExact } from '../format/moment';

/** ConnectionMark says in words how the page is connected. */
export function ConnectionMark({ connection, complete = false }: { readonly connection: Connection; readonly complete?: boolean }): ReactNode {
  const { word, title } = describe(connection, complete);
  const stale = connection.kind === 'waiting' || connection.kind === 'connecting' ? 'connection-stale' : `connection-${connection.kind}`;
  return (
    <span className={`connection ${stale}`} role="status" title={title} data-transport={connection.transport} data-resumed={connection.resumed}>
      <span className="dot" aria-hidden="true" />{word}
    </span>
  );
}

const ways: Readonly<Record<TransportName, string>> = { websocket: 'Live', events: 'Live · event stream', poll: 'Live · polling' };

function describe(c: Connection, complete: boolean): { word: string; title: string } {
  switch (c.kind) {
    case 'idle':
    case 'connecting':
      return { word: c.attempt > 0 ? again(c.attempt) : 'Connecting', title: sentences(c.reason, 'Opening a live connection to the trace server.') };
    case 'live':
      return { word: ways[c.transport], title: sentences(
        complete ? 'The execution is complete; a late span would still appear.' : 'Changes appear as they arrive.',
        c.resumed ? `Resumed at ${formatExact(c.since)}: nothing was missed.` : null,
        c.reason === null ? null : `${c.reason} So something slower is used, and what is better is tried again now and then.`,
      ) };
    case 'waiting':
      return { word: again(c.attempt), title: sentences(c.reason, 'What is shown may be out of date; nothing is lost.') };
    case 'paused':
      return { word: 'Paused', title: sentences(c.reason, 'It goes on as soon as somebody looks.') };
    case 'unauthorized':
    case 'refused':
    case 'closed':
      return { word: 'Closed', title: c.reason ?? 'Not connected.' };
  }
}

function again(attempt: number): string {
  return attempt > 1 ? `Out of date · reconnecting, try ${attempt}` : 'Reconnecting';
}

function sentences(...all: (string | null)[]): string {
  return all.filter((s) => s !== null).join(' ');
}
