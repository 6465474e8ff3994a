import type { Span, UsageRole } from '../client/wire/span';
import { accountText } from '../text/account';
import { scopesOf } from './scope';
import { costOf, modelOf, tokensOf } from './tokens';
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

/** Share is what one node or model used of the whole. */
export interface Share extends Sum { readonly name: string }

export type ExcludedRole = Exclude<UsageRole, 'counted'>;

/** Account is what an execution used, by node and by model, and what its spans reported beside that and does not count. */
export interface Account {
  readonly total: Sum;
  readonly nodes: readonly Share[];
  readonly models: readonly Share[];
  readonly excluded: readonly (Sum & { readonly role: ExcludedRole })[];
}

const nothing: Sum = { calls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0, costUsd: 0, unpriced: 0 };

/** accountOf adds up what counts; the largest shares come first. The server decides what counts, and says so on each span. */
export function accountOf(nodes: readonly Node[]): Account {
  const scopes = scopesOf(nodes);
  const byNode = new Map<string, Sum>();
  const byModel = new Map<string, Sum>();
  const excluded = new Map<ExcludedRole, Sum>();
  let total = nothing;
  nodes.forEach(({ span }, i) => {
    const one = usageOf(span);
    if (one === null || span.usage === null) {
      return;
    }
    if (span.usage === 'counted') {
      total = plus(total, one);
      add(byNode, scopes[i] ?? span.name, one);
      add(byModel, modelOf(span) ?? accountText.unknownModel, one);
    } else {
      add(excluded, span.usage, one);
    }
  });
  return { total, nodes: shares(byNode), models: shares(byModel), excluded: [...excluded].map(([role, sum]) => ({ ...sum, role })) };
}

function usageOf(span: Span): Sum | null {
  const tokens = tokensOf(span);
  const cost = costOf(span);
  if (tokens === null && cost === null) {
    return null;
  }
  return {
    calls: 1, input: tokens?.input ?? 0, output: tokens?.output ?? 0,
    cacheRead: figure(span, 'gen_ai.usage.cache_read.input_tokens'),
    cacheWrite: figure(span, 'gen_ai.usage.cache_write.input_tokens') || figure(span, 'gen_ai.usage.cache_creation.input_tokens'),
    reasoning: figure(span, 'gen_ai.usage.reasoning.output_tokens'),
    costUsd: cost ?? 0, unpriced: cost === null ? 1 : 0,
  };
}

function figure(span: Span, key: string): number {
  const value = span.attributes[key];
  return typeof value === 'number' ? value : 0;
}

function add<Key>(sums: Map<Key, Sum>, key: Key, one: Sum): void {
  sums.set(key, plus(sums.get(key) ?? nothing, one));
}

function plus(a: Sum, b: Sum): Sum {
  return {
    calls: a.calls + b.calls, input: a.input + b.input, output: a.output + b.output, cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite, reasoning: a.reasoning + b.reasoning, costUsd: a.costUsd + b.costUsd, unpriced: a.unpriced + b.unpriced,
  };
}

function shares(sums: ReadonlyMap<string, Sum>): Share[] {
  return [...sums].map(([name, sum]) => ({ ...sum, name }))
    .sort((a, b) => b.input + b.output - (a.input + a.output) || (a.name < b.name ? -1 : 1));
}
