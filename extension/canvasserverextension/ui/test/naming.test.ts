import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { row } from '../src/client/wire/execution';
import { executionName, rootOf, rowLabel, rowName } from '../src/model/naming';
import { aSpan, anExecution, byKey } from './spans';

const id = '0af7651916cd43dd8448eb211c80319c';

describe('a row of the list', () => {
  it('has the name of its run, of its root span, or of its workflow', () => {
    expect(rowName(row({ id, run_name: 'Digest', root_name: 'POST /run', workflow_id: 'w' }))).toBe('Digest');
    expect(rowName(row({ id, root_name: 'POST /run', workflow_id: 'w' }))).toBe('POST /run');
    expect(rowName(row({ id, workflow_id: 'w' }))).toBe('w');
  });

  it('is read out with a part of its id, unless its run has a name', () => {
    expect(rowLabel(row({ id, run_name: 'Digest' }))).toBe('Digest');
    expect(rowLabel(row({ id, root_name: 'root' }))).toBe('root 0af76519');
    expect(rowLabel(row({ id }))).toBe('trace 0af76519');
  });

  it('does not have the name that Orcheo gives to every root, where it has a better one', () => {
    expect(rowName(row({ id, root_name: 'workflow.execution', workflow_id: 'w' }))).toBe('w');
    expect(rowName(row({ id, root_name: 'workflow.execution' }))).toBe('workflow.execution');
  });

  it('is told by its first model where it has neither, and never by the same id twice', () => {
    expect(rowName(row({ id, models: ['gpt-4o', 'o3'] }))).toBe('gpt-4o · 0af76519');
    expect(rowName(row({ id }))).toBe('trace 0af76519');
  });
});

describe('the page of an execution', () => {
  const root = aSpan({ span_id: '1', name: 'invoke_agent planner' });
  const child = aSpan({ span_id: '2', parent_span_id: '1', name: 'chat' });

  it('prefers the name of the run to that of the root span', () => {
    expect(executionName(anExecution({ run_name: 'Digest' }), byKey([root]), id)).toBe('Digest');
    expect(executionName(anExecution(), byKey([child, root]), id)).toBe('invoke_agent planner');
  });

  it('falls back on the id while the root has not arrived', () => {
    expect(executionName(anExecution(), byKey([child]), id)).toBe('trace 0af76519');
    expect(executionName(null, new Map(), id)).toBe('trace 0af76519');
    expect(rootOf(byKey([aSpan({ state: 'missing' })]), null)).toBeNull();
  });

  it('takes the root of the execution’s own trace before an earlier one of another', () => {
    const other = aSpan({ trace_id: 'b', name: 'other', start_time: '2025-01-01T00:00:00Z' });
    expect(rootOf(byKey([other, root]), 'a')?.name).toBe('invoke_agent planner');
    expect(rootOf(byKey([root, other]), null)?.name).toBe('other');
  });

  it('has the same root in any order of arrival', () => {
    const spans = ['a', 'b', 'c'].flatMap((trace) => ['1', '2'].map((s) => aSpan({ trace_id: trace, span_id: s, start_time: s === '1' ? null : '2026-01-01T00:00:00Z' })));
    fc.assert(fc.property(fc.shuffledSubarray(spans, { minLength: spans.length }), (shuffled) => {
      expect(rootOf(byKey(shuffled), 'b')?.key).toBe('b/2');
    }));
  });
});
