package genai

// OpenInference is what the instrumentations of Arize write
// (https://github.com/Arize-ai/openinference, spec/semantic_conventions.md). Its input includes the cache: the instrumentations
// of providers that count it apart add it up.
func OpenInference() Dialect {
	return Dialect{
		Name: "openinference",
		Evidence: Evidence{
			Scopes: []string{"openinference.instrumentation*", "@arizeai/openinference*"},
			Keys:   []string{"openinference.", "llm.input_messages.", "llm.output_messages.", "llm.token_count."},
			Hints:  []string{"input.mime_type", "output.mime_type", "llm.model_name", "llm.invocation_parameters"}, // not input.value: it is written for Canvas, too
		},
		Usage: Usage{
			Input:       []string{"llm.token_count.prompt"},
			Output:      []string{"llm.token_count.completion"},
			CacheRead:   []string{"llm.token_count.prompt_details.cache_read"},
			CacheWrite:  []string{"llm.token_count.prompt_details.cache_write"},
			Reasoning:   []string{"llm.token_count.completion_details.reasoning"},
			AudioInput:  []string{"llm.token_count.prompt_details.audio"},
			AudioOutput: []string{"llm.token_count.completion_details.audio"},
			Overall:     []string{"llm.token_count.total"},
			Cache:       Inclusive,
		},
		Models: Models{
			Requested: []string{
				"llm.request.model_name", "embedding.model_name", "reranker.model_name", "llm.invocation_parameters#model",
				"llm.invocation_parameters#model_name", "llm.model_name",
			},
			Actual:   []string{"llm.response.model_name", "llm.model_name", "output.value#model"},
			Provider: []string{"llm.provider"},
			System:   []string{"llm.system"},
		},
		Cost:      Cost{Total: []string{"llm.cost.total"}, Parts: []string{"llm.cost.prompt", "llm.cost.completion"}},
		Operation: []string{"openinference.span.kind"},
		Kinds: map[string]Kind{
			"llm": KindLLM, "embedding": KindEmbedding, "reranker": KindRerank, "retriever": KindRetrieval, "tool": KindTool, "agent": KindAgent,
			"chain": KindChain, "guardrail": KindGuardrail, "evaluator": KindEvaluator, "prompt": KindPrompt,
		},
		Messages: []MessageAttribute{
			{Key: "llm.input_messages", Form: FormFlat, Role: RoleUser},
			{Key: "llm.prompts", Form: FormFlat, Role: RoleUser},
			{Key: "input.value", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "llm.output_messages", Form: FormFlat, Role: RoleAssistant, Output: true},
			{Key: "llm.choices", Form: FormFlat, Role: RoleAssistant, Output: true},
			{Key: "output.value", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Tool: Tool{
			Name:      []string{"tool.name", "tool_call.function.name"},
			CallID:    []string{"tool.id", "tool_call.id"},
			Arguments: []string{"tool_call.function.arguments", "tool.parameters", "input.value"},
			Result:    []string{"output.value"},
		},
		Identity: Identity{
			Thread:    []string{"session.id"},
			NodeID:    []string{"graph.node.id", "metadata#langgraph_node"},
			NodeName:  []string{"graph.node.name", "metadata#langgraph_node"},
			AgentName: []string{"agent.name"},
			// The client's answer, and LangChain's of it: where both are instrumented, it tells that they are of one call.
			ResponseID: []string{"output.value#id", "output.value#llm_output.id"},
			Other:      []string{"graph.node.parent_id"},
		},
		Artifacts: []string{"image.url", "audio.url", "document.id"},
	}
}
