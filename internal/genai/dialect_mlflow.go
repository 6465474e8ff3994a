package genai

// MLflow is what MLflow's tracing exports (https://github.com/mlflow/mlflow, mlflow/tracing/otel). Values are JSON, often encoded
// twice. MLflow brings the usage of every provider into one form, in which the input includes the cache.
func MLflow() Dialect {
	const usage = "mlflow.chat.tokenUsage#"
	return Dialect{
		Name:     "mlflow",
		Evidence: Evidence{Keys: []string{"mlflow."}},
		Usage: Usage{
			Input:      []string{usage + "input_tokens"},
			Output:     []string{usage + "output_tokens"},
			CacheRead:  []string{usage + "cache_read_input_tokens"},
			CacheWrite: []string{usage + "cache_creation_input_tokens"},
			Overall:    []string{usage + "total_tokens"},
			Cache:      Inclusive,
		},
		Models: Models{Requested: []string{"mlflow.llm.model"}, Provider: []string{"mlflow.llm.provider"}},
		Cost:   Cost{Total: []string{"mlflow.llm.cost#total_cost"}},
		Operation: []string{
			"mlflow.spanType",
		},
		Kinds: map[string]Kind{
			"llm": KindLLM, "chat_model": KindLLM, "embedding": KindEmbedding, "reranker": KindRerank, "retriever": KindRetrieval, "tool": KindTool,
			"agent": KindAgent, "chain": KindChain, "parser": KindChain, "workflow": KindWorkflow, "task": KindTask, "memory": KindMemory,
			"guardrail": KindGuardrail, "evaluator": KindEvaluator,
		},
		Messages: []MessageAttribute{
			{Key: "mlflow.spanInputs", Form: FormMessages, Role: RoleUser},
			{Key: "mlflow.spanOutputs", Form: FormMessages, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{Arguments: []string{"mlflow.spanInputs"}, Result: []string{"mlflow.spanOutputs"}},
		Identity: Identity{
			Thread: []string{"mlflow.trace.session"},
			Other:  []string{"mlflow.traceRequestId"},
		},
	}
}
