package genai

import "github.com/orcheo/otelcol-canvas/internal/semconv"

// OpenTelemetry is the GenAI semantic conventions as they are now, with the names that they had before where only the name
// changed (https://github.com/open-telemetry/semantic-conventions-genai, docs and migration notes).
func OpenTelemetry() Dialect {
	return Dialect{
		Name:    "otel",
		Markers: []string{"gen_ai."},
		Usage: Usage{
			Input:      []string{semconv.GenAIInputTokens, "gen_ai.usage.prompt_tokens"},
			Output:     []string{semconv.GenAIOutputTokens, "gen_ai.usage.completion_tokens"},
			CacheRead:  []string{semconv.GenAICacheReadTokens},
			CacheWrite: []string{semconv.GenAICacheWriteTokens, semconv.GenAICacheCreationOld},
			Reasoning:  []string{semconv.GenAIReasoningTokens},
		},
		Models: Models{
			Requested: []string{semconv.GenAIRequestModel},
			Actual:    []string{semconv.GenAIResponseModel},
			Provider:  []string{semconv.GenAIProvider, "gen_ai.system"},
		},
		Operation: []string{semconv.GenAIOperation},
		Kinds: map[string]Kind{
			"chat": KindLLM, "text_completion": KindLLM, "generate_content": KindLLM, "completion": KindLLM, "generate": KindLLM,
			"response": KindLLM, "llm_call": KindLLM, "call_llm": KindLLM, "llm_request": KindLLM,
			"embeddings": KindEmbedding, "embedding": KindEmbedding, "rerank": KindRerank,
			"retrieval": KindRetrieval, "vector_db_retrieve": KindRetrieval,
			"execute_tool": KindTool, "tool_call": KindTool, "tool": KindTool,
			"invoke_agent": KindAgent, "create_agent": KindAgent, "agent": KindAgent, "agent_call": KindAgent,
			"invoke_workflow": KindWorkflow, "agent_step": KindChain, "execute_event_loop_cycle": KindChain, "execute_task": KindChain,
			"plan": KindPlan, "search_memory": KindMemory, "create_memory": KindMemory, "update_memory": KindMemory,
			"upsert_memory": KindMemory, "delete_memory": KindMemory, "create_memory_store": KindMemory, "delete_memory_store": KindMemory,
		},
		Messages: []MessageAttribute{
			{Key: semconv.GenAISystemInstructions, Form: FormParts, Role: RoleSystem},
			{Key: semconv.GenAIInputMessages, Form: FormMessages, Role: RoleUser},
			{Key: semconv.GenAIOutputMessages, Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{
			Name:      []string{semconv.GenAIToolName},
			CallID:    []string{semconv.GenAIToolCallID},
			Arguments: []string{semconv.GenAIToolArguments},
			Result:    []string{semconv.GenAIToolResult},
		},
		Identity: []string{semconv.GenAIResponseID, semconv.GenAIConversationID, semconv.GenAIToolCallID},
	}
}
