import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceClient, type Filter, type Followed, type ListState } from '../../src/client/index';
import { FakeWorld, settled, type FakeSocket } from './world';

function aRow(id: string, second: number, status = 'running'): object {
  return { id, status, last_activity_at: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z` };
}

describe('a list of executions', () => {
  let world: FakeWorld;
  let client: TraceClient;
  let now: Followed<ListState> | null;

  function follow(filter: Filter): void {
    client = new TraceClient({ url: 'http://traces.test', world });
    client.subscribeExecutions(filter, (next) => { now = next; });
  }

  async function welcome(): Promise<FakeSocket> {
    await settled();
    const { socket } = world;
    socket.open();
    socket.say({ type: 'welcome', heartbeat_ms: 20_000, limits: {} });
    return socket;
  }

  const ids = () => now?.state.rows.map((r) => r.id);

  beforeEach(() => {
    world = new FakeWorld();
    now = null;
  });

  afterEach(() => {
    client.close();
    expect(world.pendingTimers).toBe(0);
  });

  it('is live over the WebSocket, newest activity first', async () => {
    follow({ workflowId: 'wf', status: 'running,error', model: '', q: 'x', startedWithin: '15m', limit: 3 });
    const socket = await welcome();
    expect(JSON.parse(socket.sent[1] ?? '')).toEqual({ type: 'subscribe', id: 's1', executions: { workflow_id: 'wf', status: 'running,error', q: 'x', started_within: '15m', limit: 3 } });
    socket.say({ type: 'subscribed', id: 's1', mode: 'snapshot' });
    socket.say({ type: 'executions:update', sub: 's1', executions: [aRow('b', 2), aRow('a', 1)], removed: [], page_info: {} });
    expect(ids()).toEqual(['b', 'a']);
    expect(now?.state.more).toBe(false);
    socket.say({ type: 'executions:update', sub: 's1', executions: [aRow('a', 5), aRow('c', 4)], removed: [], page_info: {} });
    expect(ids()).toEqual(['a', 'c', 'b']);
    socket.say({ type: 'executions:update', sub: 's1', executions: [], removed: ['c'], page_info: {} });
    expect(ids()).toEqual(['a', 'b']);
  });

  it('that is long comes in several messages, of which the last tells where it goes on', async () => {
    follow({ limit: 3 });
    const socket = await welcome();
    const say = (id: string, second: number, page_info?: object) => { socket.say({ type: 'executions:update', sub: 's1', executions: [aRow(id, second)], removed: [], page_info }); };
    say('c', 3);
    say('b', 2);
    expect(now?.state).toMatchObject({ rows: [], loaded: false });
    say('a', 1, { has_next_page: true, cursor: 'abc' });
    expect(ids()).toEqual(['c', 'b', 'a']);
    expect(now?.state).toMatchObject({ more: true, cursor: 'abc', loaded: true });
    say('b', 5);
    expect(ids()).toEqual(['b', 'c', 'a']);
    expect(now?.state).toMatchObject({ more: true, cursor: 'abc' });
    say('a', 6, { has_next_page: false, cursor: null });
    expect(now?.state).toMatchObject({ more: false, cursor: null });
  });

  it('is shown until a new one is here after the connection was lost', async () => {
    follow({});
    const socket = await welcome();
    socket.say({ type: 'executions:update', sub: 's1', executions: [aRow('a', 1), aRow('b', 2)], removed: [], page_info: {} });
    socket.end(1006);
    await world.pass(250);
    const again = await welcome();
    again.say({ type: 'subscribed', id: 's1', mode: 'snapshot' });
    expect(ids()).toEqual(['b', 'a']);
    again.say({ type: 'executions:update', sub: 's1', executions: [aRow('c', 1)], removed: [], page_info: {} });
    expect(ids()).toEqual(['c']);
  });

  it('is polled every two seconds where there is no WebSocket, and not while nobody looks', async () => {
    world.connect = (socket) => { queueMicrotask(() => { socket.end(1006); }); };
    world.serve = () => Promise.resolve(Response.json({ executions: [aRow('found', 1)], page_info: { has_next_page: true } }));
    follow({ q: 'what', limit: 20 });
    await settled();
    const asked = () => world.asked.filter((url) => url.includes('executions'));
    expect(client.connection).toMatchObject({ kind: 'live', transport: 'events' });
    expect(asked()).toEqual(['http://traces.test/api/executions?q=what&limit=20']);
    expect(now?.state).toMatchObject({ more: true, loaded: true });
    await world.pass(4000);
    expect(asked()).toHaveLength(3);
    world.hide(true);
    await world.pass(20_000);
    expect(asked()).toHaveLength(3);
    world.hide(false);
    await settled();
    expect(asked()).toHaveLength(4);
  });

  it('that may not be seen says so, and is not asked for again', async () => {
    follow({ q: 'all' });
    const socket = await welcome();
    socket.say({ type: 'error', id: 's1', code: 4403, message: 'name a workflow', retryable: false });
    await world.pass(40_000);
    expect(now?.problem).toMatchObject({ code: 4403, reason: 'name a workflow', retryable: false });
    expect(socket.sent).toHaveLength(2);
  });

  it('of a workflow that is not enabled yet says so', async () => {
    world.connect = (socket) => { queueMicrotask(() => { socket.end(1006); }); };
    world.serve = (url) => Promise.resolve(url.pathname.endsWith('/info') ? Response.json({})
      : Response.json({ detail: { message: 'not enabled', code: 'trace_tab.not_enabled' } }, { status: 403 }));
    follow({ q: 'all' });
    await settled();
    expect(now?.problem).toMatchObject({ code: 4410, reason: 'The trace server refused (403): not enabled', retryable: false });
  });
});
