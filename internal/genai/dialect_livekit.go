package genai

// LiveKit is LiveKit's agents (https://github.com/livekit/agents, livekit/agents/telemetry): voice, with its own keys beside
// OpenTelemetry's.
func LiveKit() Dialect {
	return Dialect{
		Name:     "livekit",
		Evidence: Evidence{Scopes: []string{"livekit-agents*"}, Keys: []string{"lk."}},
		SpanKinds: map[string]Kind{
			"agent_session": KindWorkflow, "agent_turn": KindAgent, "start_agent_activity": KindAgent, "user_turn": KindOther, "user_speaking": KindOther,
			"llm_request": KindLLM, "llm_node": KindChain, "llm_request_run": KindLLM, "function_tool": KindTool, "tts_node": KindChain, "tts_request": KindOther,
		},
		Messages: []MessageAttribute{
			{Key: "lk.chat_ctx", Form: FormMessages, Role: RoleUser},
			{Key: "lk.user_input", Form: FormText, Role: RoleUser},
			{Key: "lk.user_transcript", Form: FormText, Role: RoleUser},
			{Key: "lk.input_text", Form: FormText, Role: RoleUser},
			{Key: "lk.response.text", Form: FormText, Role: RoleAssistant, Output: true},
			{Key: "lk.response.function_calls", Form: FormParts, Role: RoleAssistant, Output: true, Joins: true},
		},
		Tool: Tool{
			Name:      []string{"lk.function_tool.name"},
			CallID:    []string{"lk.function_tool.id"},
			Arguments: []string{"lk.function_tool.arguments"},
			Result:    []string{"lk.function_tool.output"},
		},
		Identity: Identity{AgentName: []string{"lk.agent_name", "lk.agent_label"}, Other: []string{"lk.speech_id"}},
	}
}
