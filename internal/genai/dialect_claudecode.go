package genai

// ClaudeCode is what the Claude Code CLI writes of its own work: keys without a namespace, which are read on its own spans only
// (https://github.com/mlflow/mlflow, mlflow/tracing/otel/translation, and Anthropic's monitoring guide). Its input is the
// provider's: without what was read from and written to the cache.
func ClaudeCode() Dialect {
	return Dialect{
		Name: "claude-code",
		Evidence: Evidence{
			Scopes: []string{"com.anthropic.claude_code*"},
			Spans:  []string{"claude_code.*"},
			Values: []string{"span.type=claude_code.llm_request", "span.type=claude_code.tool", "span.type=claude_code.interaction"},
		},
		Usage: Usage{
			Input:      []string{"input_tokens"},
			Output:     []string{"output_tokens"},
			CacheRead:  []string{"cache_read_tokens"},
			CacheWrite: []string{"cache_creation_tokens"},
			Cache:      Exclusive,
		},
		Models:    Models{Requested: []string{"model"}, Vendor: "anthropic"},
		Cost:      Cost{Total: []string{"cost_usd"}},
		Operation: []string{"span.type"},
		Kinds: map[string]Kind{
			"llm_request": KindLLM, "claude_code.llm_request": KindLLM, "tool": KindTool, "claude_code.tool": KindTool,
			"interaction": KindAgent, "claude_code.interaction": KindAgent,
			"tool.execution": KindOther, "tool.blocked_on_user": KindOther,
		},
		SpanKinds: map[string]Kind{"claude_code.llm_request": KindLLM, "claude_code.tool": KindTool, "claude_code.interaction": KindAgent},
		Messages: []MessageAttribute{
			{Key: "user_prompt", Form: FormText, Role: RoleUser},
			{Key: "new_context", Form: FormText, Role: RoleUser},
			{Key: "response.model_output", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{
			Name:         []string{"tool_name"},
			CallID:       []string{"tool_use_id"},
			Arguments:    []string{"full_command", "file_path", "tool_input"},
			Result:       []string{"tool_response"},
			ResultEvents: []ToolEvent{{Name: "tool.output", Text: []string{"output", "content", "diff"}}},
		},
		Content:  []string{"system_prompt_preview", "system_reminders", "tools"},
		Identity: Identity{Thread: []string{"session.id"}, Other: []string{"request_id"}},
	}
}
