package price

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestProvidersAreFoundByTheNamesThatTelemetryUses goes through the well-known values of gen_ai.provider.name, of
// gen_ai.system before it, and what frameworks write instead.
func TestProvidersAreFoundByTheNamesThatTelemetryUses(t *testing.T) {
	for want, written := range map[string][]string{
		"anthropic":   {"anthropic", "Anthropic", "anthropic.messages", "AnthropicBedrock's anthropic"},
		"aws":         {"aws.bedrock", "aws_bedrock", "bedrock", "amazon_bedrock", "amazon-bedrock", "bedrock_converse", "AWS", "amazon"},
		"azure":       {"azure.ai.openai", "azure.ai.inference", "az.ai.openai", "az.ai.inference", "azure", "azure_openai", "azure-openai.responses", "AzureOpenAI"},
		"cohere":      {"cohere", "cohere.chat"},
		"deepseek":    {"deepseek", "deepseek.chat"},
		"fireworks":   {"fireworks", "fireworks_ai", "fireworks.chat"},
		"google":      {"gcp.gemini", "gcp.vertex_ai", "gcp.gen_ai", "google", "google_genai", "google_vertexai", "google.generative-ai", "google.vertex.chat", "vertex_ai", "gemini"},
		"groq":        {"groq", "groq.chat"},
		"mistral":     {"mistral_ai", "mistral", "mistralai", "mistral.chat"},
		"moonshotai":  {"moonshot_ai", "moonshotai"},
		"openai":      {"openai", "OpenAI", "openai.responses", " openai "},
		"openrouter":  {"openrouter"},
		"perplexity":  {"perplexity", "perplexity_ai"},
		"together":    {"together", "together_ai", "togetherai"},
		"x-ai":        {"x_ai", "xai", "x-ai", "xai.chat"},
		"zai":         {"zai", "z_ai"},
		"no provider": {"ibm.watsonx.ai", "ollama", "vllm", "my gateway", "llama_index"},
	} {
		for _, name := range written {
			got := "no provider"
			if p := builtIn(t).provider(normal(name)); p != nil {
				got = p.id
			}
			assert.Equal(t, want, got, name)
		}
	}
}

func TestAliasesNameProvidersOfTheTable(t *testing.T) {
	for alias, id := range aliases {
		assert.Contains(t, builtIn(t).byID, id, alias)
		assert.NotContains(t, builtIn(t).byID, alias, "the table knows it by itself")
	}
}

func TestWithoutAProviderTheModelsMakerIsTaken(t *testing.T) {
	for model, want := range map[string]string{
		"gpt-4o":                     "openai",
		"o3-mini":                    "openai",
		"claude-sonnet-4-5-20250929": "anthropic",
		"gemini-2.5-pro":             "google",
		"grok-4":                     "x-ai",
		"deepseek-chat":              "deepseek",
		"mistral-large-latest":       "mistral",
	} {
		p, _ := builtIn(t).route("", model)
		if assert.NotNil(t, p, model) {
			assert.Equal(t, want, p.id, model)
		}
	}
	p, _ := builtIn(t).route("", "llama-3.3-70b") // many serve it, at many prices
	assert.Nil(t, p)
}

func TestARoutersModelNamesItsProvider(t *testing.T) {
	for _, router := range []string{"litellm", "gateway"} {
		p, model := builtIn(t).route(router, "anthropic/claude-3-5-sonnet-20241022")
		require.NotNil(t, p)
		assert.Equal(t, "anthropic", p.id)
		assert.Equal(t, "claude-3-5-sonnet-20241022", model)
	}
	p, model := builtIn(t).route("litellm", "gpt-4o")
	require.NotNil(t, p)
	assert.Equal(t, "openai", p.id)
	assert.Equal(t, "gpt-4o", model)
}
