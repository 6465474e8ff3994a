package genai

// CrewAI is CrewAI's own telemetry (https://github.com/crewAIInc/crewAI, crewai/telemetry), whose keys have no namespace, and
// Traceloop's of it (crewai.*). It says what ran, not what it took.
func CrewAI() Dialect {
	return Dialect{
		Name: "crewai",
		Evidence: Evidence{
			Scopes: []string{"crewAI-telemetry"},
			Keys:   []string{"crewai.", "crew_key", "crew_id", "task_fingerprint", "crew_fingerprint"},
			Hints:  []string{"agent_role", "formatted_description", "formatted_expected_output", "flow_name"},
		},
		SpanKinds: map[string]Kind{
			"Crew Created": KindWorkflow, "Crew Execution": KindWorkflow, "crewai.workflow": KindWorkflow, "Task Created": KindTask, "Task Execution": KindTask,
			"Tool Usage": KindTool, "Tool Repeated Usage": KindTool, "Flow Creation": KindWorkflow, "Flow Execution": KindWorkflow,
		},
		Messages: []MessageAttribute{
			{Key: "crew_inputs", Form: FormMessages, Role: RoleUser},
			{Key: "formatted_description", Form: FormText, Role: RoleUser},
			{Key: "crewai.task.description", Form: FormText, Role: RoleUser},
			{Key: "crewai.crew.result", Form: FormText, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{Name: []string{"tool_name"}},
		Identity: Identity{
			WorkflowName: []string{"flow_name"},
			NodeName:     []string{"agent_role", "crewai.agent.role"},
			Other:        []string{"crew_id", "task_id"},
		},
	}
}
