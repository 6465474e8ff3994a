import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceClient, type Followed, type TraceState } from '../../src/client';
import { ModelServer, type Weather } from './server';
import { FakeWorld } from './world';

type Step =
  | { readonly do: 'write' | 'reset'; readonly trace: string; readonly span: string }
  | { readonly do: 'flush' | 'lose' | 'cut' | 'restart' | 'online' | 'hide' | 'show' | 'renew' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'weather'; readonly weather: Weather };

const trace = fc.constantFrom('a', 'b', 'c');
const span = fc.constantFrom('1', '2', '3', '4', '5');
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), trace, span }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), trace, span }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'cut' as const, 'restart' as const, 'online' as const, 'hide' as const, 'show' as const, 'renew' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(50, 500, 5000, 60_000) }) },
  {
    weight: 2, arbitrary: fc.record({ do: fc.constant('weather' as const), weather: fc.record({
      http: fc.constantFrom('open' as const, 'open' as const, 'down' as const), upgrades: fc.constantFrom('open' as const, 'refused' as const, 'swallowed' as const),
      events: fc.constantFrom('open' as const, 'absent' as const, 'buffered' as const),
    }) }),
  },
), { maxLength: 50 });

async function take(step: Step, world: FakeWorld, server: ModelServer, client: TraceClient): Promise<void> {
  switch (step.do) {
    case 'write': server.write(step.trace, step.span); break;
    case 'reset': server.reset(step.trace, step.span); break;
    case 'flush': server.flush(); break;
    case 'lose': server.lose(); break;
    case 'cut': server.cut(); break;
    case 'restart': server.restart(); break;
    case 'online': world.online(); break;
    case 'hide': world.hide(true); break;
    case 'show': world.hide(false); break;
    case 'renew': client.renew(); break;
    case 'weather': Object.assign(server.weather, step.weather); break;
    case 'wait': await world.pass(step.ms); break;
  }
}

function shown(state: TraceState | undefined): string[] {
  return [...state?.spans.values() ?? []].map((s) => `${s.key} ${s.name}`).sort();
}

/** watchful fails where a span that stays goes back to an earlier version. */
function watchful(): (now: Followed<TraceState>) => void {
  let before: TraceState['spans'] = new Map();
  return ({ state }) => {
    for (const [key, s] of state.spans) {
      const old = before.get(key);
      if (old !== undefined && Number(s.name.slice(1)) < Number(old.name.slice(1))) {
        throw new Error(`${key} went back from ${old.name} to ${s.name}`);
      }
    }
    before = state.spans;
  };
}

describe('whatever happens to the network, the server and the page', () => {
  it('a client ends with what the server has, on any transport, without ever going back', async () => {
    const carried = { websocket: 0, events: 0, poll: 0 };
    await fc.assert(fc.asyncProperty(steps, fc.double({ min: 0.2, max: 0.999, noNaN: true }), fc.constantFrom('open' as const, 'refused' as const), fc.constantFrom('open' as const, 'absent' as const), async (all, dice, upgrades, events) => {
      const world = new FakeWorld();
      world.dice = dice;
      const server = new ModelServer(world);
      const client = new TraceClient({ url: 'http://traces.test', world, betterMs: 30_000, pauseHiddenMs: 20_000 });
      const subscriptions = [client.subscribe('run', watchful()), client.subscribe({ trace: 'a' }, watchful())];
      for (const step of all) {
        await take(step, world, server, client);
      }
      server.clear({ upgrades, events });
      world.hide(false);
      await world.pass(120_000);
      // A loss is noticed with the next frame of its trace.
      for (const t of ['a', 'b', 'c']) {
        server.write(t, 'last');
      }
      server.flush();
      await world.pass(120_000);
      for (const s of subscriptions) {
        expect(shown(s.current.state)).toEqual(server.contents());
      }
      expect(client.connection.kind).toBe('live');
      for (const name of ['websocket', 'events', 'poll'] as const) {
        carried[name] += server.served[name];
      }
      client.close();
      server.cut();
      server.flush();
      await world.pass(30_000); // the model's own timers
      expect(world.pendingTimers).toBe(0);
      expect(world.watching).toBe(0);
    }), { numRuns: 120 });
    // The law says little where a transport was never used.
    expect(Math.min(carried.websocket, carried.events, carried.poll)).toBeGreaterThan(20);
  }, 120_000);
});
