package genai

// traceloopScopes are the scopes of Traceloop's packages. They begin as those of OpenTelemetry's own do.
func traceloopScopes() []string {
	scopes := []string{"@traceloop/*"}
	for _, library := range []string{
		"alephalpha", "anthropic", "bedrock", "cohere", "crewai", "google_generativeai", "groq", "haystack", "langchain", "llamaindex", "mistralai",
		"ollama", "openai.v0", "openai.v1", "replicate", "sagemaker", "together", "transformers", "watsonx", "writer",
	} {
		scopes = append(scopes, "opentelemetry.instrumentation."+library)
	}
	return scopes
}

// OpenLLMetry is what Traceloop's instrumentations write, old and new
// (https://github.com/traceloop/openllmetry, opentelemetry/semconv_ai). Its input includes the cache, but for that of Bedrock's
// Converse, which is passed on as Bedrock counts it: apart.
func OpenLLMetry() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = []UsageRule{{Scope: "opentelemetry.instrumentation.bedrock", Cache: Exclusive}}
	u.Input = append(u.Input, "llm.usage.prompt_tokens")
	u.Output = append(u.Output, "llm.usage.completion_tokens")
	u.Reasoning = append(u.Reasoning, "llm.usage.reasoning_tokens")
	u.Overall = append(u.Overall, "llm.usage.total_tokens")
	return Dialect{
		Name: "openllmetry",
		Evidence: Evidence{
			Scopes: traceloopScopes(),
			Keys:   []string{"traceloop.", "llm.request.type", "llm.usage.", "gen_ai.prompt.", "gen_ai.completion."},
		},
		Usage: u,
		Models: Models{
			Requested: append(openTelemetryModels().Requested, "llm.request.model"),
			Actual:    append(openTelemetryModels().Actual, "llm.response.model"),
			Provider:  append(openTelemetryModels().Provider, "llm.vendor"),
		},
		Cost:      Cost{Total: []string{"llm.usage.total_cost"}},
		Operation: []string{"traceloop.span.kind", "llm.request.type"},
		Kinds: map[string]Kind{
			"workflow": KindWorkflow, "task": KindTask, "agent": KindAgent, "tool": KindTool, "handoff": KindHandoff, "guardrail": KindGuardrail,
			"chat": KindLLM, "completion": KindLLM, "embedding": KindEmbedding, "rerank": KindRerank,
		},
		Messages: []MessageAttribute{
			{Key: "gen_ai.prompt", Form: FormFlat, Role: RoleUser},
			{Key: "traceloop.entity.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "gen_ai.completion", Form: FormFlat, Role: RoleAssistant, Output: true},
			{Key: "traceloop.entity.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Tool: Tool{Arguments: []string{"traceloop.entity.input"}, Result: []string{"traceloop.entity.output"}},
		Identity: Identity{
			Thread: []string{
				"traceloop.association.properties.session_id", "traceloop.association.properties.thread_id",
				"traceloop.association.properties.conversation_id", "traceloop.association.properties.chat_id",
			},
			WorkflowName: []string{"traceloop.workflow.name"},
			NodeID:       []string{"traceloop.association.properties.langgraph_node", "langgraph.node.name"},
			NodeName:     []string{"traceloop.association.properties.langgraph_node", "langgraph.node.name", "traceloop.entity.name"},
			Other:        []string{"traceloop.correlation.id"},
		},
		Content: []string{"llm.request.functions."},
	}
}
