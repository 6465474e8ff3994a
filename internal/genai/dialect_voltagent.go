package genai

// VoltAgent is VoltAgent (https://github.com/VoltAgent/voltagent; its mapping in mlflow/tracing/otel/translation/voltagent.py). Children
// inherit entity.type=agent, so span.type is read first.
func VoltAgent() Dialect {
	return Dialect{
		Name: "voltagent",
		Evidence: Evidence{
			Scopes: []string{"voltagent*", "@voltagent/*"},
			Keys:   []string{"voltagent."},
			Hints:  []string{"entity.type", "entity.id", "span.type", "agent.messages", "llm.messages"},
		},
		Usage: Usage{
			Input:     []string{"usage.prompt_tokens", "llm.usage.prompt_tokens"},
			Output:    []string{"usage.completion_tokens", "llm.usage.completion_tokens"},
			CacheRead: []string{"usage.cached_tokens"},
			Reasoning: []string{"usage.reasoning_tokens"},
			Overall:   []string{"usage.total_tokens", "llm.usage.total_tokens"},
		},
		Models:    Models{Requested: []string{"ai.model.name", "llm.model"}},
		Operation: []string{"span.type", "entity.type"},
		Kinds: map[string]Kind{
			"agent": KindAgent, "llm": KindLLM, "tool": KindTool, "memory": KindMemory, "retriever": KindRetrieval, "embedding": KindEmbedding,
			"workflow": KindWorkflow, "workflow-step": KindTask, "guardrail": KindGuardrail,
		},
		Messages: []MessageAttribute{
			{Key: "agent.messages", Form: FormMessages, Role: RoleUser},
			{Key: "llm.messages", Form: FormMessages, Role: RoleUser},
			{Key: "input", Form: FormMessages, Role: RoleUser},
			{Key: "output", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{Name: []string{"tool.name"}, CallID: []string{"tool.call.id"}, Arguments: []string{"tool.arguments", "input"}, Result: []string{"tool.result", "output"}},
		Identity: Identity{
			Thread:    []string{"voltagent.conversation_id", "conversation.id"},
			AgentName: []string{"entity.name"},
			Other:     []string{"voltagent.operation_id"},
		},
	}
}
