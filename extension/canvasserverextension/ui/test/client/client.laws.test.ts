import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nothingYet, TraceClient, type Followed, type TraceState } from '../../src/client/index';
import { ModelServer, type Weather } from './server';
import { FakeWorld } from './world';

type Step =
  | { readonly do: 'write' | 'reset'; readonly trace: string; readonly span: string }
  | { readonly do: 'vanish'; readonly trace: string }
  | { readonly do: 'flush' | 'lose' | 'cut' | 'restart' | 'online' | 'hide' | 'show' | 'renew' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'weather'; readonly weather: Weather };

const trace = fc.constantFrom('a', 'b');
const span = fc.constantFrom('1', '2', '3');
const weather: fc.Arbitrary<Weather> = fc.record({
  http: fc.constantFrom('open', 'open', 'down'), upgrades: fc.constantFrom('open', 'refused', 'swallowed'), events: fc.constantFrom('open', 'absent', 'buffered'),
});
/** calm is what a client gets through sooner or later. */
const calm: fc.Arbitrary<Pick<Weather, 'upgrades' | 'events'>> = fc.record({ upgrades: fc.constantFrom('open', 'refused'), events: fc.constantFrom('open', 'absent') });
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), trace, span }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const), trace, span }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('vanish' as const), trace }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'cut' as const, 'restart' as const, 'online' as const, 'hide' as const, 'show' as const, 'renew' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(50, 500, 5000, 60_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('weather' as const), weather }) },
), { maxLength: 50 });

async function take(step: Step, world: FakeWorld, server: ModelServer, client: TraceClient): Promise<void> {
  switch (step.do) {
    case 'write': server.write(step.trace, step.span); break;
    case 'reset': server.reset(step.trace, step.span); break;
    case 'vanish': server.vanish(step.trace); break;
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
  let before = nothingYet.spans;
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
    await fc.assert(fc.asyncProperty(steps, fc.double({ min: 0.2, max: 0.999, noNaN: true }), weather, calm, async (all, dice, first, last) => {
      const world = new FakeWorld();
      world.dice = dice;
      const server = new ModelServer(world);
      Object.assign(server.weather, first);
      const client = new TraceClient({ url: 'http://traces.test', world, betterMs: 30_000, pauseHiddenMs: 20_000 });
      const subscriptions = [client.subscribe('run', watchful()), client.subscribe({ trace: 'a' }, watchful())];
      for (const step of all) {
        await take(step, world, server, client);
      }
      server.clear(last);
      world.hide(false);
      server.flush();
      for (let i = 0; i < 12; i++) {
        await world.pass(15_000);
        server.beat();
      }
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
