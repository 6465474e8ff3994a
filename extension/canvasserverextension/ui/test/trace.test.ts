import { describe, expect, it } from 'vitest';
import { nothingYet, reduceTrace, type TraceState } from '../src/client/trace';
import type { Frame } from '../src/client/wire/frame';
import { aFrame, anExecution, aSpan, spanKey } from './spans';

function read(frames: readonly Frame[], from: TraceState = nothingYet): TraceState {
  return reduceTrace(from, { type: 'frames', frames });
}

const first = aFrame({ spans: [aSpan({ span_id: '1' })], seq: 5, prevSeq: 0, cursor: 'c.5', snapshot: true });
const second = aFrame({ spans: [aSpan({ span_id: '2' })], seq: 9, prevSeq: 5, cursor: 'c.9' });

describe('reduceTrace', () => {
  it('takes a snapshot and the changes after it', () => {
    const state = read([first, second]);
    expect([...state.spans.keys()].sort()).toEqual(['a/1', 'a/2']);
    expect(state.cursor).toBe('c.9');
    expect(state.positions.get('a')).toEqual({ epoch: 'e', seq: 9 });
  });

  it('gives the same state for frames together and one by one', () => {
    expect(read([second], read([first]))).toEqual(read([first, second]));
  });

  it('never changes the state that it was given', () => {
    const before = read([first]);
    const copy = structuredClone({ spans: [...before.spans.keys()], positions: [...before.positions] });
    read([second, aFrame({ spans: [aSpan()], reset: true, prevSeq: 0, seq: 12 })], before);
    expect({ spans: [...before.spans.keys()], positions: [...before.positions] }).toEqual(copy);
  });

  it('keeps the last version of a span, and lets a span replace its placeholder', () => {
    const placeholder = aSpan({ span_id: '7', state: 'missing', end_time: null, name: '(parent not received yet)' });
    const arrived = aSpan({ span_id: '7', name: 'plan' });
    const state = read([aFrame({ spans: [placeholder], seq: 1 }), aFrame({ spans: [arrived], seq: 2, prevSeq: 1 })]);
    expect(state.spans.size).toBe(1);
    expect(state.spans.get(spanKey('a', '7'))?.name).toBe('plan');
  });

  it('keeps spans of two traces apart that have the same id', () => {
    const state = read([first, aFrame({ spans: [aSpan({ trace_id: 'b', span_id: '1' })], seq: 3, prevSeq: 0 })]);
    expect(state.spans.size).toBe(2);
    expect(state.gap).toBe('none');
  });

  it('knows by its end that the snapshot was read', () => {
    expect(read([{ ...first, last: false }]).loaded).toBe(false);
    expect(read([{ ...first, last: false }, { ...second, snapshot: true }]).loaded).toBe(true);
  });

  it('takes a frame without spans for news of the execution alone', () => {
    const state = read([first, aFrame({ seq: 5, prevSeq: 5, complete: true, execution: anExecution({ status: 'completed' }) })]);
    expect(state.gap).toBe('none');
    expect(state.complete).toBe(true);
    expect(state.execution?.status).toBe('completed');
    expect(state.spans.size).toBe(1);
  });
});

describe('a gap', () => {
  const lost = aFrame({ spans: [aSpan({ span_id: '3' })], seq: 20, prevSeq: 15, cursor: 'c.20' });

  it('asks to resume with the last good cursor, and takes nothing more', () => {
    const state = read([first, lost, second]);
    expect(state.gap).toBe('resume');
    expect(state.cursor).toBe('c.5');
    expect([...state.spans.keys()]).toEqual(['a/1']);
  });

  it('is over when a connection was opened again', () => {
    const opened = reduceTrace(read([first, lost]), { type: 'opened', cursor: 'c.5' });
    const state = read([second, { ...lost, prevSeq: 9 }], opened);
    expect(state.gap).toBe('none');
    expect(state.spans.size).toBe(3);
  });

  it('at the first frame after resuming asks to begin anew, so that it cannot go round for ever', () => {
    const opened = reduceTrace(read([first, lost]), { type: 'opened', cursor: 'c.5' });
    expect(read([lost], opened).gap).toBe('restart');
  });

  it('is seen where the epoch changes without a reset', () => {
    expect(read([first, { ...second, epoch: 'other' }]).gap).toBe('resume');
  });
});

describe('beginning anew', () => {
  it('shows what was there until the new snapshot is here, and then only that', () => {
    const opened = reduceTrace(read([first, second]), { type: 'opened', cursor: null });
    expect(opened.spans.size).toBe(2);
    const state = read([aFrame({ spans: [aSpan({ span_id: '9' })], seq: 3, prevSeq: 0, epoch: 'f' })], opened);
    expect([...state.spans.keys()]).toEqual(['a/9']);
    expect(state.gap).toBe('none');
  });
});

describe('a reset', () => {
  const other = aFrame({ spans: [aSpan({ trace_id: 'b', span_id: '1' })], seq: 3, prevSeq: 0 });

  it('clears the trace of the frame and leaves the others', () => {
    const state = read([first, second, other, aFrame({ spans: [aSpan({ span_id: '8' })], reset: true, epoch: 'f', seq: 30, prevSeq: 0 })]);
    expect([...state.spans.keys()].sort()).toEqual(['a/8', 'b/1']);
    expect(state.positions.get('a')).toEqual({ epoch: 'f', seq: 30 });
    expect(state.gap).toBe('none');
  });

  it('without spans clears the traces that the execution does not have any more', () => {
    const state = read([first, other, aFrame({ reset: true, epoch: null, seq: 0, prevSeq: 0, execution: anExecution({ traces: ['a'] }) })]);
    expect([...state.spans.keys()]).toEqual(['a/1']);
    expect(state.gap).toBe('none');
  });

  it('without spans clears nothing where the execution has more traces than it lists', () => {
    const partial = anExecution({ traces: ['a'], traces_total: 2 });
    const state = read([first, other, aFrame({ reset: true, epoch: null, seq: 0, prevSeq: 0, execution: partial })]);
    expect([...state.spans.keys()].sort()).toEqual(['a/1', 'b/1']);
    expect(state.gap).toBe('none');
  });
});
