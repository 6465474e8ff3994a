package genai

// OpenLIT is what OpenLIT's instrumentations write (https://github.com/openlit/openlit, sdk/python/src/openlit/semcov). That of
// Anthropic passes the input on without the cache, and writes the cache's figures even where they are 0.
func OpenLIT() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = []UsageRule{{Provider: "anthropic", Cache: Exclusive}, {Provider: "aws.bedrock", Cache: Exclusive}}
	return Dialect{
		Name: "openlit",
		Evidence: Evidence{
			Scopes: []string{"openlit*"},
			Keys:   []string{"gen_ai.token.usage.", "gen_ai.token.cost."},
			Hints:  []string{"gen_ai.environment", "gen_ai.application_name", "gen_ai.sdk.version", "gen_ai.usage.cost"},
		},
		Usage: u,
		Cost:  Cost{Total: []string{"gen_ai.usage.cost", "gen_ai.token.cost.total"}},
		Messages: []MessageAttribute{
			{Key: "gen_ai.workflow.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "gen_ai.task.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "gen_ai.workflow.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Identity: Identity{WorkflowName: []string{"gen_ai.workflow.name"}},
	}
}
