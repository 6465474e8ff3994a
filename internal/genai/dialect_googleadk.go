package genai

// GoogleADK is Google's Agent Development Kit (https://github.com/google/adk-python, google/adk/telemetry). Its model is Gemini, which
// counts what the model thought beside what it said; the framework stands where the provider belongs.
func GoogleADK() Dialect {
	const usage = "gcp.vertex.agent.llm_response#usage_metadata."
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	u.Input = append(u.Input, usage+"prompt_token_count+tool_use_prompt_token_count")
	u.Output = append(u.Output, usage+"candidates_token_count+thoughts_token_count")
	u.CacheRead = append(u.CacheRead, usage+"cached_content_token_count")
	u.Reasoning = append(u.Reasoning, usage+"thoughts_token_count")
	u.Overall = append(u.Overall, usage+"total_token_count")
	return Dialect{
		Name: "google-adk",
		Evidence: Evidence{
			Scopes: []string{"gcp.vertex.agent"},
			Keys:   []string{"gcp.vertex.agent."},
			Values: []string{"gen_ai.system=gcp.vertex.agent"},
		},
		Usage:     u,
		Models:    Models{Requested: []string{"gen_ai.request.model", "gcp.vertex.agent.llm_request#model"}, Vendor: "gcp.gemini"},
		SpanKinds: map[string]Kind{"call_llm": KindLLM, "invocation": KindWorkflow, "agent_run*": KindAgent, "invoke_agent*": KindAgent, "execute_tool*": KindTool},
		Messages: []MessageAttribute{
			{Key: "gcp.vertex.agent.llm_request#config.system_instruction", Form: FormText, Role: RoleSystem, Joins: true},
			{Key: "gcp.vertex.agent.llm_request#contents", Form: FormMessages, Role: RoleUser},
			{Key: "gcp.vertex.agent.llm_response#content", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{
			Arguments: []string{"gcp.vertex.agent.tool_call_args"},
			Result:    []string{"gcp.vertex.agent.tool_response"},
		},
		Identity: Identity{
			Thread: []string{"gcp.vertex.agent.session_id"},
			Other:  []string{"gcp.vertex.agent.invocation_id", "gcp.vertex.agent.event_id"},
		},
		Content: []string{"gcp.vertex.agent.data"},
	}
}
