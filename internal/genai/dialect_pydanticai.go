package genai

// PydanticAI is Pydantic AI, and Logfire's instrumentations of the providers' clients
// (https://github.com/pydantic/pydantic-ai, pydantic_ai_slim/pydantic_ai/models/instrumented.py;
// https://github.com/pydantic/logfire). An agent's run sums up its calls: from version 2 under names of its own.
func PydanticAI() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	u.Input = append(u.Input, "response_data#usage.prompt_tokens", "response_data#usage.input_tokens")
	u.Output = append(u.Output, "response_data#usage.completion_tokens", "response_data#usage.output_tokens")
	u.CacheRead = append(u.CacheRead, "response_data#usage.prompt_tokens_details.cached_tokens", "response_data#usage.cache_read_input_tokens")
	u.CacheWrite = append(u.CacheWrite, "response_data#usage.cache_creation_input_tokens")
	return Dialect{
		Name: "pydantic-ai",
		Evidence: Evidence{
			Scopes: []string{"pydantic-ai", "logfire.openai", "logfire.anthropic", "logfire.google_genai", "logfire.litellm"},
			Keys:   []string{"pydantic_ai.", "gen_ai.agent.call.id", "gen_ai.aggregated_usage."},
			Hints:  []string{"logfire.msg", "logfire.json_schema", "agent_name", "model_name", "model_request_parameters", "request_data", "response_data", "operation.cost", "all_messages_events"},
		},
		Usage:      u,
		Models:     Models{Requested: []string{"model_name", "request_data#model"}, Actual: []string{"response_data#model"}},
		Cost:       Cost{Total: []string{"operation.cost"}},
		SpanKinds:  map[string]Kind{"agent run": KindAgent, "running tool": KindTool, "running tools": KindChain},
		Aggregates: append([]string{"pydantic_ai.all_messages", "all_messages_events", "final_result"}, aggregatedUsage...),
		Messages: []MessageAttribute{
			{Key: "pydantic_ai.all_messages", Form: FormMessages, Role: RoleUser},
			{Key: "all_messages_events", Form: FormMessages, Role: RoleUser},
			{Key: "events", Form: FormMessages, Role: RoleUser},
			{Key: "request_data", Form: FormMessages, Role: RoleUser},
			{Key: "prompt", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "final_result", Form: FormMessages, Role: RoleAssistant, Output: true},
			{Key: "response_data", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool:     Tool{Arguments: []string{"tool_arguments"}, Result: []string{"tool_response"}},
		Identity: Identity{AgentName: []string{"agent_name"}, Other: []string{"gen_ai.agent.call.id"}},
	}
}
