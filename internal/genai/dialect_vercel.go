package genai

// VercelAI is the AI SDK of Vercel: its own telemetry up to version 6 (ai.*, scope ai) and that of @ai-sdk/otel (scope gen_ai)
// (https://github.com/vercel/ai, packages/otel). Up to version 6 a call is two spans: ai.generateText for the whole, with all
// its steps, and ai.generateText.doGenerate for each request.
func VercelAI() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Input = append([]string{"ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"}, u.Input...)
	u.Output = append([]string{"ai.usage.outputTokens", "ai.usage.completionTokens"}, u.Output...)
	const metadata = "ai.response.providerMetadata#"
	u.CacheRead = append([]string{
		"ai.usage.cachedInputTokens", "ai.usage.inputTokenDetails.cacheReadTokens", metadata + "openai.cachedPromptTokens",
		metadata + "anthropic.usage.cache_read_input_tokens", metadata + "bedrock.usage.cacheReadInputTokens",
	}, u.CacheRead...)
	u.CacheWrite = append([]string{
		"ai.usage.inputTokenDetails.cacheWriteTokens", metadata + "anthropic.usage.cache_creation_input_tokens", metadata + "anthropic.cacheCreationInputTokens",
		metadata + "bedrock.usage.cacheWriteInputTokens", metadata + "bedrock.usage.cacheCreationInputTokens",
	}, u.CacheWrite...)
	u.CacheWrite5m = []string{metadata + "anthropic.usage.cache_creation.ephemeral_5m_input_tokens"}
	u.CacheWrite1h = []string{metadata + "anthropic.usage.cache_creation.ephemeral_1h_input_tokens"}
	u.Reasoning = append([]string{
		"ai.usage.reasoningTokens", "ai.usage.outputTokenDetails.reasoningTokens", metadata + "openai.reasoningTokens",
	}, u.Reasoning...)
	u.Overall = append([]string{"ai.usage.totalTokens"}, u.Overall...)
	u.InclusiveIf = []string{"ai.usage.inputTokenDetails.noCacheTokens"} // since version 6
	u.Except = []UsageRule{
		{Scope: "gen_ai", Cache: Inclusive},
		{Scope: "ai", Provider: "anthropic", Cache: Exclusive}, // up to version 5 these are passed on as they come
		{Scope: "ai", Provider: "aws.bedrock", Cache: Exclusive},
	}
	return Dialect{
		Name: "vercel",
		Evidence: Evidence{
			Scopes: []string{"ai", "gen_ai"},
			Keys:   []string{"ai.operationId", "ai.usage.", "ai.model.id", "ai.model.provider", "ai.prompt.", "ai.telemetry.", "ai.settings."},
			Spans:  []string{"ai.generateText*", "ai.streamText*", "ai.generateObject*", "ai.streamObject*", "ai.embed*", "ai.toolCall"},
		},
		Usage: u,
		Models: Models{
			Requested: []string{"ai.model.id", "ai.model_id"},
			Actual:    []string{"ai.response.model"},
			Provider:  []string{"ai.model.provider"},
		},
		Operation: []string{"ai.operationId"},
		Kinds: map[string]Kind{
			"ai.generatetext": KindChain, "ai.streamtext": KindChain, "ai.generateobject": KindChain, "ai.streamobject": KindChain,
			"ai.generatetext.dogenerate": KindLLM, "ai.streamtext.dostream": KindLLM, "ai.generateobject.dogenerate": KindLLM, "ai.streamobject.dostream": KindLLM,
			"ai.embed": KindChain, "ai.embedmany": KindChain, "ai.embed.doembed": KindEmbedding, "ai.embedmany.doembed": KindEmbedding,
			"ai.rerank": KindChain, "ai.rerank.dorerank": KindRerank, "ai.toolcall": KindTool,
		},
		Messages: []MessageAttribute{
			{Key: "ai.prompt.messages", Form: FormMessages, Role: RoleUser},
			{Key: "ai.prompt", Form: FormMessages, Role: RoleUser},
			{Key: "ai.value", Form: FormText, Role: RoleUser},
			{Key: "ai.values", Form: FormMessages, Role: RoleUser},
			{Key: "ai.response.reasoning", Form: FormText, Role: RoleAssistant, Output: true},
			{Key: "ai.response.text", Form: FormText, Role: RoleAssistant, Output: true, Joins: true},
			{Key: "ai.response.toolCalls", Form: FormParts, Role: RoleAssistant, Output: true, Joins: true},
			{Key: "ai.response.object", Form: FormText, Role: RoleAssistant, Output: true, Joins: true},
			{Key: "ai.result.text", Form: FormText, Role: RoleAssistant, Output: true},
			{Key: "ai.result.toolCalls", Form: FormParts, Role: RoleAssistant, Output: true, Joins: true},
			{Key: "ai.result.object", Form: FormText, Role: RoleAssistant, Output: true},
		},
		Tool: Tool{
			Name:      []string{"ai.toolCall.name"},
			CallID:    []string{"ai.toolCall.id"},
			Arguments: []string{"ai.toolCall.args"},
			Result:    []string{"ai.toolCall.result"},
		},
		Identity: Identity{
			Thread:       []string{"ai.telemetry.metadata.sessionId", "ai.telemetry.metadata.threadId"},
			WorkflowName: []string{"ai.telemetry.functionId"},
			ResponseID:   []string{"ai.response.id"},
		},
		Content: []string{"ai.prompt.tools", "ai.response.files", "ai.request.body", "ai.schema"},
	}
}
