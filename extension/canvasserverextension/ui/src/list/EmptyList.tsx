import { useState, type ReactNode } from 'react';
import { Copy } from '../parts/Copy';
import { commands, emptyText } from '../text/list';
import { clearFilter } from './Chips';
import { copied } from '../text/parts';

/** EmptyList says how to get the first trace in. */
export function EmptyList({ filtered }: { readonly filtered: boolean }): ReactNode {
  const [command] = useState(() => firstSpan(location.hostname, Date.now()));
  if (filtered) {
    return <div className="empty"><h2>{emptyText.filtered.title}</h2><p className="muted">{emptyText.filtered.body}</p><button type="button" onClick={clearFilter}>{emptyText.filtered.clear}</button></div>;
  }
  return (
    <div className="empty">
      <h2>{emptyText.title}</h2>
      <p>{emptyText.demo}</p>
      <Command text={commands.demo} />
      <p>{emptyText.byHand}</p>
      <Command text={command} />
      <p className="muted">{emptyText.orcheo.before}<code>{commands.exporter}</code>{emptyText.orcheo.and}<code>{commands.endpoint(bracketed(location.hostname))}</code>{emptyText.orcheo.after}</p>
    </div>
  );
}

function Command({ text }: { readonly text: string }): ReactNode {
  return <div className="command"><code>{text}</code><Copy text={text} what={copied.command} /></div>;
}

/** firstSpan is a shell command that sends a span of one second, ending now. */
function firstSpan(host: string, now: number): string {
  const span = {
    traceId: randomHex(16), spanId: randomHex(8), name: 'hello',
    startTimeUnixNano: `${now - 1000}000000`, endTimeUnixNano: `${now}000000`, kind: 1,
  };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  return commands.send(bracketed(host), body);
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, '0')).join('');
}
