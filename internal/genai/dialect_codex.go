package genai

// Codex is OpenAI's Codex CLI (https://github.com/openai/codex, codex-rs/otel). A turn sums up the requests that it made; the cache
// is a part of the input.
func Codex() Dialect {
	const usage = "codex.turn.token_usage."
	return Dialect{
		Name: "codex",
		Evidence: Evidence{
			Scopes: []string{"codex_cli_rs*", "codex_exec*", "codex-*"},
			Keys:   []string{"codex."},
			Spans:  []string{"session_task.turn"},
		},
		Usage: Usage{
			Input:      []string{usage + "input_tokens", "codex.usage.input_tokens"},
			Output:     []string{usage + "output_tokens", "codex.usage.output_tokens"},
			CacheRead:  []string{usage + "cached_input_tokens", "codex.usage.cached_input_tokens"},
			CacheWrite: []string{usage + "cache_write_input_tokens"},
			Reasoning:  []string{usage + "reasoning_output_tokens", "codex.usage.reasoning_output_tokens"},
			Overall:    []string{usage + "total_tokens", "codex.usage.total_tokens"},
			Cache:      Inclusive,
			Thoughts:   Inclusive,
		},
		Models:     Models{Requested: []string{"model"}, Vendor: "openai"},
		SpanKinds:  map[string]Kind{"session_task.turn": KindAgent, "handle_responses": KindLLM, "run_turn": KindAgent},
		Aggregates: []string{usage + "total_tokens", usage + "input_tokens"},
		Identity:   Identity{Thread: []string{"conversation.id", "thread.id"}, Other: []string{"turn.id"}},
	}
}
