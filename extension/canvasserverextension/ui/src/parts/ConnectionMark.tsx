import type { ReactNode } from 'react';
import type { Connection } from '../client/index';
import { formatExact } from '../format/moment';
import { connectionText } from '../text/connection';
import { Hint } from './Hint';

/** ConnectionMark says in words how the page is connected; more, to whoever asks. */
export function ConnectionMark({ connection, complete = false }: { readonly connection: Connection; readonly complete?: boolean }): ReactNode {
  const { word, title } = describe(connection, complete);
  const stale = connection.kind === 'waiting' || connection.kind === 'connecting' ? 'connection-stale' : `connection-${connection.kind}`;
  return (
    <span role="status">
      <Hint text={title} explains>
        <button type="button" className={`connection ${stale}`} data-transport={connection.transport} data-resumed={connection.resumed}>
          <span className="dot" aria-hidden="true" />{word}
        </button>
      </Hint>
    </span>
  );
}

function describe(c: Connection, complete: boolean): { word: string; title: string } {
  switch (c.kind) {
    case 'idle':
    case 'connecting':
      return { word: c.attempt > 0 ? again(c.attempt) : connectionText.connecting, title: sentences(c.reason, connectionText.opening) };
    case 'live':
      return { word: connectionText.live[c.transport], title: sentences(
        complete ? connectionText.complete : connectionText.asTheyArrive,
        c.resumed ? connectionText.resumed(formatExact(c.since)) : null,
        c.reason === null ? null : connectionText.fellBack(c.reason),
      ) };
    case 'waiting':
      return { word: again(c.attempt), title: sentences(c.reason, connectionText.mayBeOld) };
    case 'paused':
      return { word: connectionText.paused, title: sentences(c.reason, connectionText.goesOn) };
    case 'unauthorized':
    case 'refused':
    case 'closed':
      return { word: connectionText.closed, title: c.reason ?? connectionText.notConnected };
  }
}

function again(attempt: number): string {
  return attempt > 1 ? connectionText.outOfDate(attempt) : connectionText.reconnecting;
}

function sentences(...all: (string | null)[]): string {
  return all.filter((s) => s !== null).join(' ');
}
