import type { Tokens } from '../client/wire/execution';
import { emptyObject, isObject, parseJson, texts, type Json } from '../client/wire/json';
import type { Span } from '../client/wire/span';
import { spellings, type FigureName, type Spelling } from './spellings';

/** tokensOf is what a span took by the figures that the server goes by, whether or not it counts; null where it reports nothing. */
export function tokensOf(span: Span): Tokens | null {
  const input = countedUnder(span, 'input');
  const output = countedUnder(span, 'output');
  return input === null && output === null ? null : { input: input?.tokens ?? 0, output: output?.tokens ?? 0 };
}

/** Told is a figure and the attribute that says it. */
export interface Told { readonly tokens: number; readonly key: string }

/** Figure is one token figure of a span: what the server goes by, and where the span itself said it. */
export interface Figure extends Told {
  readonly name: FigureName;
  /** reported is what the span said before anything was inferred, in which dialect; null where no spelling of it is known. */
  readonly reported: (Told & { readonly dialect: string }) | null;
}

/** figuresOf are the token figures of a span: the whole ones, then their parts. */
export function figuresOf(span: Span): Figure[] {
  const all: Figure[] = [];
  for (const name of spellings.keys()) {
    const told = countedUnder(span, name);
    if (told !== null) {
      all.push({ name, ...told, reported: reportedAs(span, name, told) });
    }
  }
  return all;
}

/** figureOf is one token figure of a span, as the server goes by it; null where it reports none. */
export function figureOf(span: Span, name: FigureName): number | null {
  return countedUnder(span, name)?.tokens ?? null;
}

/** inferencesOf are the words of what was not simply reported: orcheo.usage.inference. */
export function inferencesOf(span: Span): readonly string[] {
  return texts(span.attributes['orcheo.usage.inference']);
}

// The attributes by which the server counts; the corrected figures come before those of the conventions, which may be wrong.
const counting: Readonly<Record<FigureName, readonly string[]>> = {
  input: ['orcheo.token.input', 'gen_ai.usage.input_tokens'],
  output: ['orcheo.token.output', 'gen_ai.usage.output_tokens'],
  cacheRead: ['gen_ai.usage.cache_read.input_tokens'],
  cacheWrite: ['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
  reasoning: ['gen_ai.usage.reasoning.output_tokens'],
  audioInput: ['gen_ai.usage.audio.input_tokens'],
  audioOutput: ['gen_ai.usage.audio.output_tokens'],
};

function countedUnder(span: Span, name: FigureName): Told | null {
  const keys = counting[name];
  // Of a replay the corrected figures are 0, and the others say what was saved.
  for (const key of span.usage === 'replay' ? keys.toReversed() : keys) {
    const tokens = count(span.attributes[key]);
    if (tokens !== null) {
      return { tokens, key };
    }
  }
  return null;
}

/**
 * reportedAs prefers what only an emitter writes: the names of the conventions and Orcheo's may have been added on the way. Of
 * several it takes the one that says the same.
 */
function reportedAs(span: Span, name: FigureName, told: Told): Figure['reported'] {
  let best: Figure['reported'] = null;
  for (const spelling of spellings.get(name) ?? []) {
    const tokens = count(valueAt(span, spelling));
    if (tokens === null || (best !== null && spelling.shared)) {
      continue;
    }
    const found = { tokens, key: spelling.key, dialect: spelling.dialect };
    if (tokens === told.tokens && !spelling.shared) {
      return found;
    }
    best ??= found;
  }
  return best;
}

function valueAt(span: Span, { key, path }: Spelling): Json | undefined {
  const value = span.attributes[key];
  if (path.length === 0 || value === undefined) {
    return value;
  }
  let at: Json | undefined = typeof value === 'string' ? parseJson(value.slice(0, 65_536)) : value;
  for (const step of path) {
    at = (isObject(at) ? at : emptyObject)[step];
  }
  return at;
}

/** count reads an amount of tokens as the server does: a whole number, or its digits. */
function count(value: Json | undefined): number | null {
  const n = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Number.isSafeInteger(n) && n >= 0 ? n : null;
}

/** modelOf is the model that answered, or else the one that was asked for. */
export function modelOf(span: Span): string | null {
  return firstText(span, ['gen_ai.response.model', 'orcheo.ai.model.actual']) ?? requestedModelOf(span);
}

/** requestedModelOf is the model that was asked for. */
export function requestedModelOf(span: Span): string | null {
  return firstText(span, ['gen_ai.request.model', 'orcheo.ai.model.requested']);
}

function firstText(span: Span, keys: readonly string[]): string | null {
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

/** Price is where a cost comes from: the span itself, or a price table with its name and date. */
export type Price = { readonly from: 'reported' | 'unsaid' } | { readonly from: 'table'; readonly table: string | null };

/** priceOf says where the cost of a span comes from. */
export function priceOf(span: Span): Price {
  switch (span.attributes['orcheo.cost.source']) {
    case 'reported':
      return { from: 'reported' };
    case 'table':
      return { from: 'table', table: firstText(span, ['orcheo.cost.table']) };
    default:
      return { from: 'unsaid' };
  }
}
