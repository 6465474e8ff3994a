package genai

// Microsoft is Semantic Kernel, Microsoft.Extensions.AI and the Microsoft Agent Framework (https://github.com/microsoft/semantic-kernel,
// https://github.com/dotnet/extensions, https://github.com/microsoft/agent-framework). They follow OpenTelemetry; whether the input
// includes the cache is the client's matter below them.
func Microsoft() Dialect {
	u := openTelemetryUsage(InclusionUnknown)
	u.CacheRead = append(u.CacheRead, "anthropic.cache_read_input_tokens", "openai.cached_input_tokens")
	return Dialect{
		Name: "microsoft",
		Evidence: Evidence{
			Scopes: []string{"Experimental.Microsoft.Extensions.AI*", "Microsoft.SemanticKernel*", "agent_framework*", "Microsoft.Agents.AI*", "Experimental.Microsoft.Agents.AI*"},
			Keys:   []string{"executor.", "edge_group.", "message.source_id"},
			Hints:  []string{"workflow.id", "workflow.name", "workflow.definition"},
		},
		Usage:     u,
		SpanKinds: map[string]Kind{"workflow.run*": KindWorkflow, "workflow.session*": KindWorkflow, "executor.process*": KindTask},
		Messages: []MessageAttribute{
			{Key: "executor.input", Form: FormMessages, Role: RoleUser},
			{Key: "executor.output", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Identity: Identity{
			WorkflowID:   []string{"workflow.id"},
			WorkflowName: []string{"workflow.name"},
			NodeID:       []string{"executor.id"},
			Other:        []string{"message.source_id"},
		},
	}
}
