package genai

// Flue is what @flue/opentelemetry writes.
func Flue() Dialect {
	return Dialect{
		Name:      "flue",
		Evidence:  Evidence{Scopes: []string{"@flue/opentelemetry*"}, Keys: []string{"flue."}},
		SpanKinds: map[string]Kind{"flue.task*": KindAgent, "flue.workflow*": KindWorkflow, "flue.turn*": KindLLM, "flue.tool*": KindTool},
		Messages: []MessageAttribute{
			{Key: "flue.turn.input", Form: FormMessages, Role: RoleUser},
			{Key: "flue.task.prompt", Form: FormMessages, Role: RoleUser},
			{Key: "flue.workflow.payload", Form: FormMessages, Role: RoleUser},
			{Key: "flue.turn.output", Form: FormMessages, Role: RoleAssistant, Output: true},
			{Key: "flue.task.result", Form: FormMessages, Role: RoleAssistant, Output: true},
			{Key: "flue.workflow.result", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{
			Name:      []string{"flue.tool.name"},
			CallID:    []string{"flue.tool.call_id"},
			Arguments: []string{"flue.tool.arguments"},
			Result:    []string{"flue.tool.result"},
		},
	}
}
