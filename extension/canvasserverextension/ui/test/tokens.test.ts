import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/client/wire/json';
import { spellings } from '../src/model/spellings';
import { figuresOf, inferencesOf, priceOf, tokensOf } from '../src/model/tokens';
import { aSpan } from './spans';

function used(attributes: JsonObject, usage: string | null = 'counted') {
  return aSpan({ attributes, usage });
}

describe('the tokens of a span', () => {
  it('are the corrected ones, by which the server counts, and else those of the conventions', () => {
    expect(tokensOf(used({ 'gen_ai.usage.input_tokens': 3, 'orcheo.token.input': 9, 'gen_ai.usage.output_tokens': 4 }))).toEqual({ input: 9, output: 4 });
    expect(tokensOf(aSpan())).toBeNull();
  });

  it('are of a replay what it saved', () => {
    expect(tokensOf(used({ 'gen_ai.usage.input_tokens': 3, 'orcheo.token.input': 0, 'orcheo.token.output': 0 }, 'replay'))).toEqual({ input: 3, output: 0 });
  });

  it('are whole numbers or digits, and nothing else', () => {
    expect(tokensOf(used({ 'orcheo.token.input': '12', 'orcheo.token.output': -1 }))).toEqual({ input: 12, output: 0 });
    expect(tokensOf(used({ 'orcheo.token.input': 'many', 'orcheo.token.output': 1.5 }))).toBeNull();
  });
});

describe('where a figure comes from', () => {
  it('is the attribute of the dialect that says it', () => {
    const [input, output, read] = figuresOf(used({
      'orcheo.token.input': 120, 'gen_ai.usage.input_tokens': 120, 'llm.token_count.prompt': 120, 'orcheo.token.output': 7, 'gen_ai.usage.output_tokens': 7,
      'gen_ai.usage.cache_read.input_tokens': 100, 'llm.token_count.prompt_details.cache_read': 100,
    }));
    expect(input).toEqual({ name: 'input', tokens: 120, key: 'orcheo.token.input', reported: { tokens: 120, key: 'llm.token_count.prompt', dialect: 'OpenInference' } });
    expect(output?.reported).toEqual({ tokens: 7, key: 'gen_ai.usage.output_tokens', dialect: 'OpenTelemetry' });
    expect(read?.reported?.key).toBe('llm.token_count.prompt_details.cache_read');
  });

  it('tells what was said before it was corrected', () => {
    const [input] = figuresOf(used({ 'orcheo.token.input': 120, 'input_tokens': 20, 'orcheo.usage.inference': ['cache_added'] }));
    expect([input?.tokens, input?.reported?.tokens, input?.reported?.dialect]).toEqual([120, 20, 'Claude Code']);
    expect(inferencesOf(used({ 'orcheo.usage.inference': ['cache_added', 7] }))).toEqual(['cache_added']);
  });

  it('reaches into JSON, and survives what only looks like it', () => {
    expect(figuresOf(used({ 'orcheo.token.input': 5, 'genkit:output': '{"usage":{"inputTokens":5}}' }))[0]?.reported?.key).toBe('genkit:output');
    expect(figuresOf(used({ 'orcheo.token.input': 5, 'genkit:output': '{"usage":[' }))[0]?.reported?.dialect).toBe('Orcheo');
  });

  it('names every part that is known', () => {
    const names = figuresOf(used({
      'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.cache_read.input_tokens': 1, 'gen_ai.usage.cache_creation.input_tokens': 2,
      'gen_ai.usage.reasoning.output_tokens': 3, 'gen_ai.usage.audio.input_tokens': 4, 'gen_ai.usage.audio.output_tokens': 5,
    })).map((f) => `${f.name} ${f.tokens}`);
    expect(names).toEqual(['input 9', 'cacheRead 1', 'cacheWrite 2', 'reasoning 3', 'audioInput 4', 'audioOutput 5']);
  });
});

describe('the spellings of figures', () => {
  // The literals of the processor's dialects; some are a beginning that several names have in common.
  const root = new URL('../../../../internal/', import.meta.url);
  const files = [...readdirSync(new URL('genai', root)).filter((f) => f.startsWith('dialect_')).map((f) => `genai/${f}`), 'semconv/semconv.go'];
  const literals = new Set(files.flatMap((f) => readFileSync(new URL(f, root), 'utf8').match(/"[^"\n]*"/g) ?? []).flatMap((l) => l.slice(1, -1).split('+')));

  it.each([...spellings].flatMap(([figure, all]) => all.map((s) => [figure, s.path.length === 0 ? s.key : `${s.key}#${s.path.join('.')}`] as const)))('for %s, %s is read by the processor, too', (_, name) => {
    const together = [...literals].some((l) => name.startsWith(l) && literals.has(name.slice(l.length)));
    expect(literals.has(name) || together).toBe(true);
  });
});

describe('where a cost comes from', () => {
  it.each([
    [{ from: 'reported' }, { 'orcheo.cost.source': 'reported' }],
    [{ from: 'table', table: 'genai-prices 0.0.1' }, { 'orcheo.cost.source': 'table', 'orcheo.cost.table': 'genai-prices 0.0.1' }],
    [{ from: 'unsaid' }, { 'orcheo.cost.source': 'constructor' }],
  ])('is %j', (price, attributes) => {
    expect(priceOf(used(attributes))).toEqual(price);
  });
});
