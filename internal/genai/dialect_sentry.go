package genai

// Sentry is what Sentry's SDKs write (https://github.com/getsentry/sentry-conventions, model/attributes/gen_ai and ai): OpenTelemetry's
// names with a few of its own, one of which begins as another does and one of which is a cost despite its name.
func Sentry() Dialect {
	u := openTelemetryUsage(InclusionUnknown)
	u.Input = append(u.Input, "ai.prompt_tokens.used")
	u.Output = append(u.Output, "ai.completion_tokens.used")
	u.Overall = append(u.Overall, "ai.total_tokens.used")
	return Dialect{
		Name: "sentry",
		Evidence: Evidence{
			Values: []string{
				"sentry.op=gen_ai.chat", "sentry.op=gen_ai.invoke_agent", "sentry.op=gen_ai.execute_tool", "sentry.op=gen_ai.embeddings", "sentry.op=gen_ai.handoff",
			},
			Keys: []string{
				"ai.pipeline.name", "gen_ai.usage.input_tokens.cached", "gen_ai.usage.output_tokens.reasoning", "gen_ai.response.text",
				"ai.prompt_tokens.used", "ai.completion_tokens.used", "gen_ai.pipeline.name",
			},
		},
		Usage:     u,
		Models:    Models{Requested: []string{"gen_ai.request.model", "ai.model_id"}, Provider: []string{"gen_ai.provider.name", "gen_ai.system", "ai.model.provider"}},
		Cost:      Cost{Total: []string{"gen_ai.cost.total_tokens", "ai.total_cost"}, Parts: []string{"gen_ai.cost.input_tokens", "gen_ai.cost.output_tokens"}},
		Operation: []string{"gen_ai.operation.type", "sentry.op"},
		Kinds: map[string]Kind{
			"ai_client": KindLLM, "agent": KindAgent, "tool": KindTool, "handoff": KindHandoff, "gen_ai.chat": KindLLM, "gen_ai.invoke_agent": KindAgent,
			"gen_ai.execute_tool": KindTool, "gen_ai.embeddings": KindEmbedding, "gen_ai.handoff": KindHandoff,
		},
		Messages: []MessageAttribute{
			{Key: "gen_ai.request.messages", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "ai.input_messages", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "ai.texts", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "gen_ai.response.text", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
			{Key: "gen_ai.response.tool_calls", Form: FormParts, Role: RoleAssistant, Output: true, Joins: true, Last: true},
			{Key: "ai.responses", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Identity: Identity{WorkflowName: []string{"gen_ai.pipeline.name", "ai.pipeline.name"}},
	}
}
