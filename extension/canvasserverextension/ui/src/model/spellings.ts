// How instrumentations write token figures: the attributes that the tokenpreview processor reads (internal/genai/dialect_*.go), those
// first that only their emitter writes. It tells the reader where a figure was said; what counts is the server's to decide.

export type FigureName = 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'reasoning' | 'audioInput' | 'audioOutput';

/** Spelling is an attribute that holds a figure, or with a path a member of the JSON in it; shared: the processor writes it, too. */
export interface Spelling { readonly key: string; readonly path: readonly string[]; readonly dialect: string; readonly shared: boolean }

/** written are the names of an emitter's figures. A "#" leads into JSON. */
const written: readonly (readonly [dialect: string, figures: Partial<Readonly<Record<FigureName, string>>>])[] = [
  ['OpenInference', {
    input: 'llm.token_count.prompt', output: 'llm.token_count.completion', cacheRead: 'llm.token_count.prompt_details.cache_read',
    cacheWrite: 'llm.token_count.prompt_details.cache_write', reasoning: 'llm.token_count.completion_details.reasoning',
    audioInput: 'llm.token_count.prompt_details.audio', audioOutput: 'llm.token_count.completion_details.audio',
  }],
  ['AI SDK', {
    input: 'ai.usage.inputTokens ai.usage.promptTokens ai.usage.tokens', output: 'ai.usage.outputTokens ai.usage.completionTokens',
    cacheRead: 'ai.usage.cachedInputTokens ai.usage.inputTokenDetails.cacheReadTokens', cacheWrite: 'ai.usage.inputTokenDetails.cacheWriteTokens',
    reasoning: 'ai.usage.reasoningTokens ai.usage.outputTokenDetails.reasoningTokens',
  }],
  ['Pydantic AI', {
    input: 'gen_ai.aggregated_usage.input_tokens', output: 'gen_ai.aggregated_usage.output_tokens',
    cacheRead: 'gen_ai.aggregated_usage.cache_read.input_tokens gen_ai.aggregated_usage.details.cache_read_tokens',
    cacheWrite: 'gen_ai.aggregated_usage.cache_write.input_tokens gen_ai.aggregated_usage.details.cache_write_tokens',
  }],
  ['Langfuse', {
    input: 'langfuse.observation.usage_details#input', output: 'langfuse.observation.usage_details#output',
    cacheRead: 'langfuse.observation.usage_details#input_cached_tokens langfuse.observation.usage_details#cache_read_input_tokens',
    cacheWrite: 'langfuse.observation.usage_details#cache_creation_input_tokens', reasoning: 'langfuse.observation.usage_details#output_reasoning_tokens',
    audioInput: 'langfuse.observation.usage_details#input_audio_tokens', audioOutput: 'langfuse.observation.usage_details#output_audio_tokens',
  }],
  ['Claude Code', { input: 'input_tokens', output: 'output_tokens', cacheRead: 'cache_read_tokens', cacheWrite: 'cache_creation_tokens' }],
  ['Codex CLI', {
    input: 'codex.turn.token_usage.input_tokens codex.usage.input_tokens', output: 'codex.turn.token_usage.output_tokens codex.usage.output_tokens',
    cacheRead: 'codex.turn.token_usage.cached_input_tokens codex.usage.cached_input_tokens', cacheWrite: 'codex.turn.token_usage.cache_write_input_tokens',
    reasoning: 'codex.turn.token_usage.reasoning_output_tokens codex.usage.reasoning_output_tokens',
  }],
  ['Genkit', {
    input: 'genkit:output#usage.inputTokens', output: 'genkit:output#usage.outputTokens', cacheRead: 'genkit:output#usage.cachedContentTokens',
    reasoning: 'genkit:output#usage.thoughtsTokens',
  }],
  ['LangWatch', {
    input: 'langwatch.metrics#value.promptTokens', output: 'langwatch.metrics#value.completionTokens',
    cacheRead: 'langwatch.metrics#value.cacheReadInputTokens', reasoning: 'langwatch.metrics#value.reasoningTokens',
  }],
  ['MLflow', {
    input: 'mlflow.chat.tokenUsage#input_tokens', output: 'mlflow.chat.tokenUsage#output_tokens',
    cacheRead: 'mlflow.chat.tokenUsage#cache_read_input_tokens', cacheWrite: 'mlflow.chat.tokenUsage#cache_creation_input_tokens',
  }],
  ['Braintrust', {
    input: 'braintrust.metrics#prompt_tokens', output: 'braintrust.metrics#completion_tokens', cacheRead: 'braintrust.metrics#prompt_cached_tokens',
    cacheWrite: 'braintrust.metrics#prompt_cache_creation_tokens', reasoning: 'braintrust.metrics#completion_reasoning_tokens',
  }],
  ['VoltAgent', {
    input: 'usage.prompt_tokens llm.usage.prompt_tokens', output: 'usage.completion_tokens llm.usage.completion_tokens',
    cacheRead: 'usage.cached_tokens', reasoning: 'usage.reasoning_tokens',
  }],
  ['OpenTelemetry, older names', {
    input: 'gen_ai.usage.prompt_tokens gen_ai.token.usage.input', output: 'gen_ai.usage.completion_tokens gen_ai.token.usage.output',
    cacheRead: 'gen_ai.usage.cache_read_input_tokens gen_ai.usage.details.cache_read_tokens gen_ai.usage.cached_input_tokens',
    cacheWrite: 'gen_ai.usage.cache_creation_input_tokens gen_ai.usage.details.cache_write_tokens gen_ai.usage.cache_creation.input_tokens',
    reasoning: 'gen_ai.usage.reasoning_tokens gen_ai.usage.details.reasoning_tokens',
    audioInput: 'gen_ai.usage.input_audio_tokens gen_ai.usage.audio_input_tokens', audioOutput: 'gen_ai.usage.output_audio_tokens gen_ai.usage.audio_output_tokens',
  }],
  ['OpenTelemetry', {
    input: 'gen_ai.usage.input_tokens', output: 'gen_ai.usage.output_tokens', cacheRead: 'gen_ai.usage.cache_read.input_tokens',
    cacheWrite: 'gen_ai.usage.cache_write.input_tokens', reasoning: 'gen_ai.usage.reasoning.output_tokens',
    audioInput: 'gen_ai.usage.audio.input_tokens', audioOutput: 'gen_ai.usage.audio.output_tokens',
  }],
  ['Orcheo', { input: 'orcheo.token.input', output: 'orcheo.token.output' }],
];

/** shared are the dialects whose attributes the processor adds to spans of others. */
const shared: ReadonlySet<string> = new Set(['OpenTelemetry', 'Orcheo']);

const names: readonly FigureName[] = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning', 'audioInput', 'audioOutput'];

/** spellings are the attributes of each figure, in the order in which they are looked for. */
export const spellings: ReadonlyMap<FigureName, readonly Spelling[]> = new Map(names.map((name) => [
  name, written.flatMap(([dialect, figures]) => (figures[name] ?? '').split(' ').filter((s) => s !== '').map((s) => spelling(s, dialect))),
]));

function spelling(written: string, dialect: string): Spelling {
  const [key = '', path] = written.split('#');
  return { key, path: path?.split('.') ?? [], dialect, shared: shared.has(dialect) };
}
