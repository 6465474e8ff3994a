import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rowPage } from '../src/client/wire/execution';
import { frame } from '../src/client/wire/frame';
import { dashboardUrl, isOfSpans } from '../src/api/info';
import { isObject, parseJson, time, type JsonObject } from '../src/client/wire/json';
import { span } from '../src/client/wire/span';

// The golden files of the server's own encoder: what it writes is what is read here.
const golden = new URL('../../../../internal/canvaswire/testdata/', import.meta.url);

function wire(name: string): string {
  return readFileSync(new URL(name, golden), 'utf8');
}

function wireObject(name: string): JsonObject {
  const o = parseJson(wire(name));
  if (!isObject(o)) {
    throw new Error(`${name} holds no object`);
  }
  return o;
}

describe('what the server writes', () => {
  it('is read as a frame', () => {
    const f = frame(wire('frame.golden.json'));
    expect(f).toMatchObject({ seq: 12, prevSeq: 10, epoch: 'e1', cursor: 'c.abc', reset: false, last: true, complete: true });
    expect(f?.spans.map((s) => s.state)).toEqual(['missing', 'ended']);
    expect(f?.execution).toMatchObject({
      runName: 'Nightly digest', completeReason: 'quiet', tokens: { input: 1240, output: 900 }, costUsd: 0.0125, droppedSpans: 2,
      excluded: [{ reason: 'aggregate', spans: 1, input: 1240, output: 900 }, { reason: 'replay', spans: 2, input: 0, output: 0 }], cacheRead: 100, known: true,
    });
  });

  it('is read as a frame without spans, of an execution that nobody knows', () => {
    const f = frame(wire('frame-empty.golden.json'));
    expect(f?.spans).toEqual([]);
    expect(f?.traceId).toBeNull();
    expect(f?.execution).toMatchObject({ known: false, status: 'pending' });
  });

  it('is read as a span, the effective start before the reported one', () => {
    const s = span(wireObject('span.golden.json'));
    expect(s).toMatchObject({ name: 'Draft Answer', state: 'ended', usage: 'counted', service: 'orcheo-backend', failed: false });
    expect(s?.start).toBe(time('2026-11-22T14:30:59.913341Z'));
    expect(s?.events.map((e) => e.name)).toEqual(['prompt', 'response']);
  });

  it('is read as a span that arrived once, or first and last', () => {
    const once = wireObject('span.golden.json');
    expect(span(once)).toMatchObject({ firstSeen: time(once['last_seen_time']) });
    expect(span({ ...once, first_seen_time: '2026-11-22T14:30:50Z' })).toMatchObject({ firstSeen: Date.UTC(2026, 10, 22, 14, 30, 50), lastSeen: time(once['last_seen_time']) });
    expect(span(wireObject('placeholder.golden.json'))).toMatchObject({ firstSeen: null, lastSeen: null });
  });

  it('is read as a span of which only an outline was kept', () => {
    expect(span(wireObject('skeleton.golden.json'))).toMatchObject({ name: '(no name)', failed: true, truncated: true });
  });

  it('is read as a list', () => {
    const page = rowPage(wireObject('executions.golden.json'));
    expect(page).toMatchObject({ more: true, cursor: 'x' });
    expect(rowPage({ executions: [], page_info: { has_next_page: false, cursor: null, at_end: false } })).toMatchObject({ more: true, cursor: null });
    expect(page.rows[0]).toMatchObject({ id: 'run-1', rootName: 'workflow.execution', status: 'completed', models: ['gpt-4o-mini'], errorCount: 1 });
  });

  it('has golden files that this test knows', () => {
    expect(readdirSync(golden).length).toBeGreaterThan(5);
  });
});

describe('what the server does not write', () => {
  it.each(['', 'null', '[]', '{', '{"type":"heartbeat"}', '{"type":"trace:update"}'])('is no frame: %s', (message) => {
    expect(frame(message)).toBeNull();
  });

  it('leaves defaults where a field has another type', () => {
    const f = frame('{"type":"trace:update","execution":{"status":"new","token_usage":7},"spans":[1,{},{"trace_id":"a","span_id":"b","events":"x","attributes":[]}],"seq":"5"}');
    expect(f?.spans).toHaveLength(1);
    expect(f?.spans[0]).toMatchObject({ events: [], attributes: {}, name: '(no name)', state: 'running' });
    expect(f).toMatchObject({ seq: 0, execution: { status: 'pending', tokens: { input: 0, output: 0 } } });
  });
});

describe('time', () => {
  it('keeps microseconds', () => {
    expect((time('2026-11-22T14:31:00.437083Z') ?? 0) - (time('2026-11-22T14:31:00.437Z') ?? 0)).toBeCloseTo(0.083, 3);
  });

  it('reads times without a fraction and with an offset', () => {
    expect(time('2026-11-22T14:31:00Z')).toBe(Date.UTC(2026, 10, 22, 14, 31));
    expect(time('2026-11-22T15:31:00.5+01:00')).toBe(Date.UTC(2026, 10, 22, 14, 31, 0, 500));
  });

  it.each([null, 5, '', 'yesterday', '2026-13-99T00:00:00.1Z'])('is null for %s', (value) => {
    expect(time(value)).toBeNull();
  });
});

describe('dashboardUrl', () => {
  const ids = { execution: 'run/1', trace: 'abc', span: null, workflow: 'w&1' };

  it('fills in ids, escaped', () => {
    expect(dashboardUrl('https://g.example/d?e={execution_id}&t={trace_id}&w={workflow_id}', ids)).toBe('https://g.example/d?e=run%2F1&t=abc&w=w%261');
  });

  it('is none where an id is missing', () => {
    expect(dashboardUrl('https://j.example/trace/{trace_id}?uiFind={span_id}', ids)).toBeNull();
    expect(dashboardUrl('https://j.example/trace/{trace_id}?uiFind={span_id}', { ...ids, span: '$&1' })).toBe('https://j.example/trace/abc?uiFind=%24%261');
    expect([isOfSpans('https://j.example/{trace_id}'), isOfSpans('https://g.example/{execution_id}')]).toEqual([true, false]);
  });

  it.each(['javascript:alert({trace_id})', 'data:text/html,x', '/relative'])('refuses %s', (url) => {
    expect(dashboardUrl(url, ids)).toBeNull();
  });
});
