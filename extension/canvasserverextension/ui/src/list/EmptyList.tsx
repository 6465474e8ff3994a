import { useState, type ReactNode } from 'react';
import { Copy } from '../parts/Copy';

/** EmptyList says how to get the first trace in. */
export function EmptyList({ filtered }: { readonly filtered: boolean }): ReactNode {
  const [command] = useState(() => firstSpan(location.hostname, Date.now()));
  if (filtered) {
    return <div className="empty"><h2>Nothing fits this filter</h2><p className="muted">It looks at ids, run names, workflows and models, never at what was said.</p></div>;
  }
  return (
    <div className="empty">
      <h2>No execution yet</h2>
      <p>This page shows one as soon as its first span arrives over OTLP. Play the demo workflow, from the project’s folder:</p>
      <Command text="make demo" />
      <p>Or send a single span by hand; the address is the collector’s OTLP/HTTP receiver, port 4318 unless it was moved:</p>
      <Command text={command} />
      <p className="muted">Orcheo’s backend sends its traces with <code>ORCHEO_TRACING_EXPORTER=otlp</code> and <code>ORCHEO_TRACING_ENDPOINT=http://{bracketed(location.hostname)}:4318/v1/traces</code>.</p>
    </div>
  );
}

function Command({ text }: { readonly text: string }): ReactNode {
  return <div className="command"><code>{text}</code><Copy text={text} what="the command" /></div>;
}

/** firstSpan is a shell command that sends a span of one second, ending now. */
function firstSpan(host: string, now: number): string {
  const span = {
    traceId: randomHex(16), spanId: randomHex(8), name: 'hello',
    startTimeUnixNano: `${now - 1000}000000`, endTimeUnixNano: `${now}000000`, kind: 1,
  };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  return `curl -s http://${bracketed(host)}:4318/v1/traces -H 'Content-Type: application/json' -d '${body}'`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, '0')).join('');
}
