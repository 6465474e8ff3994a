import { describe, expect, it } from 'vitest';
import { differ, measureOf, slight, unlikeAttributes, usedBy } from '../src/model/difference';
import { buildTree } from '../src/model/tree';
import { deltaText, differenceWords, ratioText } from '../src/text/compare';
import { aSpan, byKey } from './spans';

describe('the difference of two figures', () => {
  it.each([
    ['more', 2, 3, { way: 'more', delta: 1, ratio: 1.5 }],
    ['less', 4, 1, { way: 'less', delta: -3, ratio: 0.25 }],
    ['nothing', 4, 4, { way: 'same', delta: 0, ratio: 1 }],
    ['no ratio to nothing', 0, 5, { way: 'more', delta: 5, ratio: null }],
  ] as const)('is %s', (_, first, second, expected) => {
    expect(differ(first, second)).toEqual(expected);
  });

  it('is not known where one of them is not', () => {
    expect(differ(null, 5)).toBeNull();
    expect(differ(5, null)).toBeNull();
  });

  it.each([
    ['less than a hundredth', 20_000, 20_001.46, true], ['as little below', 2000, 1981, true], ['a hundredth', 100, 101, false],
    ['nothing', 4, 4, false], ['anything beside nothing', 0, 1, false],
  ] as const)('is slight or not: %s', (_, first, second, expected) => {
    const d = differ(first, second);
    expect(d !== null && slight(d)).toBe(expected);
  });

  it('is told without a ratio where it is slight', () => {
    const d = differ(20_000, 20_010);
    if (d === null) {
      throw new Error('no difference');
    }
    expect([deltaText(d, 'duration'), ratioText(d), differenceWords(d, 'duration')]).toEqual(['+10 ms', '', '10 ms longer, less than 1 percent']);
  });
});

describe('what a step used', () => {
  const call = (id: string, parent: string | null, usage: string | null, attributes: Record<string, number>) => aSpan({ span_id: id, parent_span_id: parent, usage, attributes });
  const nodes = buildTree(byKey([
    call('1', null, 'aggregate', { 'gen_ai.usage.input_tokens': 900 }),
    call('2', '1', 'counted', { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10, 'orcheo.cost.usd': 0.5 }),
    call('3', '1', 'counted', { 'gen_ai.usage.input_tokens': 7 }),
    call('4', '1', null, {}),
  ]));
  const used = usedBy(nodes);

  it('is what counts of it and below it', () => {
    expect(used).toEqual([
      { tokens: 117, costUsd: 0.5, unpriced: 1 }, { tokens: 110, costUsd: 0.5, unpriced: 0 },
      { tokens: 7, costUsd: null, unpriced: 1 }, { tokens: 0, costUsd: 0, unpriced: 0 },
    ]);
  });

  it('is measured with its time, and without any where it is not there', () => {
    const [root] = nodes;
    if (root === undefined) {
      throw new Error('no root');
    }
    expect(measureOf(root, used[0], 0)).toEqual({ duration: 1000, tokens: 117, costUsd: 0.5 });
    expect(measureOf(null, undefined, 0)).toEqual({ duration: null, tokens: null, costUsd: null });
    expect(measureOf({ ...root, span: aSpan({ state: 'missing', end_time: null }) }, used[0], 0)).toEqual({ duration: null, tokens: 117, costUsd: 0.5 });
  });
});

describe('attributes that differ', () => {
  it('are those that one does not have, or has another value of, but for what names the run', () => {
    const a = { same: [1], model: 'x', 'orcheo.execution.id': '1', constructor: 'a', only: true };
    const b = { same: [1], model: 'y', 'orcheo.execution.id': '2', list: [1, 2] };
    expect(unlikeAttributes(a, b)).toEqual([
      { key: 'constructor', a: 'a', b: null }, { key: 'list', a: null, b: '[1,2]' }, { key: 'model', a: 'x', b: 'y' }, { key: 'only', a: 'true', b: null },
    ]);
  });
});
