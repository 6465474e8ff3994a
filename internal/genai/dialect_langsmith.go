package genai

// LangSmith is what LangSmith's SDKs export as OpenTelemetry (https://github.com/langchain-ai/langsmith-sdk,
// python/langsmith/_internal/otel/_otel_exporter.py and js/src/experimental/otel/constants.ts). Details of the usage are the
// text of Python dictionaries. Figures are LangChain's usage metadata, in which the input includes the cache.
func LangSmith() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	const metadata = "langsmith.metadata.usage_metadata#"
	u.Input = append([]string{metadata + "input_tokens"}, u.Input...)
	u.Output = append([]string{metadata + "output_tokens"}, u.Output...)
	u.CacheRead = append([]string{metadata + "input_token_details.cache_read"}, u.CacheRead...)
	u.CacheWrite = append([]string{metadata + "input_token_details.cache_creation"}, u.CacheWrite...)
	u.Reasoning = append([]string{metadata + "output_token_details.reasoning"}, u.Reasoning...)
	u.Overall = append([]string{metadata + "total_tokens"}, u.Overall...)
	return Dialect{
		Name:     "langsmith",
		Evidence: Evidence{Scopes: []string{"langsmith*"}, Keys: []string{"langsmith."}},
		Usage:    u,
		Models: Models{
			Requested: []string{"gen_ai.request.model", "langsmith.metadata.ls_model_name"},
			Provider:  []string{"langsmith.metadata.ls_provider"},
		},
		Operation: []string{"langsmith.span.kind"},
		Kinds: map[string]Kind{
			"llm": KindLLM, "embedding": KindEmbedding, "retriever": KindRetrieval, "tool": KindTool, "chain": KindChain, "parser": KindChain, "prompt": KindPrompt,
		},
		Messages: []MessageAttribute{
			{Key: "gen_ai.prompt", Form: FormMessages, Role: RoleUser},
			{Key: "gen_ai.completion", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{Arguments: []string{"gen_ai.prompt"}, Result: []string{"gen_ai.completion"}},
		Identity: Identity{
			Thread: []string{
				"langsmith.metadata.thread_id", "langsmith.metadata.session_id", "langsmith.metadata.conversation_id",
			},
			ResponseID: []string{"gen_ai.completion#id", "gen_ai.completion#llm_output.id"},
			NodeID:     []string{"langsmith.metadata.langgraph_node"},
			NodeName:   []string{"langsmith.metadata.langgraph_node"},
			Other:      []string{"langsmith.trace.id", "langsmith.span.id", "langsmith.span.parent_id", "langsmith.span.dotted_order"},
		},
		Content: []string{"langsmith.attachments"},
	}
}
