import type { JsonObject } from '../client/wire/json';
import type { Node } from './tree';
import { durationOf } from './timeline';
import { costOf, tokensOf } from './tokens';

/** Difference is what a second figure is beside a first one. */
export interface Difference {
  readonly way: 'same' | 'more' | 'less';
  /** delta is second − first, in their unit. */
  readonly delta: number;
  /** ratio is second ÷ first; null where the first is 0. */
  readonly ratio: number | null;
}

/** slight is whether a difference is less than a hundredth of the first figure: two runs of the same steps differ by that much by chance. */
export function slight({ way, ratio }: Difference): boolean {
  return way !== 'same' && ratio !== null && Math.abs(ratio - 1) < 0.01;
}

/** differ is null where one of the two is not known. */
export function differ(first: number | null, second: number | null): Difference | null {
  if (first === null || second === null) {
    return null;
  }
  const delta = second - first;
  return { way: delta === 0 ? 'same' : delta > 0 ? 'more' : 'less', delta, ratio: first === 0 ? null : second / first };
}

/** Used is what the counted calls of a node and of everything below it used. */
export interface Used {
  readonly tokens: number;
  /** costUsd is null where there is a call and none has a price. */
  readonly costUsd: number | null;
  readonly unpriced: number;
}

/** usedBy adds up, for each node of a tree, what counts of it and of everything below it. */
export function usedBy(nodes: readonly Node[]): readonly Used[] {
  const tokens = new Float64Array(nodes.length);
  const cost = new Float64Array(nodes.length);
  const priced = new Int32Array(nodes.length);
  const unpriced = new Int32Array(nodes.length);
  const all = new Array<Used>(nodes.length);
  // Children stand after their parent.
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (node === undefined) {
      continue;
    }
    const own = node.span.usage === 'counted' ? { tokens: tokensOf(node.span), cost: costOf(node.span) } : null;
    if (own !== null && (own.tokens !== null || own.cost !== null)) {
      raise(tokens, i, (own.tokens?.input ?? 0) + (own.tokens?.output ?? 0));
      raise(cost, i, own.cost ?? 0);
      raise(own.cost === null ? unpriced : priced, i, 1);
    }
    if (node.parent >= 0) {
      for (const sums of [tokens, cost, priced, unpriced]) {
        raise(sums, node.parent, sums[i] ?? 0);
      }
    }
    const open = unpriced[i] ?? 0;
    all[i] = { tokens: tokens[i] ?? 0, costUsd: open > 0 && priced[i] === 0 ? null : cost[i] ?? 0, unpriced: open };
  }
  return all;
}

function raise(sums: Float64Array | Int32Array, at: number, by: number): void {
  sums[at] = (sums[at] ?? 0) + by;
}

/** Measure is what is compared of a step. Null is not known, or not there. */
export interface Measure { readonly duration: number | null; readonly tokens: number | null; readonly costUsd: number | null }

/** measureOf reads one side of a pair. A step that runs has taken the time until now. */
export function measureOf(node: Node | null, used: Used | undefined, now: number): Measure {
  return {
    duration: node === null ? null : durationOf(node.span, now),
    tokens: node === null ? null : used?.tokens ?? null,
    costUsd: node === null ? null : used?.costUsd ?? null,
  };
}

/** Unlike is an attribute that two spans do not agree on, as text; null where one does not have it. */
export interface Unlike { readonly key: string; readonly a: string | null; readonly b: string | null }

/** unlikeAttributes are in the order of their names. What names the run itself differs between any two, and is left out. */
export function unlikeAttributes(a: JsonObject, b: JsonObject): Unlike[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return keys
    .filter((key) => !key.startsWith('orcheo.execution.') && !key.startsWith('orcheo.partial.'))
    .map((key) => ({ key, a: valueText(a, key), b: valueText(b, key) }))
    .filter((u) => u.a !== u.b);
}

function valueText(attributes: JsonObject, key: string): string | null {
  const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);
}
