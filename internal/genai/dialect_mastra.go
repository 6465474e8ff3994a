package genai

// Mastra is Mastra's exporter (https://github.com/mastra-ai/mastra, observability/otel-exporter). The cache is a part of the input.
// Figures come as text.
func Mastra() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	return Dialect{
		Name: "mastra",
		Evidence: Evidence{
			Scopes: []string{"@mastra/*"},
			Keys:   []string{"mastra."},
		},
		Usage:     u,
		Operation: []string{"mastra.span.type"},
		Kinds: map[string]Kind{
			"model_generation": KindLLM, "llm_generation": KindLLM, "model_step": KindChain, "model_chunk": KindOther, "llm_chunk": KindOther,
			"agent_run": KindAgent, "tool_call": KindTool, "mcp_tool_call": KindTool, "workflow_run": KindWorkflow, "workflow_step": KindTask,
			"workflow_conditional": KindTask, "workflow_parallel": KindTask, "workflow_loop": KindTask, "processor_run": KindChain, "generic": KindOther,
		},
		Messages: []MessageAttribute{
			{Key: "mastra.model_generation.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "mastra.model_step.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "mastra.agent_run.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "mastra.workflow_run.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "mastra.model_generation.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
			{Key: "mastra.model_step.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
			{Key: "mastra.agent_run.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
			{Key: "mastra.workflow_run.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Identity: Identity{Thread: []string{"mastra.metadata.threadId"}, Other: []string{"mastra.metadata.runId", "mastra.metadata.resourceId"}},
	}
}
