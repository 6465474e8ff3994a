package genai

// Braintrust is what Braintrust's SDKs write: JSON of their own beside OpenTelemetry's names. Its figures are OpenAI's.
func Braintrust() Dialect {
	const metrics = "braintrust.metrics#"
	return Dialect{
		Name:     "braintrust",
		Evidence: Evidence{Scopes: []string{"braintrust*"}, Keys: []string{"braintrust."}},
		Usage: Usage{
			Input:      []string{metrics + "prompt_tokens"},
			Output:     []string{metrics + "completion_tokens"},
			CacheRead:  []string{metrics + "prompt_cached_tokens"},
			CacheWrite: []string{metrics + "prompt_cache_creation_tokens"},
			Reasoning:  []string{metrics + "completion_reasoning_tokens"},
			Overall:    []string{metrics + "tokens"},
		},
		Models:    Models{Requested: []string{"braintrust.metadata#model"}, Provider: []string{"braintrust.metadata#provider"}},
		Operation: []string{"braintrust.span_attributes#type"},
		Kinds: map[string]Kind{
			"llm": KindLLM, "tool": KindTool, "function": KindChain, "task": KindTask, "eval": KindEvaluator, "score": KindEvaluator,
		},
		Messages: []MessageAttribute{
			{Key: "braintrust.input_json", Form: FormMessages, Role: RoleUser},
			{Key: "braintrust.input", Form: FormMessages, Role: RoleUser},
			{Key: "braintrust.output_json", Form: FormMessages, Role: RoleAssistant, Output: true},
			{Key: "braintrust.output", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{Arguments: []string{"braintrust.input_json", "braintrust.input"}, Result: []string{"braintrust.output_json", "braintrust.output"}},
	}
}
