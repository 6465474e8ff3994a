import { frame, type Frame } from '../wire/frame';
import { backoff } from './backoff';

/** Connection is what the page says of its line to the server. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly reason: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'closed'; readonly reason: string };

/** Verdict is why a connection could not be opened. A browser tells nothing, so somebody has to ask the server over HTTP. */
export type Verdict = 'unauthorized' | { readonly refused: string } | { readonly retry: string };

/** Wire is the part of a WebSocket that is used here. */
export type Wire = Pick<WebSocket, 'onopen' | 'onmessage' | 'onclose' | 'close'>;

/** World is everything outside, so that tests can stand in for it. */
export interface World {
  open(cursor: string | null): Wire;
  ask(): Promise<Verdict>;
  after(ms: number, run: () => void): () => void;
  random(): number;
}

export interface Listener {
  /** opened is called before the first frame of each connection, with the cursor that it resumes from. */
  opened(cursor: string | null): void;
  received(f: Frame): void;
  changed(c: Connection): void;
}

// Closed by the server for good: asking again the same way cannot help.
const final: ReadonlyMap<number, string> = new Map([
  [4400, 'The server does not understand the request of this page. Reload it.'],
  [4403, 'You may not see this execution.'],
]);

/** LiveSocket keeps a plain socket open, for as long as it is not closed, and says what it is doing. */
export class LiveSocket {
  private wire: Wire | null = null;
  private cancel: (() => void) | null = null;
  private attempt = 0;
  private ended = false;
  /** Where to go on; null begins anew. */
  private cursor: string | null = null;
  private readonly world: World;
  private readonly listener: Listener;

  constructor(world: World, listener: Listener) {
    this.world = world;
    this.listener = listener;
  }

  start(): void {
    this.listener.changed({ kind: 'connecting' });
    this.connect();
  }

  close(): void {
    this.ended = true;
    this.cancel?.();
    this.drop();
  }

  /** resume drops the connection and opens another at a cursor: after a gap, or null for everything. */
  resume(cursor: string | null): void {
    if (this.ended) {
      return;
    }
    this.cursor = cursor;
    this.drop();
    this.retry('Some updates were lost on the way; asking for them again.');
  }

  /** hurry ends a wait: the machine is online again, or somebody looks at the page again. */
  hurry(): void {
    if (this.cancel !== null && !this.ended) {
      this.cancel();
      this.cancel = null;
      this.connect();
    }
  }

  private connect(): void {
    this.cancel = null;
    let wire: Wire;
    try {
      wire = this.world.open(this.cursor);
    } catch {
      this.end({ kind: 'closed', reason: 'This browser cannot send that token with a WebSocket: it holds characters that are not allowed there.' });
      return;
    }
    this.wire = wire;
    let opened = false;
    wire.onopen = () => {
      opened = true;
      this.listener.opened(this.cursor);
    };
    wire.onmessage = (event: MessageEvent<unknown>) => {
      this.receive(event.data);
    };
    wire.onclose = (event: CloseEvent) => {
      this.wire = null;
      void this.lost(event, opened);
    };
  }

  private receive(data: unknown): void {
    const f = typeof data === 'string' ? frame(data) : null;
    if (f === null) {
      return;
    }
    this.attempt = 0;
    this.cursor = f.cursor ?? this.cursor;
    this.listener.changed({ kind: 'live' });
    this.listener.received(f);
  }

  private async lost(event: CloseEvent, opened: boolean): Promise<void> {
    const forGood = final.get(event.code);
    if (forGood !== undefined) {
      this.end({ kind: 'closed', reason: forGood });
    } else if (event.code === 4401) {
      this.end({ kind: 'unauthorized' });
    } else if (opened) {
      this.retry(event.code === 1001 || event.code === 1012 ? 'The server is restarting.' : 'The connection was lost.');
    } else {
      await this.refused();
    }
  }

  private async refused(): Promise<void> {
    this.listener.changed({ kind: 'reconnecting', attempt: this.attempt + 1, reason: 'The server could not be reached.' });
    const verdict = await this.world.ask();
    if (this.ended || this.wire !== null) {
      return;
    }
    if (verdict === 'unauthorized') {
      this.end({ kind: 'unauthorized' });
    } else if ('refused' in verdict) {
      this.end({ kind: 'closed', reason: verdict.refused });
    } else {
      this.retry(verdict.retry);
    }
  }

  private retry(reason: string): void {
    if (this.ended || this.cancel !== null) {
      return;
    }
    this.attempt++;
    this.listener.changed({ kind: 'reconnecting', attempt: this.attempt, reason });
    this.cancel = this.world.after(backoff(this.attempt, this.world.random()), () => {
      this.connect();
    });
  }

  private end(c: Connection): void {
    if (!this.ended) {
      this.ended = true;
      this.listener.changed(c);
    }
  }

  private drop(): void {
    const wire = this.wire;
    this.wire = null;
    if (wire !== null) {
      wire.onopen = wire.onmessage = wire.onclose = null;
      wire.close();
    }
  }
}
