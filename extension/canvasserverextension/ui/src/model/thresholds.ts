import type { Info } from '../api/info';
import type { Row } from '../client/wire/execution';

/** Excess is what an execution has too much of, by the thresholds of the server's configuration. */
export interface Excess { readonly slow: boolean; readonly tokens: boolean; readonly cost: boolean }

/** excessOf compares an execution with the thresholds; one of 0 marks nothing. durationMs is null while it has no start. */
export function excessOf(row: Pick<Row, 'tokens' | 'costUsd'>, durationMs: number | null, info: Info | null): Excess {
  const over = (value: number | null, threshold: number) => threshold > 0 && value !== null && value >= threshold;
  return {
    slow: over(durationMs, info?.slowExecutionMs ?? 0),
    tokens: over(row.tokens.input + row.tokens.output, info?.highExecutionTokens ?? 0),
    cost: over(row.costUsd, info?.highCostUsd ?? 0),
  };
}
