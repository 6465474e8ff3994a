import { describe, expect, it } from 'vitest';
import { backoff } from '../src/live/backoff';
import { LiveSocket, type Connection, type Verdict, type Wire } from '../src/live/socket';

/** Stage stands in for the browser, the server and the clock. */
class Stage {
  readonly opened: (string | null)[] = [];
  readonly waits: number[] = [];
  readonly seen: Connection[] = [];
  readonly resumedFrom: (string | null)[] = [];
  received = 0;
  verdict: Verdict = { retry: 'for now' };
  wire: Wire | null = null;
  private due: (() => void) | null = null;

  readonly socket = new LiveSocket({
    open: (cursor) => {
      this.opened.push(cursor);
      this.wire = { onopen: null, onmessage: null, onclose: null, close: () => undefined };
      return this.wire;
    },
    ask: () => Promise.resolve(this.verdict),
    after: (ms, run) => {
      this.waits.push(ms);
      this.due = run;
      return () => { this.due = null; };
    },
    random: () => 1,
  }, {
    opened: (cursor) => { this.resumedFrom.push(cursor); },
    received: () => { this.received++; },
    changed: (c) => { this.seen.push(c); },
  });

  call<E extends 'onopen' | 'onmessage' | 'onclose'>(name: E, event: object = {}): void {
    const handler = this.wire?.[name] as ((e: object) => void) | null | undefined;
    handler?.(event);
  }

  send(cursor: string): void {
    this.call('onmessage', { data: JSON.stringify({ type: 'trace:update', execution: {}, spans: [], cursor }) });
  }

  close(code: number): void {
    this.call('onclose', { code });
  }

  passTime(): void {
    const due = this.due;
    this.due = null;
    due?.();
  }

  get last(): Connection | undefined {
    return this.seen.at(-1);
  }
}

function connected(): Stage {
  const stage = new Stage();
  stage.socket.start();
  stage.call('onopen');
  stage.send('c.1');
  return stage;
}

const settled = () => new Promise<void>((done) => { queueMicrotask(() => { queueMicrotask(done); }); });

describe('LiveSocket', () => {
  it('says that it is live with the first frame', () => {
    const stage = connected();
    expect(stage.seen.map((c) => c.kind)).toEqual(['connecting', 'live']);
    expect(stage.received).toBe(1);
  });

  it('resumes with the last cursor after the connection was lost', () => {
    const stage = connected();
    stage.send('c.2');
    stage.close(1006);
    expect(stage.last).toMatchObject({ kind: 'reconnecting', attempt: 1 });
    stage.passTime();
    stage.call('onopen');
    expect(stage.opened).toEqual([null, 'c.2']);
    expect(stage.resumedFrom).toEqual([null, 'c.2']);
  });

  it('waits longer each time, and begins over once a frame came', async () => {
    const stage = new Stage();
    stage.socket.start();
    for (let i = 0; i < 3; i++) {
      stage.close(1006);
      await settled();
      stage.passTime();
    }
    expect(stage.waits).toEqual([500, 1000, 2000]);
    stage.call('onopen');
    stage.send('c.1');
    stage.close(1006);
    expect(stage.waits.at(-1)).toBe(500);
  });

  it.each<[string, number, Connection['kind']]>([['forbidden', 4403, 'closed'], ['a bad request', 4400, 'closed'], ['no token', 4401, 'unauthorized']])(
    'does not try again after a close for %s', (_, code, kind) => {
      const stage = connected();
      stage.close(code);
      expect(stage.last?.kind).toBe(kind);
      expect(stage.waits).toEqual([]);
    });

  it('learns over HTTP why a connection was refused', async () => {
    const stage = new Stage();
    stage.verdict = 'unauthorized';
    stage.socket.start();
    stage.close(1006);
    await settled();
    expect(stage.last).toEqual({ kind: 'unauthorized' });
  });

  it('stops where the server refuses for good', async () => {
    const stage = new Stage();
    stage.verdict = { refused: 'not for this Host' };
    stage.socket.start();
    stage.close(1006);
    await settled();
    expect(stage.last).toEqual({ kind: 'closed', reason: 'not for this Host' });
  });

  it('after a gap opens again at the cursor that it is told', () => {
    const stage = connected();
    stage.send('c.9');
    stage.socket.resume('c.1');
    stage.passTime();
    expect(stage.opened).toEqual([null, 'c.1']);
    stage.call('onopen');
    stage.socket.resume(null);
    stage.passTime();
    expect(stage.opened).toEqual([null, 'c.1', null]);
  });

  it('does not wait any longer when the machine is online again', () => {
    const stage = connected();
    stage.close(1006);
    stage.socket.hurry();
    expect(stage.opened).toHaveLength(2);
    stage.passTime();
    expect(stage.opened).toHaveLength(2);
  });

  it('does nothing more once it is closed', () => {
    const stage = connected();
    stage.socket.close();
    stage.close(1006);
    stage.socket.hurry();
    stage.socket.resume(null);
    expect(stage.opened).toHaveLength(1);
    expect(stage.waits).toEqual([]);
  });

  it('ignores messages that it does not know', () => {
    const stage = connected();
    stage.call('onmessage', { data: '{"type":"news"}' });
    stage.call('onmessage', { data: new ArrayBuffer(2) });
    expect(stage.received).toBe(1);
  });
});

describe('backoff', () => {
  it('is at most 15 s, and at least half of its time', () => {
    expect(backoff(1, 0)).toBe(250);
    expect(backoff(100, 0)).toBe(7500);
    expect(backoff(100, 1)).toBe(15_000);
  });
});
