import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyEntry, entryOf } from '../../../../examples/canvas-hook/entry';
import { ExecutionTraces } from '../../../../examples/canvas-hook/traces';
import { createExecutionTraceHook, type ExecutionTraceResult } from '../../../../examples/canvas-hook/use-execution-trace';
import type { Followed, TraceState } from '../src/client/index';
import { reduceTrace, nothingYet } from '../src/client/trace';
import { ModelServer } from './client/server';
import { FakeWorld, settled } from './client/world';
import { aFrame, anExecution, aSpan } from './spans';

const now = new Date('2026-01-01T00:00:00Z');

function followed(...frames: Parameters<typeof aFrame>[0][]): Followed<TraceState> {
  return { state: reduceTrace(nothingYet, { type: 'frames', frames: frames.map((f) => aFrame(f)) }), problem: null };
}

describe('an entry of Canvas', () => {
  it('has the spans by their ids, and the execution as Canvas reads it', () => {
    const span = aSpan({ name: null, start_time: '2026-01-01T00:00:00.000001Z', events: [{ name: 'prompt', time: '2026-01-01T00:00:01Z', attributes: { preview: 'hi' } }] });
    const execution = anExecution({ trace_id: 'a', thread_id: 'th', started_at: '2026-01-01T00:00:00Z', token_usage: { input: 3, output: 4 } });
    const entry = entryOf('run-1', followed({ spans: [span], execution }), now);
    expect(entry).toMatchObject({ executionId: 'run-1', traceId: 'a', status: 'ready', isComplete: false, hasNextPage: false, lastUpdatedAt: now.toISOString() });
    expect(entry.metadata).toEqual({
      id: 'run-1', status: 'running', thread_id: 'th', started_at: '2026-01-01T00:00:00Z', finished_at: null, trace_id: 'a', token_usage: { input: 3, output: 4 },
    });
    expect(entry.spansById).toEqual({ 1: {
      span_id: '1', parent_span_id: null, name: null, start_time: '2026-01-01T00:00:00.000001Z', end_time: '2026-01-01T00:00:01Z', attributes: {},
      events: [{ name: 'prompt', time: '2026-01-01T00:00:01Z', attributes: { preview: 'hi' } }], status: { code: 'OK', message: null }, links: [],
    } });
  });

  it('knows nodes, tokens, artifacts and states as far as they have the right shape', () => {
    const state = (attributes: Record<string, string | number | boolean | string[] | Record<string, number>>) =>
      entryOf('run-1', followed({ spans: [aSpan({ attributes })] }), now).spanMetadata['1'];
    expect(state({
      'orcheo.node.id': 'n', 'orcheo.node.kind': 'tool', 'orcheo.node.status': 'ok', 'orcheo.token.input': 1, 'orcheo.token.output': 2, 'orcheo.artifact.ids': ['x', ' '],
      'orcheo.workflow.state.before': { a: 1 }, 'orcheo.workflow.state.after': { a: 2 }, 'orcheo.workflow.state.redacted': true, 'orcheo.workflow.state.truncated': true,
    })).toEqual({
      artifacts: [{ id: 'x' }], nodeId: 'n', nodeKind: 'tool', nodeStatus: 'ok', tokenInput: 1, tokenOutput: 2,
      workflowStateBefore: { a: 1 }, workflowStateAfter: { a: 2 }, workflowStateRedacted: true, workflowStateTruncated: true,
    });
    expect(state({ 'orcheo.token.input': '1', 'orcheo.artifact.ids': 'x', 'orcheo.workflow.state.before': ['a'], 'orcheo.workflow.state.redacted': 'true' })).toEqual({ artifacts: [] });
  });

  it('is complete when the server says so, and not before', () => {
    expect(entryOf('run-1', followed({ complete: true, execution: anExecution({ status: 'completed' }) }), now)).toMatchObject({ isComplete: true, metadata: { status: 'completed' } });
  });

  it('keeps spans apart that have the same id in two traces', () => {
    const first = { spans: [aSpan({ span_id: '1' })], execution: anExecution({ trace_id: 'a' }) };
    const second = { spans: [aSpan({ trace_id: 'b', span_id: '1' }), aSpan({ trace_id: 'b', span_id: '2', parent_span_id: '1' })], execution: anExecution({ trace_id: 'a' }) };
    const { spansById } = entryOf('run-1', followed(first, second), now);
    expect(Object.keys(spansById)).toEqual(['1', '2', 'b:1']);
    expect(spansById['2']?.parent_span_id).toBe('b:1');
  });

  it('has the same objects for what did not change', () => {
    const before = followed({ spans: [aSpan()], seq: 1 });
    const after = { ...before, state: reduceTrace(before.state, { type: 'frames', frames: [aFrame({ spans: [aSpan({ span_id: '2' })], seq: 2, prevSeq: 1 })] }) };
    expect(entryOf('run-1', after, now).spansById['1']).toBe(entryOf('run-1', before, now).spansById['1']);
  });

  it('says why it is not up to date', () => {
    expect(entryOf('x', { state: nothingYet, problem: { code: 4403, reason: 'not yours', retryable: false } }, now)).toMatchObject({ status: 'error', error: 'not yours' });
  });
});

describe('the traces of Canvas', () => {
  let world: FakeWorld;
  let server: ModelServer;
  let traces: ExecutionTraces;
  let close: () => void;

  const entry = (id: string) => traces.current().traces[id];
  const asked = () => world.sockets.flatMap((s) => s.sent).map((m) => JSON.parse(m) as { type: string; execution_id?: string; trace_id?: string }).filter((m) => m.type === 'subscribe');

  beforeEach(() => {
    world = new FakeWorld();
    server = new ModelServer(world);
    server.write('a', '1');
    traces = new ExecutionTraces({ url: 'http://traces.test', world });
    close = traces.open();
  });

  afterEach(() => {
    close();
    expect(world.pendingTimers).toBe(0);
  });

  it('follow the active execution live', async () => {
    traces.want({ active: 'run', listed: ['run'], workflowId: null });
    expect(entry('run')).toEqual({ ...emptyEntry('run'), status: 'loading' });
    await world.pass(100);
    expect(entry('run')).toMatchObject({ status: 'ready', spansById: { 1: { name: 'v1' } } });
    server.write('a', '1');
    server.flush();
    await world.pass(100);
    expect(entry('run')?.spansById['1']?.name).toBe('v2');
    expect(asked()).toHaveLength(1);
  });

  it('read the listed executions once each, a few at a time, and leave them', async () => {
    traces.want({ active: null, listed: Array.from({ length: 12 }, (_, i) => `run-${i}`), workflowId: null });
    await settled();
    expect(Object.keys(traces.current().traces).length).toBeGreaterThan(4);
    await world.pass(5000);
    expect(asked()).toHaveLength(12);
    expect(Object.values(traces.current().traces).map((e) => e.status)).toEqual(Array.from({ length: 12 }, () => 'ready'));
    const all = world.socket.sent.map((m) => (JSON.parse(m) as { type: string }).type);
    expect(all.filter((t) => t === 'unsubscribe')).toHaveLength(12);
  });

  it('are read anew when somebody asks, with what was there shown until then', async () => {
    traces.want({ active: 'run', listed: [], workflowId: null });
    await world.pass(100);
    let done = false;
    void traces.refresh('run').then(() => { done = true; });
    expect(traces.current().refreshing.has('run')).toBe(true);
    expect(entry('run')).toMatchObject({ status: 'loading', spansById: { 1: {} } });
    await world.pass(100);
    expect(done).toBe(true);
    expect(traces.current().refreshing.size).toBe(0);
    expect(entry('run')?.status).toBe('ready');
  });

  it('take from the socket of a run only which trace it has', async () => {
    traces.want({ active: 'run', listed: [], workflowId: null });
    await world.pass(100);
    traces.hint('run', 'ab'.repeat(16));
    traces.hint('run', 'ab'.repeat(16));
    traces.hint('run', 'made up');
    await world.pass(100);
    expect(asked().at(-1)).toMatchObject({ execution_id: 'run', trace_id: 'ab'.repeat(16) });
    expect(asked()).toHaveLength(2);
  });

  it('go on after they were closed and opened again, as React does while developing', async () => {
    traces.want({ active: 'run', listed: [], workflowId: null });
    close();
    close = traces.open();
    await world.pass(100);
    expect(entry('run')?.status).toBe('ready');
  });
});

describe('the hook', () => {
  it('has the parts of the one in Canvas from its first rendering on', () => {
    let result: ExecutionTraceResult<string> | undefined;
    const useExecutionTrace = createExecutionTraceHook<string>({
      buildTraceViewerData: (e) => e.executionId, deriveViewerDataList: (all) => Object.keys(all), world: new FakeWorld(),
    });
    const Canvas = () => {
      result = useExecutionTrace({ backendBaseUrl: 'http://traces.test', activeExecutionId: 'run', isMountedRef: { current: true }, executionIds: [] });
      return createElement('p', null, result.status);
    };
    expect(renderToString(createElement(Canvas))).toBe('<p>idle</p>');
    expect(result).toMatchObject({ traces: {}, viewerData: [], status: 'idle', canLoadMore: false, isRefreshing: false, isLoadingMore: false });
    expect(Object.keys(result ?? {})).toEqual(expect.arrayContaining(['activeTrace', 'activeTraceViewer', 'error', 'refresh', 'loadMore', 'handleTraceUpdate']));
  });
});
