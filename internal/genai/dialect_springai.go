package genai

// SpringAI is Spring AI (https://github.com/spring-projects/spring-ai). It follows OpenTelemetry, and puts what was said into events of
// the oldest form or into log records, which have no span.
func SpringAI() Dialect {
	return Dialect{
		Name:      "spring-ai",
		Evidence:  Evidence{Scopes: []string{"org.springframework.ai*"}, Keys: []string{"spring.ai."}},
		Operation: []string{"spring.ai.kind"},
		Kinds: map[string]Kind{
			"chat_client": KindChain, "advisor": KindChain, "chat_model": KindLLM, "embedding_model": KindEmbedding, "tool_call": KindTool, "vector_store": KindRetrieval,
		},
		Messages: []MessageAttribute{
			{Key: "spring.ai.chat.client.user.text", Form: FormText, Role: RoleUser},
		},
		Tool: Tool{
			Name:      []string{"spring.ai.tool.definition.name"},
			Arguments: []string{"spring.ai.tool.call.arguments"},
			Result:    []string{"spring.ai.tool.call.result"},
		},
		Identity: Identity{Thread: []string{"spring.ai.chat.client.conversation.id"}},
	}
}
