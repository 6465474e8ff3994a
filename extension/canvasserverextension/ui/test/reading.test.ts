import { describe, expect, it } from 'vitest';
import { readEvents } from '../src/model/conversation';
import { kindOf } from '../src/model/kind';
import { lookOf } from '../src/model/look';
import { axisOf, barOf, durationOf, extentOf, scaleOf, sideOf, ticks } from '../src/model/timeline';
import type { JsonObject } from '../src/client/wire/json';
import { aSpan } from './spans';

function event(name: string, attributes: JsonObject): JsonObject {
  return { name, time: '2026-01-01T00:00:00.5Z', attributes };
}

describe('readEvents', () => {
  it('reads prompt and response as a conversation', () => {
    const { messages, others } = readEvents(aSpan({ events: [event('prompt', { preview: 'Why?' }), event('response', { preview: 'Because.' })] }));
    expect(messages.map((m) => `${m.role}: ${m.text}`)).toEqual(['user: Why?', 'assistant: Because.']);
    expect(others).toEqual([]);
  });

  it('does not show twice what stands among the messages too', () => {
    const events = [event('prompt', { preview: 'Why?' }), event('message', { role: 'system', preview: 'Be brief.' }), event('message', { role: 'user', preview: 'Why?' })];
    expect(readEvents(aSpan({ events })).messages.map((m) => m.role)).toEqual(['system', 'user']);
  });

  it('leaves everything else to the list of events', () => {
    const events = [event('token.chunk', { input: 1 }), event('prompt', { text: 'no preview' })];
    expect(readEvents(aSpan({ events })).others.map((e) => e.name)).toEqual(['token.chunk', 'prompt']);
  });
});

describe('kindOf', () => {
  it.each([
    ['workflow', { name: 'workflow.execution' }],
    ['llm', { attributes: { 'gen_ai.operation.name': 'chat', 'orcheo.node.kind': 'tool' } }],
    ['agent', { attributes: { 'orcheo.node.kind': 'AgentNode' } }],
    ['branch', { attributes: { 'orcheo.node.kind': 'if_else' } }],
    ['node', { attributes: { 'orcheo.node.id': 'n', 'orcheo.node.kind': 'something' } }],
    ['client', { kind: 'client' }],
    ['span', { attributes: { 'gen_ai.operation.name': 'constructor', 'orcheo.node.kind': 7 } }],
  ])('is %s', (kind, fields) => {
    expect(kindOf(aSpan(fields as JsonObject))).toBe(kind);
  });
});

describe('lookOf', () => {
  it.each([['ok', 'ended', 'UNSET'], ['error', 'ended', 'ERROR'], ['running', 'running', 'ERROR'], ['missing', 'missing', 'UNSET'], ['unfinished', 'unfinished', 'OK']])(
    'is %s for a span that is %s with status %s', (look, state, code) => {
      expect(lookOf(aSpan({ state, status: { code } }))).toBe(look);
    });
});

describe('the time axis', () => {
  const start = Date.UTC(2026, 0, 1);

  it('covers what ended, and reaches to now while something runs', () => {
    const ended = extentOf([aSpan()]);
    const open = extentOf([aSpan({ state: 'running', end_time: null })]);
    expect(ended && axisOf(ended, false, start + 9000)).toEqual({ from: start, to: start + 1000 });
    expect(open && axisOf(open, false, start + 9000)).toEqual({ from: start, to: start + 9000 });
    expect(extentOf([])).toBeNull();
  });

  it('is never empty, and a clock that is behind does not turn it round', () => {
    const axis = axisOf({ from: start, to: start, open: true }, true, start - 60_000);
    expect(axis.to).toBeGreaterThan(axis.from);
  });

  it('holds every bar, also of a span that ends before it starts', () => {
    const axis = { from: start, to: start + 2000 };
    expect(barOf(aSpan(), axis)).toEqual({ left: 0, width: 0.5 });
    expect(barOf(aSpan({ state: 'running', end_time: null }), axis)).toEqual({ left: 0, width: 1 });
    expect(barOf(aSpan({ start_time: '2026-01-01T00:00:01Z', end_time: '2026-01-01T00:00:00Z' }), axis)).toEqual({ left: 0.5, width: 0 });
    expect(barOf(aSpan({ start_time: null }), axis)).toBeNull();
  });

  it('has round marks, never more than asked for', () => {
    expect(ticks({ from: 0, to: 30_000 }, 5)).toEqual([0, 10_000, 20_000, 30_000]);
    expect(ticks({ from: 0, to: 0.001 }, 5).length).toBeLessThanOrEqual(6);
  });
});

describe('a window of the axis', () => {
  const start = Date.UTC(2026, 0, 1);
  const window = { from: start + 400, to: start + 600 };

  it('cuts bars at its ends, and says where to look for those that are not in it', () => {
    expect(barOf(aSpan(), window)).toEqual({ left: 0, width: 1 });
    const early = aSpan({ end_time: '2026-01-01T00:00:00.3Z' });
    const late = aSpan({ start_time: '2026-01-01T00:00:00.7Z' });
    expect([barOf(early, window), barOf(late, window)]).toEqual([null, null]);
    expect([sideOf(early, window), sideOf(aSpan(), window), sideOf(late, window), sideOf(aSpan({ start_time: null }), window)]).toEqual(['before', 'in', 'after', null]);
  });

  it('has marks that are round for the whole run', () => {
    expect(scaleOf(window, start, 5)).toEqual({ step: 50, marks: [400, 450, 500, 550, 600] });
    expect(scaleOf({ from: start + 433, to: start + 434 }, start, 5).marks.map((t) => t.toFixed(1))).toEqual(['433.0', '433.2', '433.4', '433.6', '433.8', '434.0']);
  });
});

describe('durationOf', () => {
  it('ticks for what runs, stands still for what was lost, and is unknown for what never arrived', () => {
    const start = Date.UTC(2026, 0, 1);
    expect(durationOf(aSpan({ state: 'running', end_time: null }), start + 700)).toBe(700);
    expect(durationOf(aSpan({ state: 'lost', end_time: null, last_seen_time: '2026-01-01T00:00:03Z' }), start + 9000)).toBe(3000);
    expect(durationOf(aSpan({ state: 'missing', end_time: null }), start + 9000)).toBeNull();
  });
});
