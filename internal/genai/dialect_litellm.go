package genai

// LiteLLM is the LiteLLM proxy (https://github.com/BerriAI/litellm, litellm/integrations/opentelemetry.py). It brings the usage of
// every provider into OpenAI's form. An answer from its own cache repeats the usage and the cost of the original: the key of the
// cache tells.
func LiteLLM() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	return Dialect{
		Name: "litellm",
		Evidence: Evidence{
			Scopes: []string{"litellm*"},
			Spans:  []string{"litellm_request", "Received Proxy Server Request"},
			Keys:   []string{"hidden_params", "litellm.", "gen_ai.cost.total_cost"},
			Values: []string{"llm.request.type=acompletion", "llm.request.type=aembedding"},
			Hints:  []string{"metadata.user_api_key_hash", "metadata.user_api_key_alias", "metadata.user_api_key_end_user_id", "llm.is_streaming"},
		},
		Usage:     u,
		Models:    Models{Requested: []string{"gen_ai.request.model", "hidden_params#litellm_model_name"}},
		Cost:      Cost{Total: []string{"gen_ai.cost.total_cost", "litellm.cost.total", "hidden_params#response_cost"}},
		Operation: []string{"llm.request.type"},
		Kinds: map[string]Kind{
			"acompletion": KindLLM, "completion": KindLLM, "atext_completion": KindLLM, "anthropic_messages": KindLLM, "aresponses": KindLLM,
			"aembedding": KindEmbedding, "embedding": KindEmbedding, "arerank": KindRerank, "rerank": KindRerank,
		},
		SpanKinds: map[string]Kind{"litellm_request": KindLLM, "Received Proxy Server Request": KindLLM, "guardrail": KindGuardrail},
		Replays:   []string{"hidden_params#cache_key", "litellm.cache_hit"},
		Messages: []MessageAttribute{
			{Key: "gen_ai.prompt", Form: FormFlat, Role: RoleUser},
			{Key: "gen_ai.completion", Form: FormFlat, Role: RoleAssistant, Output: true},
		},
		Content: []string{"llm.request.functions.", "metadata.requester_custom_headers"},
	}
}
