package genai

// Genkit is Firebase Genkit (https://github.com/firebase/genkit). Its keys have colons, and a model's usage stands in its answer.
func Genkit() Dialect {
	const usage = "genkit:output#usage."
	return Dialect{
		Name:     "genkit",
		Evidence: Evidence{Scopes: []string{"genkit-tracer*"}, Keys: []string{"genkit:"}},
		Usage: Usage{
			Input:     []string{usage + "inputTokens"},
			Output:    []string{usage + "outputTokens"},
			CacheRead: []string{usage + "cachedContentTokens"},
			Reasoning: []string{usage + "thoughtsTokens"},
			Overall:   []string{usage + "totalTokens"},
			Cache:     Inclusive,
		},
		Models:    Models{OfCalls: []string{"genkit:name"}, Requested: []string{"genkit:input#model"}, Actual: []string{"genkit:output#custom.model"}},
		Operation: []string{"genkit:metadata:subtype", "genkit:type"},
		Kinds: map[string]Kind{
			"model": KindLLM, "embedder": KindEmbedding, "retriever": KindRetrieval, "reranker": KindRerank, "tool": KindTool, "tool.v2": KindTool,
			"flow": KindWorkflow, "flowstep": KindTask, "prompt": KindPrompt, "evaluator": KindEvaluator, "util": KindChain, "helper": KindChain,
		},
		Messages: []MessageAttribute{
			{Key: "genkit:input", Form: FormMessages, Role: RoleUser},
			{Key: "genkit:output", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool:     Tool{Name: []string{}, Arguments: []string{"genkit:input"}, Result: []string{"genkit:output"}},
		Identity: Identity{Thread: []string{"genkit:sessionId", "genkit:metadata:sessionId"}, NodeName: []string{"genkit:name"}},
	}
}
