import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/client/wire/json';
import type { Span } from '../src/client/wire/span';
import { scopesOf } from '../src/model/scope';
import { buildTranscript } from '../src/model/transcript';
import { buildTree } from '../src/model/tree';
import { aSpan, byKey } from './spans';

function at(second: number): string {
  return `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
}

/** aCall is a model call from one second to another, with what went in and what came out. */
function aCall(id: string, from: number, to: number, input: readonly string[], output: readonly string[], more: JsonObject = {}): Span {
  const events = [...input.map((m) => [m, from] as const), ...output.map((m) => [m, to] as const)].map(([m, second]) => {
    const [role = '', preview = ''] = m.split(': ');
    return { name: 'message', time: at(second), attributes: { role, preview } };
  });
  return aSpan({ span_id: id, name: `chat ${id}`, start_time: at(from), end_time: at(to), events, attributes: { 'gen_ai.operation.name': 'chat' }, ...more });
}

function aTool(id: string, from: number, to: number, attributes: JsonObject): Span {
  return aSpan({ span_id: id, name: 'execute_tool', start_time: at(from), end_time: at(to), attributes: { 'gen_ai.operation.name': 'execute_tool', ...attributes } });
}

function said(spans: readonly Span[]): string[] {
  return buildTranscript(buildTree(byKey(spans))).turns.map((t) => `${t.span.spanId} ${t.role}: ${t.text}`);
}

const loop = [
  aCall('1', 1, 2, ['system: Be brief.', 'user: Weather?'], ['assistant: weather()']),
  aTool('2', 3, 4, { 'gen_ai.tool.call.arguments': { city: 'Paris' }, 'gen_ai.tool.call.result': '17 degrees' }),
  aCall('3', 5, 6, ['system: Be brief.', 'user: Weather?', 'assistant: weather( )', 'tool: 17 degrees'], ['assistant: It is mild.']),
];

describe('the transcript', () => {
  it('tells a conversation with a tool once, in order, though the second call repeats it', () => {
    expect(said(loop)).toEqual([
      '1 system: Be brief.', '1 user: Weather?', '1 assistant: weather()', '2 call: {"city":"Paris"}', '2 result: 17 degrees', '3 assistant: It is mild.',
    ]);
    expect(buildTranscript(buildTree(byKey(loop))).repeated).toBe(4);
  });

  it('leaves to the call inside what an agent around it tells too', () => {
    const agent = aCall('0', 0, 9, ['user: Weather?'], ['assistant: It is mild.'], { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' } });
    expect(said([agent, ...loop.map((s) => aSpan({ ...s.raw, parent_span_id: '0' }))])).toEqual([
      '0 user: Weather?', '1 system: Be brief.', '1 assistant: weather()', '2 call: {"city":"Paris"}', '2 result: 17 degrees', '3 assistant: It is mild.',
    ]);
  });

  it('shows the same answer of two calls twice, but not of a second account of one call', () => {
    const twice = [aCall('1', 1, 2, ['user: a'], ['assistant: OK']), aCall('2', 3, 4, ['user: b'], ['assistant: OK'])];
    expect(said(twice).filter((t) => t.endsWith('OK'))).toHaveLength(2);
    expect(said([...twice, aCall('3', 2, 3, ['user: b'], ['assistant: OK'], { usage: 'duplicate' })]).filter((t) => t.endsWith('OK'))).toHaveLength(2);
  });

  it('tells the tokens of a call at the last thing that it says', () => {
    const used = { attributes: { 'gen_ai.operation.name': 'chat', 'orcheo.token.input': 12, 'orcheo.token.output': 3 } };
    const { turns } = buildTranscript(buildTree(byKey([aCall('1', 1, 2, ['user: a'], ['assistant: b', 'assistant: c'], used), aTool('2', 3, 4, { 'gen_ai.tool.call.arguments': '{}' })])));
    expect(turns.map((t) => [t.text, t.tokens, t.called])).toEqual([['a', null, false], ['b', null, false], ['c', { input: 12, output: 3 }, false], ['{}', null, true]]);
  });

  it('keeps what was said twice in one conversation', () => {
    expect(said([aCall('1', 1, 2, ['user: yes', 'assistant: sure?', 'user: yes'], ['assistant: done'])])).toHaveLength(4);
  });

  it('survives 5,000 calls with the same answer', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => aCall(String(i), 1, 2, [], ['assistant: OK']));
    expect(buildTranscript(buildTree(byKey(many))).turns).toHaveLength(5_000);
  });

  it('is empty where no span tells what was said', () => {
    expect(buildTranscript([])).toEqual({ turns: [], repeated: 0 });
    expect(said([aSpan()])).toEqual([]);
  });

  it('is the same in any order of arrival, and in the order of time', () => {
    const calls = fc.array(fc.record({ from: fc.nat(20), length: fc.nat(9), word: fc.constantFrom('a', 'b', 'c'), parent: fc.option(fc.nat(5)) }), { maxLength: 8 });
    fc.assert(fc.property(calls, fc.infiniteStream(fc.nat()), (all, keys) => {
      const spans = all.map((c, i) => aCall(String(i), c.from, c.from + c.length, [`user: ${c.word}`], [`assistant: ${c.word}!`], { parent_span_id: c.parent === null ? null : String(c.parent) }));
      const shuffled = spans.map((s) => [keys.next().value ?? 0, s] as const).sort(([a], [b]) => a - b).map(([, s]) => s);
      expect(said(shuffled)).toEqual(said(spans));
      const times = buildTranscript(buildTree(byKey(spans))).turns.map((t) => t.at ?? 0);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }));
  });
});

describe('scopes', () => {
  it('are those of the nearest node or agent, and else of the top', () => {
    const nodes = buildTree(byKey([
      aSpan({ span_id: '1', name: 'workflow.execution' }),
      aSpan({ span_id: '2', parent_span_id: '1', name: 'run', attributes: { 'orcheo.node.id': 'n1', 'orcheo.node.display_name': 'Summarize' } }),
      aSpan({ span_id: '3', parent_span_id: '2', name: 'chat' }),
      aSpan({ span_id: '4', name: 'other' }),
    ]));
    expect(scopesOf(nodes)).toEqual(['workflow.execution', 'Summarize', 'Summarize', 'other']);
  });
});
