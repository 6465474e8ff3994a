import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/client/wire/json';
import { kindOfEvent, marksOf, type MarkKind } from '../src/model/marks';
import { aSpan } from './spans';

const origin = Date.UTC(2026, 0, 1);
const window = { from: origin, to: origin + 1000 };

function withEvents(...events: (readonly [string, number | null, JsonObject?])[]) {
  return aSpan({ events: events.map(([name, ms, attributes]) => ({ name, time: ms === null ? null : new Date(origin + ms).toISOString(), attributes: attributes ?? {} })) });
}

describe('the kind of an event', () => {
  it.each<[string, JsonObject, MarkKind]>([
    ['exception', {}, 'exception'], ['workflow.failed', { 'exception.type': 'ValueError' }, 'exception'], ['error.detail', { message: 'x' }, 'exception'],
    ['token.chunk', {}, 'chunk'], ['gen_ai.content.delta', {}, 'chunk'], ['prompt', { preview: 'hi' }, 'message'], ['message', { preview: 'hi', role: 'user' }, 'message'],
    ['gen_ai.user.message', {}, 'message'], ['gen_ai.choice', {}, 'message'], ['workflow.completed', {}, 'event'], ['constructor', {}, 'event'],
  ])('of %s with %o is %s', (name, attributes, kind) => {
    expect(kindOfEvent({ name, time: 0, attributes })).toBe(kind);
  });
});

describe('events on the time axis', () => {
  it('lie where they happened, in the order of time', () => {
    expect(marksOf(withEvents(['late', 900], ['exception', 250], ['timeless', null]), window, 0.01)).toEqual([
      { kind: 'exception', event: 1, count: 1, name: 'exception', left: 0.25, right: 0.25, at: origin + 250 },
      { kind: 'event', event: 0, count: 1, name: 'late', left: 0.9, right: 0.9, at: origin + 900 },
    ]);
  });

  it('become one where they would lie on top of each other, but only those of a kind', () => {
    const marks = marksOf(withEvents(['a', 100], ['b', 105], ['exception', 106], ['c', 112], ['d', 300]), window, 0.01);
    expect(marks.map((m) => [m.kind, m.event, m.count])).toEqual([['event', 0, 3], ['exception', 2, 1], ['event', 4, 1]]);
  });

  it('that are pieces of one answer become a stretch', () => {
    const [mark] = marksOf(withEvents(['token.chunk', 100], ['token.chunk', 500], ['token.chunk', 800]), window, 0.01);
    expect(mark).toMatchObject({ kind: 'chunk', count: 3, left: 0.1, right: 0.8 });
  });

  it('outside of the window are not shown, and a stretch is cut at its ends', () => {
    const part = { from: origin + 400, to: origin + 600 };
    expect(marksOf(withEvents(['a', 100], ['b', 900]), part, 0.01)).toEqual([]);
    expect(marksOf(withEvents(['token.chunk', 100], ['token.chunk', 500]), part, 0.01)).toMatchObject([{ left: 0, right: 0.5, event: 0 }]);
  });

  it('are counted, each once, whatever they are', () => {
    const events = fc.array(fc.tuple(fc.constantFrom('a', 'exception', 'token.chunk', 'gen_ai.choice'), fc.nat(1000)), { maxLength: 60 });
    fc.assert(fc.property(events, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (all, gap) => {
      const marks = marksOf(withEvents(...all), window, gap);
      expect(marks.reduce((n, m) => n + m.count, 0)).toBe(all.length);
      for (const kind of ['exception', 'chunk', 'message', 'event'] as const) {
        const own = marks.filter((m) => m.kind === kind);
        own.forEach((m, i) => { expect(m.left).toBeGreaterThanOrEqual((own[i - 1]?.right ?? -1) + (i === 0 ? 0 : gap * 0.999)); });
      }
    }));
  });
});
