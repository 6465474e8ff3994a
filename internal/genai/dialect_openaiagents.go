package genai

// OpenAIAgents is OpenTelemetry's instrumentation of the OpenAI Agents SDK (opentelemetry-python-contrib,
// opentelemetry-instrumentation-openai-agents-v2). OpenAI counts the cache inside the input.
func OpenAIAgents() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	return Dialect{
		Name: "openai-agents",
		Evidence: Evidence{
			Scopes: []string{"opentelemetry.instrumentation.openai_agents*"},
			Keys:   []string{"gen_ai.handoff.", "gen_ai.guardrail."},
		},
		Usage:     u,
		SpanKinds: map[string]Kind{"handoff*": KindHandoff, "guardrail*": KindGuardrail},
		Content:   []string{"gen_ai.agent.tools"},
	}
}
