package genai

// Laminar is what Laminar's SDKs write beside OpenTelemetry's names (https://github.com/lmnr-ai/lmnr).
func Laminar() Dialect {
	return Dialect{
		Name:      "laminar",
		Evidence:  Evidence{Scopes: []string{"lmnr*"}, Keys: []string{"lmnr."}},
		Models:    Models{Requested: []string{"gen_ai.request.model", "lmnr.association.properties.ls_model_name"}, Provider: []string{"gen_ai.provider.name", "gen_ai.system", "lmnr.association.properties.ls_provider"}},
		Operation: []string{"lmnr.span.type"},
		Kinds: map[string]Kind{
			"llm": KindLLM, "tool": KindTool, "executor": KindAgent, "default": KindChain, "pipeline": KindChain, "evaluator": KindEvaluator,
			"human_evaluator": KindEvaluator, "evaluation": KindEvaluator,
		},
		Messages: []MessageAttribute{
			{Key: "gen_ai.prompt", Form: FormFlat, Role: RoleUser},
			{Key: "lmnr.span.input", Form: FormMessages, Role: RoleUser, Last: true},
			{Key: "gen_ai.completion", Form: FormFlat, Role: RoleAssistant, Output: true},
			{Key: "lmnr.span.output", Form: FormMessages, Role: RoleAssistant, Output: true, Last: true},
		},
		Tool: Tool{Arguments: []string{"lmnr.span.input"}, Result: []string{"lmnr.span.output"}},
		Identity: Identity{
			Thread: []string{"lmnr.association.properties.session_id"},
			NodeID: []string{"lmnr.association.properties.langgraph_node"}, NodeName: []string{"lmnr.association.properties.langgraph_node"},
		},
	}
}
