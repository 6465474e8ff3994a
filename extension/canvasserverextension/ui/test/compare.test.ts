import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/client/wire/json';
import type { Span } from '../src/client/wire/span';
import { pairUp, visiblePairs, withOtherwise, type Pair } from '../src/model/compare';
import { buildTree, type Node } from '../src/model/tree';
import { stepFor } from '../src/trace/keys';
import { aSpan, byKey } from './spans';

/** at is a span of a run that begins at a second, so that siblings have an order. */
function at(second: number, id: string, parent: string | null, name: string, fields: JsonObject = {}): Span {
  return aSpan({ span_id: id, parent_span_id: parent, name, start_time: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(), ...fields });
}

function placeholder(id: string, name = '(parent not received yet)'): Span {
  return aSpan({ span_id: id, name, state: 'missing', end_time: null });
}

const tree = (...spans: Span[]): readonly Node[] => buildTree(byKey(spans));

/** drawn writes a comparison as its rows: the name on both sides, indented. */
function drawn(pairs: readonly Pair[]): string[] {
  return pairs.map((p) => `${'  '.repeat(p.depth)}${p.a?.span.name ?? '–'} | ${p.b?.span.name ?? '–'}`);
}

const finished = tree(
  at(0, 'r', null, 'workflow.execution'),
  at(1, '1', 'r', 'plan'), at(2, '2', '1', 'chat gpt-large'),
  at(3, '3', 'r', 'answer'), at(4, '4', '3', 'chat gpt-large'), at(5, '5', '3', 'chat gpt-large'),
);

describe('two runs side by side', () => {
  it('pairs the same steps, whatever model they call', () => {
    const other = tree(
      at(10, 'x', null, 'workflow.execution'), at(11, 'y', 'x', 'plan'), at(12, 'z', 'y', 'chat gpt-small'),
      at(13, 'v', 'x', 'answer'), at(14, 'w', 'v', 'chat gpt-small'),
    );
    expect(drawn(pairUp(finished, other))).toEqual([
      'workflow.execution | workflow.execution', '  plan | plan', '    chat gpt-large | chat gpt-small',
      '  answer | answer', '    chat gpt-large | chat gpt-small', '    chat gpt-large | –',
    ]);
  });

  it('pairs a repeated step in the order of its occurrences, and puts what only the second run has where it happened', () => {
    const a = tree(at(0, 'r', null, 'run'), at(1, '1', 'r', 'search'), at(2, '2', 'r', 'search'), at(3, '3', 'r', 'write'));
    const b = tree(at(0, 'q', null, 'run'), at(1, '4', 'q', 'search'), at(2, '5', 'q', 'check'), at(3, '6', 'q', 'search'), at(4, '7', 'q', 'search'), at(5, '8', 'q', 'write'));
    const pairs = pairUp(a, b);
    expect(drawn(pairs)).toEqual(['run | run', '  search | search', '  – | check', '  search | search', '  – | search', '  write | write']);
    expect(pairs[1]).toMatchObject({ a: { span: { spanId: '1' } }, b: { span: { spanId: '4' } } });
    expect(pairs[0]).toMatchObject({ size: 6, children: 5 });
  });

  it('goes by the node, tool or agent rather than by the name of the span', () => {
    const a = tree(at(0, '1', null, 'run'), at(1, '2', '1', 'Summarise', { attributes: { 'orcheo.node.id': 'sum' } }), at(2, '3', '1', 'tool', { attributes: { 'gen_ai.tool.name': 'search' } }));
    const b = tree(at(0, '1', null, 'run'), at(1, '2', '1', 'Summary', { attributes: { 'orcheo.node.id': 'sum' } }), at(2, '3', '1', 'execute_tool search', { attributes: { 'gen_ai.tool.name': 'search' } }));
    expect(drawn(pairUp(a, b))).toEqual(['run | run', '  Summarise | Summary', '  tool | execute_tool search']);
  });

  it('takes the only two roots for the same, and nothing else that has another name', () => {
    expect(drawn(pairUp(tree(at(0, '1', null, 'POST /run'), at(1, '2', '1', 'a')), tree(at(0, '1', null, 'nightly'), at(1, '2', '1', 'b')))))
      .toEqual(['POST /run | nightly', '  – | b', '  a | –']);
  });

  it('puts a call whose parents have not arrived where it stands in the finished run', () => {
    const running = tree(placeholder('m'), at(12, 'z', 'm', 'chat gpt-small'), placeholder('n'), at(13, 'w', 'n', 'chat gpt-small'));
    expect(drawn(pairUp(running, finished))).toEqual([
      '– | workflow.execution', '  (parent not received yet) | plan', '    chat gpt-small | chat gpt-large',
      '  (parent not received yet) | answer', '    chat gpt-small | chat gpt-large', '    – | chat gpt-large',
    ]);
  });

  it('knows the placeholder of a whole run by its name', () => {
    const running = tree(placeholder('m', 'workflow.execution'), at(11, 'y', 'm', 'answer'));
    expect(drawn(pairUp(running, finished)).slice(0, 2)).toEqual(['workflow.execution | workflow.execution', '  – | plan']);
  });

  it('has everything on one side while nothing of the other is here', () => {
    expect(pairUp(finished, [])).toHaveLength(finished.length);
    expect(pairUp([], finished).every((p) => p.a === null && p.b !== null)).toBe(true);
    expect(pairUp([], [])).toEqual([]);
  });

  it('is not short of stack on a trace that goes deep', () => {
    const deep = tree(...Array.from({ length: 20_000 }, (_, i) => at(i, String(i), i === 0 ? null : String(i - 1), 'step')));
    expect(pairUp(deep, deep)).toHaveLength(20_000);
  });
});

/** Any forest: parents that are there, that are not, that are oneself, circles, placeholders; few names, so that much matches. */
const anySpan = fc.record({ parent: fc.option(fc.nat(9), { nil: null }), name: fc.constantFrom('plan', 'search', 'chat x', 'chat y', '__proto__'), state: fc.constantFrom('ended', 'running', 'missing'), second: fc.nat(9) });
const anyRun = fc.array(anySpan, { maxLength: 10 }).map((all) => all.map((s, i) => at(s.second, String(i), s.parent === null ? null : String(s.parent), s.name, { state: s.state })));

const partners = (pairs: readonly Pair[]) => pairs.map((p) => `${p.a?.span.key ?? ''} ${p.b?.span.key ?? ''}`);
const mirrored = (pairs: readonly Pair[]) => pairs.map((p) => `${p.b?.span.key ?? ''} ${p.a?.span.key ?? ''}`);

describe('whatever two runs look like', () => {
  it('every span of both stands in exactly one row, below the row of its parent or of that one’s partner', () => {
    fc.assert(fc.property(anyRun, anyRun, (one, two) => {
      const a = tree(...one);
      const b = tree(...two);
      const pairs = pairUp(a, b);
      const keys = (side: 'a' | 'b') => pairs.flatMap((p) => p[side]?.span.key ?? []).sort();
      expect(keys('a')).toEqual(one.map((s) => s.key).sort());
      expect(keys('b')).toEqual(two.map((s) => s.key).sort());
      expect(new Set(pairs.map((p) => p.key)).size).toBe(pairs.length);
      pairs.forEach((p, row) => {
        const parent = pairs[p.parent];
        expect(p.parent).toBeLessThan(row);
        expect(p.depth).toBe(parent === undefined ? 0 : parent.depth + 1);
        expect(row < p.parent + (parent?.size ?? Infinity)).toBe(true);
        const above = [a[p.a?.parent ?? -1], b[p.b?.parent ?? -1]].filter((n) => n !== undefined);
        expect(above.length === 0 || above.some((n) => n === parent?.a || n === parent?.b)).toBe(true);
      });
    }), { numRuns: 500 });
  });

  it('it does not matter which is first', () => {
    fc.assert(fc.property(anyRun, anyRun, (one, two) => {
      const [a, b] = [tree(...one), tree(...two)];
      expect(mirrored(pairUp(b, a)).sort()).toEqual(partners(pairUp(a, b)).sort());
    }), { numRuns: 500 });
  });

  it('it does not matter in which order the spans arrived', () => {
    const shuffled = anyRun.chain((run) => fc.tuple(fc.constant(run), fc.shuffledSubarray(run, { minLength: run.length, maxLength: run.length })));
    fc.assert(fc.property(shuffled, anyRun, ([run, arrived], other) => {
      expect(partners(pairUp(tree(...arrived), tree(...other)))).toEqual(partners(pairUp(tree(...run), tree(...other))));
    }));
  });

  it('a run is the same as itself', () => {
    fc.assert(fc.property(anyRun.filter((run) => run.every((s) => s.state !== 'missing')), (run) => {
      const a = tree(...run);
      expect(pairUp(a, tree(...run)).map((p) => [p.a?.span.key, p.b?.span.key])).toEqual(a.map((n) => [n.span.key, n.span.key]));
    }));
  });
});

describe('the rows of a comparison', () => {
  it('may be only those that one run lacks or ended otherwise, and what is above them', () => {
    const other = tree(
      at(0, 'r', null, 'workflow.execution'), at(1, '1', 'r', 'plan'), at(2, '2', '1', 'chat gpt-large', { state: 'running', end_time: null }),
      at(3, '3', 'r', 'answer', { status: { code: 'ERROR' } }), at(4, '4', '3', 'chat gpt-large'), at(5, '5', '3', 'chat gpt-large'), at(6, '6', '5', 'tool'),
    );
    const pairs = pairUp(finished, other);
    expect(drawn(visiblePairs(pairs, () => false, withOtherwise(pairs)))).toEqual(['workflow.execution | workflow.execution', '  answer | answer', '    chat gpt-large | chat gpt-large', '      – | tool']);
  });

  it('leave out what is below a closed step, and go by the keys of a tree', () => {
    const pairs = pairUp(finished, finished);
    const isClosed = (p: Pair) => p.a?.span.name === 'plan';
    const rows = visiblePairs(pairs, isClosed);
    expect(drawn(rows)).toEqual(['workflow.execution | workflow.execution', '  plan | plan', '  answer | answer', '    chat gpt-large | chat gpt-large', '    chat gpt-large | chat gpt-large']);
    const press = (key: string, row: number) => stepFor(key, { rows, row, isOpen: (p) => (p.children === 0 ? null : !isClosed(p)), page: 2 });
    expect([press('ArrowRight', 1), press('ArrowLeft', 2), press('ArrowLeft', 4), press('ArrowRight', 3)]).toEqual([{ type: 'open' }, { type: 'close' }, { type: 'move', row: 2 }, null]);
  });
});
