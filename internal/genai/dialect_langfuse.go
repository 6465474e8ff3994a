package genai

// Langfuse is what Langfuse's SDKs write (https://github.com/langfuse/langfuse, packages/shared/src/server/otel). Its usage
// details are buckets that do not overlap: the input is the sum of all whose names begin with input or cache.
func Langfuse() Dialect {
	const usage = "langfuse.observation.usage_details#"
	return Dialect{
		Name: "langfuse",
		Evidence: Evidence{
			Scopes: []string{"langfuse-sdk*"},
			Keys:   []string{"langfuse.observation."},
			Hints:  []string{"langfuse.trace.name", "langfuse.session.id", "langfuse.user.id", "langfuse.trace.input", "langfuse.trace.output", "langfuse.environment"},
		},
		Usage: Usage{
			Input:        []string{usage + "input+input_*+cache_read_input_tokens+cache_creation_input_tokens", usage + "prompt_tokens", usage + "input_tokens"},
			Output:       []string{usage + "output+output_*", usage + "completion_tokens", usage + "output_tokens"},
			CacheRead:    []string{usage + "input_cached_tokens", usage + "cache_read_input_tokens", usage + "input_cache_read", usage + "prompt_tokens_details.cached_tokens", usage + "input_tokens_details.cached_tokens"},
			CacheWrite:   []string{usage + "cache_creation_input_tokens", usage + "input_cache_creation"},
			CacheWrite5m: []string{usage + "input_cache_creation_5m"},
			CacheWrite1h: []string{usage + "input_cache_creation_1h"},
			Reasoning:    []string{usage + "output_reasoning_tokens", usage + "output_reasoning", usage + "completion_tokens_details.reasoning_tokens", usage + "output_tokens_details.reasoning_tokens"},
			AudioInput:   []string{usage + "input_audio_tokens", usage + "input_audio"},
			AudioOutput:  []string{usage + "output_audio_tokens", usage + "output_audio"},
			Overall:      []string{usage + "total", usage + "total_tokens"},
			Cache:        Inclusive, // as summed
			Thoughts:     Inclusive,
		},
		Models:    Models{Requested: []string{"langfuse.observation.model.name"}},
		Cost:      Cost{Total: []string{"langfuse.observation.cost_details#total", "langfuse.observation.cost_details#input*+output*+cache_*"}},
		Operation: []string{"langfuse.observation.type"},
		Kinds: map[string]Kind{
			"generation": KindLLM, "embedding": KindEmbedding, "retriever": KindRetrieval, "tool": KindTool, "agent": KindAgent, "chain": KindChain,
			"evaluator": KindEvaluator, "guardrail": KindGuardrail, "span": KindOther, "event": KindOther,
		},
		Messages: []MessageAttribute{
			{Key: "langfuse.observation.input", Form: FormMessages, Role: RoleUser},
			{Key: "langfuse.trace.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "langfuse.observation.output", Form: FormMessages, Role: RoleAssistant, Output: true},
			{Key: "langfuse.trace.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Tool: Tool{Arguments: []string{"langfuse.observation.input"}, Result: []string{"langfuse.observation.output"}},
		Identity: Identity{
			Thread:       []string{"langfuse.session.id", "session.id"},
			WorkflowName: []string{"langfuse.trace.name"},
		},
	}
}
