import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usageRoles } from '../src/client/wire/span';
import { accountOf } from '../src/model/account';
import { buildTree } from '../src/model/tree';
import { accountText } from '../src/text/account';
import { aSpan, byKey } from './spans';

function aCall(id: string, usage: string | null, attributes: Record<string, number | string>, parent: string | null = null) {
  return aSpan({ span_id: id, parent_span_id: parent, name: `chat ${id}`, usage, attributes });
}

const spans = [
  aCall('n', null, { 'orcheo.node.id': 'summarize' }),
  aCall('1', 'counted', { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10, 'gen_ai.usage.cache_read.input_tokens': 40, 'gen_ai.request.model': 'small', 'orcheo.cost.usd': 0.5 }, 'n'),
  aCall('2', 'counted', { 'gen_ai.usage.input_tokens': 300, 'gen_ai.usage.output_tokens': 30, 'gen_ai.usage.reasoning.output_tokens': 20, 'gen_ai.request.model': 'large' }, 'n'),
  aCall('3', 'counted', { 'gen_ai.usage.input_tokens': 1 }),
  aCall('4', 'duplicate', { 'gen_ai.usage.input_tokens': 300, 'orcheo.cost.usd': 9 }, 'n'),
];

describe('the account of an execution', () => {
  const tree = buildTree(byKey(spans));
  const account = accountOf(tree);

  it('adds up by node and by model, in the order of the tree, and names the calls', () => {
    expect(account.nodes.map((s) => [s.name, s.calls, s.input, s.output])).toEqual([['chat 3', 1, 1, 0], ['summarize', 2, 400, 40]]);
    expect(account.models.map((s) => [s.name, s.input])).toEqual([[accountText.unknownModel, 1], ['small', 100], ['large', 300]]);
    expect(account.nodes[1]?.of.map((c) => tree[c.index]?.span.name)).toEqual(['chat 1', 'chat 2']);
    expect(account.calls.map((c) => c.index)).toEqual([0, 2, 3]);
    expect(account.nodes[1]).toMatchObject({ cacheRead: 40, reasoning: 20 });
  });

  it('says of how many calls nobody knows the price', () => {
    expect(account.total).toMatchObject({ calls: 3, costUsd: 0.5, unpriced: 2 });
  });

  it('keeps what does not count apart, with the reason', () => {
    expect(account.excluded).toEqual([expect.objectContaining({ role: 'duplicate', calls: 1, input: 300, costUsd: 9 })]);
  });

  it('loses and invents nothing: both divisions add up to the total, and all to what was reported', () => {
    const any = fc.array(fc.record({ usage: fc.constantFrom(...usageRoles), input: fc.nat(1000), output: fc.nat(1000), model: fc.constantFrom('a', 'b', '__proto__'), node: fc.constantFrom('x', 'y', '') }), { maxLength: 20 });
    fc.assert(fc.property(any, (all) => {
      const a = accountOf(buildTree(byKey(all.map((c, i) => aCall(String(i), c.usage, {
        'gen_ai.usage.input_tokens': c.input, 'gen_ai.usage.output_tokens': c.output, 'gen_ai.request.model': c.model, 'orcheo.node.id': c.node,
      })))));
      const input = (sums: readonly { input: number }[]) => sums.reduce((n, s) => n + s.input, 0);
      expect(input(a.nodes)).toBe(a.total.input);
      expect(input(a.models)).toBe(a.total.input);
      expect(a.total.input + input(a.excluded)).toBe(input(all));
    }));
  });
});
