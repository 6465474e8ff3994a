package genai

import "github.com/orcheo/otelcol-canvas/internal/semconv"

// OpenTelemetry is the GenAI semantic conventions as they are now, with the names that they had before where only the name
// changed (https://github.com/open-telemetry/semantic-conventions-genai, docs and migration notes), and the spellings of
// gen_ai.* that emitters made up beside them. It is read last: who says more about itself wins.
func OpenTelemetry() Dialect {
	return Dialect{
		Name:      "otel",
		Canonical: true,
		Evidence:  Evidence{Keys: []string{"gen_ai.", "mcp."}, Events: genAIEventNames()},
		Usage:     openTelemetryUsage(InclusionUnknown),
		Models:    openTelemetryModels(),
		Cost: Cost{
			Total: []string{"gen_ai.usage.cost", "gen_ai.usage.total_cost", "gen_ai.usage.cost_usd", "gen_ai.cost.total_cost"},
			Parts: []string{"gen_ai.usage.input_cost", "gen_ai.usage.output_cost"},
		},
		Operation:  []string{semconv.GenAIOperation, "gen_ai.span.kind", "mcp.method.name"},
		Kinds:      operationKinds,
		Aggregates: aggregatedUsage,
		Messages: []MessageAttribute{
			{Key: semconv.GenAISystemInstructions, Form: FormParts, Role: RoleSystem, Joins: true},
			{Key: semconv.GenAIInputMessages, Form: FormMessages, Role: RoleUser},
			{Key: "gen_ai.prompt", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: semconv.GenAIOutputMessages, Form: FormMessages, Role: RoleAssistant, Output: true},
			{Key: "gen_ai.completion", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Events:   genAIEvents(),
		Tool:     openTelemetryTool(),
		Identity: openTelemetryIdentity(),
		Artifacts: []string{
			"gen_ai.data_source.id", "gen_ai.retrieval.documents", "gen_ai.rag.file_ids", "gen_ai.response.image", "mcp.resource.uri",
		},
	}
}

// operationKinds are what the values of gen_ai.operation.name mean: those of the conventions, and those in the wild.
var operationKinds = map[string]Kind{
	"chat": KindLLM, "text_completion": KindLLM, "generate_content": KindLLM, "completion": KindLLM, "generate": KindLLM,
	"response": KindLLM, "responses": KindLLM, "llm_call": KindLLM, "call_llm": KindLLM, "llm_request": KindLLM, "realtime": KindLLM, "llm": KindLLM,
	"image": KindLLM, "audio": KindLLM, "speech_to_text": KindLLM, "text_to_speech": KindLLM,
	"embeddings": KindEmbedding, "embedding": KindEmbedding, "rerank": KindRerank,
	"retrieval": KindRetrieval, "vector_db_retrieve": KindRetrieval, "retrieve": KindRetrieval,
	"execute_tool": KindTool, "tool_call": KindTool, "tool": KindTool,
	"invoke_agent": KindAgent, "create_agent": KindAgent, "agent": KindAgent, "agent_call": KindAgent,
	"invoke_workflow": KindWorkflow, "workflow": KindWorkflow,
	"agent_step": KindChain, "execute_event_loop_cycle": KindChain, "chain": KindChain, "orchestrate_tools": KindChain, "schedule_tool_calls": KindChain,
	"execute_task": KindTask, "task": KindTask, "plan": KindPlan, "guardrail": KindGuardrail, "handoff": KindHandoff, "evaluation": KindEvaluator,
	"tools/call": KindTool, "tools/list": KindMCP, "resources/read": KindMCP, "resources/list": KindMCP, "prompts/get": KindMCP, "prompts/list": KindMCP,
	"initialize": KindMCP, "ping": KindMCP,
	"user_prompt": KindPrompt, "system_prompt": KindPrompt,
	"search_memory": KindMemory, "create_memory": KindMemory, "update_memory": KindMemory, "upsert_memory": KindMemory, "delete_memory": KindMemory,
	"create_memory_store": KindMemory, "delete_memory_store": KindMemory,
}

// aggregatedUsage are keys that an aggregate has and a call has not.
var aggregatedUsage = []string{
	"gen_ai.aggregated_usage.input_tokens", "gen_ai.aggregated_usage.output_tokens", "logfire.metrics",
}

// openTelemetryUsage are the figures under gen_ai.usage.*, in every spelling that was or is written there. Whether the input
// includes the cache is the emitter's matter: the conventions want it, and not everybody does it.
func openTelemetryUsage(cache Inclusion) Usage {
	return Usage{
		Input: []string{
			semconv.GenAIInputTokens, "gen_ai.usage.prompt_tokens", "gen_ai.token.usage.input", "gen_ai.aggregated_usage.input_tokens",
		},
		Output: []string{
			semconv.GenAIOutputTokens, "gen_ai.usage.completion_tokens", "gen_ai.token.usage.output", "gen_ai.aggregated_usage.output_tokens",
		},
		CacheRead: []string{
			semconv.GenAICacheReadTokens, "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.details.cache_read_tokens",
			"gen_ai.usage.details.cache_read_input_tokens", "gen_ai.usage.cached_input_tokens", "gen_ai.usage.input_tokens.cached",
			"gen_ai.usage.cache_read_tokens", "gen_ai.usage.input_cached_tokens", "gen_ai.usage.input_token_details#cache_read",
			"gen_ai.aggregated_usage.cache_read.input_tokens", "gen_ai.aggregated_usage.details.cache_read_tokens",
		},
		CacheWrite: []string{
			semconv.GenAICacheWriteTokens, semconv.GenAICacheCreationOld, "gen_ai.usage.cache_creation_input_tokens",
			"gen_ai.usage.cache_write_input_tokens", "gen_ai.usage.input_tokens.cache_write", "gen_ai.usage.details.cache_write_tokens",
			"gen_ai.usage.details.cache_creation_input_tokens", "gen_ai.usage.cache_write_tokens", "gen_ai.usage.input_cache_creation",
			"gen_ai.usage.input_token_details#cache_creation", "gen_ai.aggregated_usage.cache_write.input_tokens",
			"gen_ai.aggregated_usage.cache_creation.input_tokens", "gen_ai.aggregated_usage.details.cache_write_tokens",
		},
		CacheWrite5m: []string{"gen_ai.usage.cache_creation_5m.input_tokens"},
		CacheWrite1h: []string{"gen_ai.usage.cache_creation_1h.input_tokens"},
		Reasoning: []string{
			semconv.GenAIReasoningTokens, "gen_ai.usage.reasoning_tokens", "gen_ai.usage.output_tokens.reasoning",
			"gen_ai.usage.details.reasoning_tokens", "gen_ai.usage.output_token_details#reasoning", "gen_ai.aggregated_usage.reasoning.output_tokens",
		},
		AudioInput: []string{
			"gen_ai.usage.audio.input_tokens", "gen_ai.usage.input_audio_tokens", "gen_ai.usage.audio_input_tokens", "gen_ai.usage.details.input_audio_tokens",
		},
		AudioOutput: []string{
			"gen_ai.usage.audio.output_tokens", "gen_ai.usage.output_audio_tokens", "gen_ai.usage.audio_output_tokens", "gen_ai.usage.details.output_audio_tokens",
		},
		Overall: []string{"gen_ai.usage.total_tokens", "gen_ai.token.usage.total", "gen_ai.client.token.usage"},
		Cache:   cache,
		Except: []UsageRule{ // the conventions' own instrumentations keep to them
			{Scope: "opentelemetry.instrumentation.openai_v2", Cache: Inclusive},
			{Scope: "opentelemetry.instrumentation.genai.", Cache: Inclusive},
			{Scope: "opentelemetry.instrumentation.vertexai", Cache: Inclusive},
			{Scope: "opentelemetry.instrumentation.google_genai", Cache: Inclusive},
			{Scope: "opentelemetry.instrumentation.anthropic", Cache: Inclusive},
			{Scope: "opentelemetry.instrumentation.langchain", Cache: Inclusive},
			{Provider: "openai", Cache: Inclusive}, // and the interface itself counts like that
			{Provider: "azure.ai.openai", Cache: Inclusive},
			{Provider: "gcp.gemini", Cache: Inclusive},
			{Provider: "gcp.vertex_ai", Cache: Inclusive},
			{Provider: "gcp.gen_ai", Cache: Inclusive},
		},
	}
}

func openTelemetryModels() Models {
	return Models{
		Requested: []string{semconv.GenAIRequestModel, "gen_ai.llm.model"},
		Actual:    []string{semconv.GenAIResponseModel},
		Provider:  []string{semconv.GenAIProvider, "gen_ai.system", "gen_ai.request.provider", "gen_ai.llm.provider"},
	}
}

func openTelemetryTool() Tool {
	return Tool{
		Name:      []string{semconv.GenAIToolName, "mcp.tool.name"},
		CallID:    []string{semconv.GenAIToolCallID},
		Arguments: []string{semconv.GenAIToolArguments, "gen_ai.tool.input", "gen_ai.tool.args"},
		Result:    []string{semconv.GenAIToolResult, "gen_ai.tool.output", "gen_ai.tool.message", "mcp.tool.result.content", "mcp.response.value"},
	}
}

func openTelemetryIdentity() Identity {
	return Identity{
		Thread:       []string{semconv.GenAIConversationID, "gen_ai.agent.session_id"},
		WorkflowName: []string{"gen_ai.workflow.name"},
		NodeName:     []string{"gen_ai.task.name"},
		AgentName:    []string{semconv.GenAIAgentName, "gen_ai.agent"},
		ResponseID:   []string{semconv.GenAIResponseID},
		Other:        []string{"gen_ai.agent.id", "mcp.session.id"},
	}
}

// genAIEvents are the span events of the conventions: one message each up to v1.36, all of a call in one event later, and the
// prompt and the completion as a whole before.
func genAIEvents() []MessageEvent {
	const details = "gen_ai.client.inference.operation.details"
	events := []MessageEvent{
		{Name: details, Text: semconv.GenAISystemInstructions, Form: FormParts, Role: RoleSystem},
		{Name: details, Text: semconv.GenAIInputMessages, Form: FormMessages, Role: RoleUser},
		{Name: details, Text: semconv.GenAIOutputMessages, Form: FormMessages, Role: RoleAssistant, Output: true},
		{Name: "gen_ai.content.prompt", Text: "gen_ai.prompt", Form: FormMessages, Role: RoleUser},
		{Name: "gen_ai.content.completion", Text: "gen_ai.completion", Form: FormMessages, Role: RoleAssistant, Output: true},
	}
	for _, one := range []struct {
		name   string
		role   Role
		output bool
	}{
		{"gen_ai.system.message", RoleSystem, false},
		{"gen_ai.user.message", RoleUser, false},
		{"gen_ai.assistant.message", RoleAssistant, false},
		{"gen_ai.tool.message", RoleTool, false},
		{"gen_ai.choice", RoleAssistant, true},
	} {
		for _, text := range []string{"gen_ai.event.content", "content", "message", "tool_calls"} {
			events = append(events, MessageEvent{Name: one.name, Text: text, Form: FormParts, Role: one.role, RoleKey: "role", Output: one.output})
		}
	}
	return events
}

func genAIEventNames() []string {
	return []string{
		"gen_ai.client.inference.operation.details", "gen_ai.content.prompt", "gen_ai.content.completion", "gen_ai.system.message",
		"gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message", "gen_ai.choice",
	}
}
