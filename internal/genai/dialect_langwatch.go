package genai

// LangWatch is what LangWatch's SDKs write (https://github.com/langwatch/langwatch). Its input is what is left without the cache, and
// its values are typed: {"type": "chat_messages", "value": […]}.
func LangWatch() Dialect {
	const metrics = "langwatch.metrics#value."
	return Dialect{
		Name:     "langwatch",
		Evidence: Evidence{Scopes: []string{"langwatch*"}, Keys: []string{"langwatch."}},
		Usage: Usage{
			Input:     []string{metrics + "promptTokens", metrics + "prompt_tokens"},
			Output:    []string{metrics + "completionTokens", metrics + "completion_tokens"},
			CacheRead: []string{metrics + "cacheReadInputTokens"},
			Reasoning: []string{metrics + "reasoningTokens"},
			Cache:     Exclusive,
		},
		Cost:      Cost{Total: []string{"langwatch.span.cost", metrics + "cost"}},
		Operation: []string{"langwatch.span.type"},
		Kinds: map[string]Kind{
			"llm": KindLLM, "chain": KindChain, "tool": KindTool, "agent": KindAgent, "rag": KindRetrieval, "guardrail": KindGuardrail,
			"evaluation": KindEvaluator, "workflow": KindWorkflow, "component": KindTask, "module": KindChain, "span": KindOther,
		},
		Messages: []MessageAttribute{
			{Key: "langwatch.input#value", Form: FormMessages, Role: RoleUser},
			{Key: "langwatch.input", Form: FormMessages, Role: RoleUser},
			{Key: "langwatch.output#value", Form: FormMessages, Role: RoleAssistant, Output: true},
			{Key: "langwatch.output", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Identity: Identity{
			Thread: []string{"langwatch.thread.id", "langwatch.langgraph.thread_id"},
			NodeID: []string{"langwatch.langgraph.langgraph_node"}, NodeName: []string{"langwatch.langgraph.langgraph_node"},
		},
	}
}
