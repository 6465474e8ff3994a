import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** Manners are what a proxy does to live connections. They may change while it runs. */
export interface Manners { upgrades: 'pass' | 'refuse' | 'swallow'; events: 'pass' | 'hold' }

/** Proxy stands in front of a collector, on a port of its own. */
export interface Proxy {
  readonly page: string;
  readonly manners: Manners;
  /** cut breaks every WebSocket and every answer that is under way. */
  cut(): void;
  stop(): Promise<void>;
}

/** startProxy passes everything on as it is, but for its manners. */
export async function startProxy(collector: string, manners: Manners): Promise<Proxy> {
  const target = new URL(collector);
  const under = new Set<Socket | ServerResponse>();
  const server = createServer((asked, answer) => {
    under.add(answer);
    answer.once('close', () => under.delete(answer));
    pass(target, asked, answer, manners);
  });
  server.on('upgrade', (asked: IncomingMessage, socket: Socket, head: Buffer) => {
    if (manners.upgrades === 'refuse') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (manners.upgrades === 'swallow') {
      under.add(socket); // and never a word
      socket.once('close', () => under.delete(socket));
      return;
    }
    const upstream = connect(Number(target.port), target.hostname, () => {
      const headers = asked.rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${asked.rawHeaders[i + 1] ?? ''}`] : []));
      upstream.write(`GET ${asked.url ?? '/'} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    under.add(socket);
    for (const [one, other] of [[socket, upstream], [upstream, socket]] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => { under.delete(socket); other.destroy(); });
    }
  });
  await new Promise<void>((done) => { server.listen(0, 'localhost', done); });
  const cut = () => { for (const one of under) { one.destroy(); } };
  return {
    page: `http://localhost:${(server.address() as AddressInfo).port}`, manners, cut,
    stop: async () => {
      cut();
      server.closeAllConnections();
      await new Promise((done) => { server.close(done); });
    },
  };
}

function pass(target: URL, asked: IncomingMessage, answer: ServerResponse, manners: Manners): void {
  const upstream = request({ host: target.hostname, port: target.port, path: asked.url, method: asked.method, headers: asked.headers }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.rawHeaders);
    if (manners.events === 'hold' && got.headers['content-type'] === 'text/event-stream') {
      answer.flushHeaders();
      got.resume(); // it gathers until the answer ends, which it never does
      return;
    }
    answer.flushHeaders();
    got.pipe(answer);
    got.once('error', () => answer.destroy());
  });
  upstream.once('error', () => { if (answer.headersSent) { answer.destroy(); } else { answer.writeHead(502).end(); } });
  answer.once('close', () => upstream.destroy());
  asked.pipe(upstream);
}
