import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceClient, type ClientOptions, type Connection, type Followed, type TraceState } from '../../src/client/index';
import { FakeWorld, settled, type FakeSocket } from './world';

const heartbeat_ms = 20_000;

function sentTo(socket: FakeSocket): { type: string; id?: string; since?: string; token?: string }[] {
  return socket.sent.map((text) => JSON.parse(text) as { type: string });
}

/** update is a frame of one trace for the subscription that the socket was asked for last. */
function update(socket: FakeSocket, fields: object = {}): object {
  return {
    type: 'trace:update', sub: sentTo(socket).filter((m) => m.type === 'subscribe').at(-1)?.id, execution_id: 'run', trace_id: 'a',
    spans: [{ trace_id: 'a', span_id: '1' }], epoch: 'e', seq: 1, prev_seq: 0, cursor: 'c.1', phase: 'snapshot', last: true,
    execution: { id: 'run', status: 'running', traces: ['a'] }, ...fields,
  };
}

function answer(status: number, body: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
}

describe('a client', () => {
  let world: FakeWorld;
  let client: TraceClient;
  let seen: Connection[];
  let now: Followed<TraceState> | null;

  function start(options: ClientOptions = {}): void {
    client = new TraceClient({ url: 'http://traces.test/sub', world, ...options });
    client.onConnection((c) => { seen.push(c); });
  }

  function follow(): { close(): void } {
    return client.subscribe('run', (next) => { now = next; });
  }

  async function welcome(mode = 'snapshot'): Promise<FakeSocket> {
    await settled();
    const { socket } = world;
    socket.open();
    socket.say({ type: 'welcome', v: 1, heartbeat_ms, limits: { message_rate: 20 } });
    const id = sentTo(socket).at(-1)?.id;
    socket.say({ type: 'subscribed', id, mode });
    return socket;
  }

  async function live(options: ClientOptions = {}): Promise<FakeSocket> {
    start(options);
    follow();
    const socket = await welcome();
    socket.say(update(socket));
    return socket;
  }

  beforeEach(() => {
    world = new FakeWorld();
    seen = [];
    now = null;
  });

  afterEach(() => {
    client.close();
    expect(world.pendingTimers).toBe(0);
    expect(world.watching).toBe(0);
  });

  it('does nothing until something is subscribed', async () => {
    start();
    await world.pass(60_000);
    expect(client.connection.kind).toBe('idle');
    expect(world.sockets).toHaveLength(0);
  });

  it('opens one WebSocket below the path of its server and is live with the welcome', async () => {
    const socket = await live();
    expect(socket.url).toBe('ws://traces.test/sub/ws');
    expect(socket.protocols).toEqual(['orcheo-trace.v1']);
    expect(sentTo(socket)).toEqual([{ type: 'init' }, { type: 'subscribe', id: 's1', execution_id: 'run' }]);
    expect(seen.map((c) => c.kind)).toEqual(['connecting', 'live']);
    expect(now?.state.spans.size).toBe(1);
  });

  it('carries all subscriptions over the one socket, and ends them one by one', async () => {
    const socket = await live();
    const second = client.subscribe({ trace: 'ab' }, () => undefined);
    expect(sentTo(socket).at(-1)).toEqual({ type: 'subscribe', id: 's2', trace_id: 'ab' });
    second.close();
    expect(sentTo(socket).at(-1)).toEqual({ type: 'unsubscribe', id: 's2' });
    expect(world.sockets).toHaveLength(1);
  });

  it('asks no faster than the server allows', async () => {
    const socket = await live();
    for (let i = 0; i < 40; i++) {
      client.subscribe(`run-${i}`, () => undefined);
    }
    expect(socket.sent.length).toBeLessThanOrEqual(20);
    await world.pass(1000);
    expect(socket.sent.length).toBeLessThanOrEqual(32);
    await world.pass(5000);
    expect(socket.sent).toHaveLength(42);
  });

  it('resumes with the last cursor after the connection was lost', async () => {
    const socket = await live();
    socket.say(update(socket, { seq: 2, prev_seq: 1, cursor: 'c.2', spans: [{ trace_id: 'a', span_id: '2' }] }));
    socket.end(1006);
    expect(client.connection).toMatchObject({ kind: 'waiting', attempt: 1, transport: 'websocket', retryAt: world.time + 250 });
    await world.pass(250);
    const again = await welcome('resume');
    expect(sentTo(again).at(-1)).toMatchObject({ since: 'c.2' });
    expect(client.connection).toMatchObject({ kind: 'live', resumed: true, attempt: 0 });
    expect(now?.state.spans.size).toBe(2);
  });

  it('waits longer each time while nothing answers, up to 15 s, and begins over after a good connection', async () => {
    start();
    follow();
    const waits: number[] = [];
    world.dice = 0.999;
    for (let i = 0; i < 8; i++) {
      await settled();
      world.socket.end(1006);
      await settled();
      const wait = (client.connection.retryAt ?? 0) - world.time;
      waits.push(wait);
      await world.pass(wait);
    }
    expect(waits.map((w) => Math.round(w / 10) * 10)).toEqual([500, 1000, 2000, 4000, 7990, 14_990, 14_990, 14_990]);
    const socket = await welcome();
    await world.pass(6000);
    socket.end(1006);
    expect((client.connection.retryAt ?? 0) - world.time).toBeLessThanOrEqual(500);
  });

  it('comes after a goaway when it was asked to', async () => {
    const socket = await live();
    socket.say({ type: 'goaway', retry_after_ms: 1700 });
    expect(client.connection).toMatchObject({ kind: 'waiting', reason: 'The server is restarting.', retryAt: world.time + 1950 });
    expect(socket.closed).toBe(true);
  });

  it('takes a silence of two and a half heartbeats for a loss, and a heartbeat for a sign of life', async () => {
    const socket = await live();
    await world.pass(49_000);
    socket.say({ type: 'heartbeat', t: 1 });
    await world.pass(49_000);
    expect(client.connection.kind).toBe('live');
    await world.pass(1001);
    expect(client.connection).toMatchObject({ kind: 'waiting', reason: 'The server was silent for too long.' });
  });

  it('notices after the machine slept that the connection is dead', async () => {
    await live();
    world.sleepThrough(3_600_000);
    world.hide(false);
    expect(client.connection.kind).toBe('waiting');
  });

  it('does not wait any longer when the machine is online again', async () => {
    const socket = await live();
    socket.end(1006);
    world.online();
    expect(client.connection.kind).toBe('connecting');
    await settled();
    expect(world.sockets).toHaveLength(2);
  });

  it('pauses while nobody looks for long, and goes on at once where it was', async () => {
    const socket = await live({ pauseHiddenMs: 60_000 });
    world.hide(true);
    await world.pass(45_000);
    world.hide(false);
    world.hide(true);
    socket.say({ type: 'heartbeat', t: 1 });
    await world.pass(45_000);
    expect(client.connection.kind).toBe('live');
    await world.pass(15_000);
    expect(client.connection.kind).toBe('paused');
    expect(socket.closed).toBe(true);
    expect(world.pendingTimers).toBe(0);
    world.hide(false);
    const again = await welcome('resume');
    expect(sentTo(again).at(-1)).toMatchObject({ since: 'c.1' });
  });

  it('keeps an unused connection for a moment only', async () => {
    start();
    const subscription = follow();
    const socket = await welcome();
    subscription.close();
    await world.pass(4000);
    expect(socket.closed).toBe(false);
    await world.pass(1001);
    expect(client.connection.kind).toBe('idle');
    expect(world.pendingTimers).toBe(0);
    follow();
    await settled();
    expect(world.sockets).toHaveLength(2);
  });

  it('tells a subscription nothing more once it is closed', async () => {
    start();
    const subscription = follow();
    const socket = await welcome();
    socket.say(update(socket));
    socket.say(update(socket, { seq: 2, prev_seq: 1 }));
    subscription.close();
    now = null;
    await world.pass(1000);
    expect(now).toBeNull();
  });

  describe('with a token', () => {
    it('offers it as a subprotocol, or in init where a browser would not allow that', async () => {
      start({ token: () => 'tok.en-1' });
      follow();
      const socket = await welcome();
      expect(socket.protocols).toEqual(['orcheo-trace.v1', 'orcheo-auth', 'bearer.tok.en-1']);
      expect(sentTo(socket)[0]).toEqual({ type: 'init' });
      client.close();
      start({ token: () => 'a/b=' });
      follow();
      const other = await welcome();
      expect(other.protocols).toEqual(['orcheo-trace.v1']);
      expect(sentTo(other)[0]).toEqual({ type: 'init', token: 'a/b=' });
    });

    it('asks for another once after 4401, and goes on where it was', async () => {
      let given = 0;
      const socket = await live({ token: () => Promise.resolve(`t${++given}`) });
      socket.end(4401);
      const again = await welcome('resume');
      expect(again.protocols).toContain('bearer.t2');
      expect(sentTo(again).at(-1)).toMatchObject({ since: 'c.1' });
      again.end(4401);
      await settled();
      await settled();
      expect(world.socket.protocols).toContain('bearer.t3');
    });

    it('gives up where the other is not accepted either, until it is told to try again', async () => {
      let given = 0;
      const socket = await live({ token: () => `t${++given}` });
      socket.end(4401);
      await settled();
      world.socket.end(4401);
      await settled();
      expect(client.connection.kind).toBe('unauthorized');
      await world.pass(600_000);
      world.online();
      expect(world.sockets).toHaveLength(2);
      client.renew();
      const again = await welcome('resume');
      expect(again.protocols).toContain('bearer.t3');
      expect(client.connection.kind).toBe('live');
    });

    it('gives up where there is no other', async () => {
      const socket = await live({ token: () => 'the only one' });
      socket.end(4401);
      await settled();
      expect(client.connection.kind).toBe('unauthorized');
    });

    it('tries again where the token cannot be had', async () => {
      let broken = true;
      start({ token: () => (broken ? Promise.reject(new Error('offline')) : 't') });
      follow();
      await settled();
      expect(client.connection).toMatchObject({ kind: 'waiting', reason: 'The token could not be had.' });
      broken = false;
      await world.pass(250);
      await welcome();
      expect(client.connection.kind).toBe('live');
    });

    it('learns over HTTP that a refused upgrade was about the token', async () => {
      world.serve = () => answer(401);
      start({ token: () => 'old' });
      follow();
      await settled();
      world.socket.end(1006);
      await settled();
      expect(client.connection.kind).toBe('unauthorized');
    });
  });

  describe('of which a subscription is refused', () => {
    it.each([4403, 4400])('for good with %i tells that subscription, and keeps the others', async (code) => {
      const socket = await live();
      const refused: Followed<TraceState>[] = [];
      client.subscribe('theirs', (f) => { refused.push(f); });
      socket.say({ type: 'error', id: 's2', code, message: 'not yours', retryable: false });
      expect(refused.at(-1)?.problem).toMatchObject({ code, reason: 'not yours' });
      expect(client.connection.kind).toBe('live');
      socket.end(1006);
      await world.pass(250);
      const again = await welcome();
      expect(sentTo(again).filter((m) => m.type === 'subscribe')).toHaveLength(1);
    });

    it('for now with 4429 asks again later', async () => {
      const socket = await live();
      client.subscribe('one too many', () => undefined);
      socket.say({ type: 'error', id: 's2', code: 4429, message: 'too many subscriptions', retryable: true });
      expect(sentTo(socket)).toHaveLength(3);
      await world.pass(1250);
      expect(sentTo(socket).at(-1)).toMatchObject({ type: 'subscribe', id: 's3', execution_id: 'one too many' });
    });

    it('because of its cursor begins anew', async () => {
      const socket = await live();
      socket.end(1012);
      await world.pass(250);
      await settled();
      const again = world.socket;
      again.open();
      again.say({ type: 'welcome', heartbeat_ms, limits: {} });
      const { id } = sentTo(again).at(-1) ?? {};
      again.say({ type: 'error', id, code: 4400, message: 'malformed since', retryable: false });
      await world.pass(0);
      expect(sentTo(again).at(-1)).toEqual({ type: 'subscribe', id: 's2', execution_id: 'run' });
      expect(now?.problem).toBeNull();
    });
  });

  describe('that sees a gap', () => {
    it('subscribes again with the last good cursor', async () => {
      const socket = await live();
      await world.pass(1000);
      socket.say(update(socket, { seq: 9, prev_seq: 7, cursor: 'c.9' }));
      await world.pass(0);
      expect(sentTo(socket).slice(-2)).toEqual([
        { type: 'unsubscribe', id: 's1' }, { type: 'subscribe', id: 's2', execution_id: 'run', since: 'c.1' },
      ]);
    });

    it('does not ask over and over where that does not help', async () => {
      const socket = await live();
      for (let i = 0; i < 50; i++) {
        await world.pass(100);
        const id = sentTo(socket).filter((m) => m.type === 'subscribe').at(-1)?.id;
        socket.say({ type: 'subscribed', id, mode: 'resume' });
        socket.say(update(socket, { seq: 9, prev_seq: 7 }));
      }
      expect(sentTo(socket).filter((m) => m.type === 'subscribe').length).toBeLessThan(10);
    });
  });
});
