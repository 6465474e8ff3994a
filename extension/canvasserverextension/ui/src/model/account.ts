import type { Span, UsageRole } from '../client/wire/span';
import { accountText } from '../text/account';
import { Scopes } from './scope';
import { costOf, figureOf, modelOf, tokensOf } from './tokens';
import type { Node } from './tree';

/** Sum is what some calls used. Cache and reasoning are parts of input and output. */
export interface Sum {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  /** costUsd is of the calls that have a price; of the unpriced ones nobody knows. */
  readonly costUsd: number;
  readonly unpriced: number;
}

/** Call is one span that used something, and where it stands in the tree. */
export interface Call extends Sum { readonly index: number }

/** Share is what one node or model used of the whole, and the calls that it is made of, in the order of the tree. */
export interface Share extends Sum { readonly name: string; readonly of: readonly Call[] }

export type ExcludedRole = Exclude<UsageRole, 'counted'>;

/** Exclusion is what spans reported beside what counts, for one reason. */
export interface Exclusion extends Sum { readonly role: ExcludedRole; readonly of: readonly Call[] }

/** Account is what an execution used, by node and by model, and what its spans reported beside that and does not count. */
export interface Account {
  readonly total: Sum;
  /** calls are those that count, in the order of the tree. */
  readonly calls: readonly Call[];
  readonly nodes: readonly Share[];
  readonly models: readonly Share[];
  readonly excluded: readonly Exclusion[];
}

const nothing: Sum = { calls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0, costUsd: 0, unpriced: 0 };

/**
 * accountOf adds up what counts; shares are in the order in which their first call stands in the tree. The server decides what
 * counts, and says so on each span.
 */
export function accountOf(nodes: readonly Node[]): Account {
  const scopes = new Scopes(nodes);
  const byNode = new Map<string, Call[]>();
  const byModel = new Map<string, Call[]>();
  const excluded = new Map<ExcludedRole, Call[]>();
  const calls: Call[] = [];
  nodes.forEach(({ span }, index) => {
    const used = span.usage === null ? null : usageOf(span);
    if (used === null || span.usage === null) {
      return;
    }
    const call = { ...used, index };
    if (span.usage === 'counted') {
      calls.push(call);
      add(byNode, scopes.of(index), call);
      add(byModel, modelOf(span) ?? accountText.unknownModel, call);
    } else {
      add(excluded, span.usage, call);
    }
  });
  const shares = (all: ReadonlyMap<string, readonly Call[]>) => [...all].map(([name, of]) => ({ ...sumOf(of), name, of }));
  return {
    total: sumOf(calls), calls, nodes: shares(byNode), models: shares(byModel),
    excluded: [...excluded].map(([role, of]) => ({ ...sumOf(of), role, of })),
  };
}

function usageOf(span: Span): Sum | null {
  const tokens = tokensOf(span);
  const cost = costOf(span);
  if (tokens === null && cost === null) {
    return null;
  }
  return {
    calls: 1, input: tokens?.input ?? 0, output: tokens?.output ?? 0,
    cacheRead: figureOf(span, 'cacheRead') ?? 0, cacheWrite: figureOf(span, 'cacheWrite') ?? 0, reasoning: figureOf(span, 'reasoning') ?? 0,
    costUsd: cost ?? 0, unpriced: cost === null ? 1 : 0,
  };
}

function add<Key>(lists: Map<Key, Call[]>, key: Key, call: Call): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [call]);
  } else {
    list.push(call);
  }
}

function sumOf(calls: readonly Call[]): Sum {
  const sum = { ...nothing };
  for (const c of calls) {
    sum.calls += c.calls;
    sum.input += c.input;
    sum.output += c.output;
    sum.cacheRead += c.cacheRead;
    sum.cacheWrite += c.cacheWrite;
    sum.reasoning += c.reasoning;
    sum.costUsd += c.costUsd;
    sum.unpriced += c.unpriced;
  }
  return sum;
}
