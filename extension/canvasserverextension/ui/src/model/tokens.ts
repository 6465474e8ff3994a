import type { Tokens } from '../client/wire/execution';
import type { Span } from '../client/wire/span';

const inputKeys = ['gen_ai.usage.input_tokens', 'orcheo.token.input'] as const;
const outputKeys = ['gen_ai.usage.output_tokens', 'orcheo.token.output'] as const;

/** tokensOf is what a span reports itself, whether or not it counts; null where it reports nothing. */
export function tokensOf(span: Span): Tokens | null {
  const input = first(span, inputKeys);
  const output = first(span, outputKeys);
  return input === null && output === null ? null : { input: input ?? 0, output: output ?? 0 };
}

function first(span: Span, keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = span.attributes[key];
    if (typeof value === 'number') {
      return value;
    }
  }
  return null;
}

/** modelOf is the model that answered, or else the one that was asked for. */
export function modelOf(span: Span): string | null {
  const keys = ['gen_ai.response.model', 'orcheo.ai.model.actual', 'gen_ai.request.model', 'orcheo.ai.model.requested'];
  for (const key of keys) {
    const value = span.attributes[key];
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return null;
}

export function costOf(span: Span): number | null {
  const value = span.attributes['orcheo.cost.usd'];
  return typeof value === 'number' ? value : null;
}
