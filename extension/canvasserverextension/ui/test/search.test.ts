import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextMatch, searchNodes } from '../src/model/search';
import { buildTree } from '../src/model/tree';
import { keyHelp } from '../src/text/keys';
import { commandFor } from '../src/trace/shortcuts';
import { aSpan, byKey } from './spans';

const nodes = buildTree(byKey([
  aSpan({ span_id: '1', name: 'invoke_agent Planner', attributes: { 'gen_ai.request.model': 'gpt-4o', nested: { deep: ['Zebra'] } } }),
  aSpan({ span_id: '2', parent_span_id: '1', events: [{ name: 'prompt', time: null, attributes: { preview: 'Why is the sky blue?' } }] }),
  aSpan({ span_id: '3', parent_span_id: '1', status: { code: 'ERROR', message: 'sky fell' } }),
]));

function found(query: string): string[] {
  return searchNodes(nodes, query).indexes.map((i) => nodes[i]?.span.spanId ?? '');
}

describe('the search in an execution', () => {
  it.each([['planner', ['1']], ['GPT-4O', ['1']], ['request.model', ['1']], ['zebra', ['1']], ['sky', ['2', '3']], ['blue why', ['2']], ['nothing', []], ['  ', []]])(
    'for “%s” finds %j', (query, ids) => {
      expect(found(query)).toEqual(ids);
    });

  it('takes what is typed for a text, never for a pattern', () => {
    expect(found('.*')).toEqual([]);
    expect(found('why (')).toEqual([]);
  });

  it('goes from match to match, and round again at both ends', () => {
    const f = searchNodes(nodes, 'sky');
    expect([nextMatch(f, -1, 1), nextMatch(f, 1, 1), nextMatch(f, 2, 1)]).toEqual([1, 2, 1]);
    expect([nextMatch(f, 2, -1), nextMatch(f, 1, -1), nextMatch(f, 0, -1)]).toEqual([1, 2, 2]);
    expect(nextMatch(searchNodes(nodes, 'nothing'), 0, 1)).toBe(-1);
  });

  it('visits every match once before it begins again', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(50), { minLength: 1 }), fc.integer({ min: -1, max: 50 }), fc.constantFrom(1 as const, -1 as const), (some, from, direction) => {
      const f = { indexes: [...some].sort((a, b) => a - b), keys: new Set<never>() };
      const visited: number[] = [];
      for (let at = from, i = 0; i < some.length; i++) {
        at = nextMatch(f, at, direction);
        visited.push(at);
      }
      expect([...visited].sort((a, b) => a - b)).toEqual(f.indexes);
    }));
  });
});

describe('the keys of the page', () => {
  const plain = { modified: false, typing: false, single: true };

  it('do what the help says', () => {
    expect(commandFor({ key: 'n', ...plain })).toEqual({ type: 'next' });
    expect(commandFor({ key: 'N', ...plain })).toEqual({ type: 'previous' });
    expect(commandFor({ key: '2', ...plain })).toEqual({ type: 'view', view: 'transcript' });
    for (const [keys] of keyHelp[0]?.keys ?? []) {
      for (const key of keys.replace('Esc', 'Escape').split(' ')) {
        expect(commandFor({ key, ...plain }), key).not.toBeNull();
      }
    }
  });

  it('are left to whoever types, to the browser, and to the tree', () => {
    expect(commandFor({ key: 'n', ...plain, typing: true })).toBeNull();
    expect(commandFor({ key: 'n', ...plain, modified: true })).toBeNull();
    expect(commandFor({ key: 'ArrowDown', ...plain })).toBeNull();
  });

  it('of a single character do nothing for whoever turned them off; Escape still does', () => {
    for (const key of ['n', 'N', 'e', '1', '/', '?']) {
      expect(commandFor({ key, ...plain, single: false }), key).toBeNull();
    }
    expect(commandFor({ key: 'Escape', ...plain, single: false })).toEqual({ type: 'close' });
  });
});
