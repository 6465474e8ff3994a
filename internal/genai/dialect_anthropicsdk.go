package genai

// AnthropicSDK is what Anthropic's client libraries, and its service, write themselves. They follow OpenTelemetry, and say how
// long the cache is kept under names of their own. The client's span and the service's are of one call.
func AnthropicSDK() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	u.CacheWrite5m = []string{"anthropic.usage.cache_creation.ephemeral_5m_input_tokens"}
	u.CacheWrite1h = []string{"anthropic.usage.cache_creation.ephemeral_1h_input_tokens"}
	return Dialect{
		Name: "anthropic-sdk",
		Evidence: Evidence{
			Scopes: []string{"com.anthropic.sdk.*", "com.anthropic.claude-platform"},
			Keys:   []string{"anthropic.usage.", "anthropic.response."},
		},
		Usage: u,
	}
}
