import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceClient, type ClientOptions, type Followed, type TraceState } from '../../src/client/index';
import { ModelServer } from './server';
import { FakeWorld } from './world';

describe('a client behind a proxy', () => {
  let world: FakeWorld;
  let server: ModelServer;
  let client: TraceClient;
  let now: Followed<TraceState> | null;

  function follow(options: ClientOptions = {}): void {
    client = new TraceClient({ url: 'http://traces.test/sub/', world, ...options });
    client.subscribe('run', (next) => { now = next; });
  }

  function shown(): string[] {
    return [...now?.state.spans.values() ?? []].map((s) => `${s.key} ${s.name}`).sort();
  }

  beforeEach(() => {
    world = new FakeWorld();
    server = new ModelServer(world);
    server.write('a', '1');
    now = null;
  });

  afterEach(async () => {
    client.close();
    server.cut();
    await world.pass(30_000); // the model's own timers
    expect(world.pendingTimers).toBe(0);
  });

  it.each([['refuses', 'refused', 100], ['swallows', 'swallowed', 10_000]] as const)('that %s upgrades is live over server-sent events soon', async (_, upgrades, ms) => {
    server.weather.upgrades = upgrades;
    follow();
    await world.pass(ms);
    expect(client.connection).toMatchObject({ kind: 'live', transport: 'events', attempt: 0 });
    expect(client.connection.reason).not.toBeNull();
    expect(shown()).toEqual(server.contents());
    server.write('a', '2');
    server.flush();
    await world.pass(100);
    expect(shown()).toEqual(server.contents());
    expect(world.asked.at(-1)).toBe('http://traces.test/sub/api/executions/run/events');
  });

  it.each(['absent', 'buffered'] as const)('where events are %s polls, and is told of a change at once', async (events) => {
    Object.assign(server.weather, { upgrades: 'refused', events });
    follow();
    await world.pass(10_000);
    expect(client.connection).toMatchObject({ kind: 'live', transport: 'poll' });
    expect(shown()).toEqual(server.contents());
    server.write('b', '1');
    server.flush();
    await world.pass(1);
    expect(shown()).toEqual(server.contents());
  });

  it('polls no more often than the server waits', async () => {
    Object.assign(server.weather, { upgrades: 'refused', events: 'absent' });
    follow();
    await world.pass(10_000);
    const before = server.served.poll;
    await world.pass(250_000);
    expect(server.served.poll - before).toBeLessThanOrEqual(11);
  });

  it('sends the token with every way to ask', async () => {
    const sent = new Set<string>();
    const { serve } = world;
    world.serve = (url, init) => {
      sent.add(new Headers(init.headers).get('Authorization') ?? 'none');
      return serve(url, init);
    };
    Object.assign(server.weather, { upgrades: 'refused', events: 'absent' });
    follow({ token: () => 'secret' });
    await world.pass(10_000);
    expect([...sent]).toEqual(['Bearer secret']);
    expect(world.asked.filter((url) => url.includes('secret'))).toEqual([]);
  });

  it('stays with what works after a loss, and goes on where it was', async () => {
    server.weather.upgrades = 'refused';
    follow();
    await world.pass(100);
    server.write('a', '2');
    server.cut();
    await world.pass(1000);
    expect(client.connection).toMatchObject({ kind: 'live', transport: 'events', resumed: true });
    expect(world.sockets).toHaveLength(1);
    expect(new URL(world.asked.at(-1) ?? '').searchParams.get('since')).toMatch(/^c\./);
    expect(shown()).toEqual(server.contents());
  });

  it('tries the better transport again later, and moves over without a gap', async () => {
    server.weather.upgrades = 'refused';
    follow({ betterMs: 30_000 });
    await world.pass(31_000);
    expect(world.sockets).toHaveLength(2);
    expect(client.connection).toMatchObject({ kind: 'live', transport: 'events' });
    server.beat();
    server.weather.upgrades = 'open';
    await world.pass(15_000);
    server.write('a', '2');
    await world.pass(15_000);
    expect(client.connection).toMatchObject({ kind: 'live', transport: 'websocket', resumed: true, reason: null });
    expect(world.socket.sent.map((m) => JSON.parse(m) as object)).toEqual([{ type: 'init' }, { type: 'subscribe', id: 's1', execution_id: 'run', since: expect.stringMatching(/^c\./) as string }]);
    expect(world.sockets).toHaveLength(3);
    expect(shown()).toEqual(server.contents());
  });

  it('does not take a server that is away for a proxy that is in the way', async () => {
    follow();
    await world.pass(100);
    server.weather.http = 'down';
    server.cut();
    await world.pass(120_000);
    expect(client.connection).toMatchObject({ kind: 'waiting', transport: 'websocket', reason: 'The trace server does not answer.' });
    server.weather.http = 'open';
    await world.pass(16_000);
    expect(client.connection).toMatchObject({ kind: 'live', transport: 'websocket', resumed: true });
  });

  it('waits as long as Retry-After asks', async () => {
    const { serve } = world;
    world.serve = (url, init) => (url.pathname.endsWith('/events')
      ? Promise.resolve(Response.json({ detail: 'too many' }, { status: 429, headers: { 'Retry-After': '7' } })) : serve(url, init));
    server.weather.upgrades = 'refused';
    follow();
    await world.pass(0);
    expect(client.connection).toMatchObject({ kind: 'waiting', transport: 'events', reason: 'The trace server refused (429): too many' });
    expect((client.connection.retryAt ?? 0) - world.time).toBe(7250);
  });

  it('is turned away for good where the server does not allow this page', async () => {
    world.serve = () => Promise.resolve(Response.json({ detail: 'not for this Origin' }, { status: 403 }));
    server.weather.upgrades = 'refused';
    follow();
    await world.pass(600_000);
    expect(client.connection).toMatchObject({ kind: 'refused', reason: 'The trace server refused (403): not for this Origin' });
    expect(world.sockets).toHaveLength(1);
  });
});
