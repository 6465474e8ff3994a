package price

import "strings"

// aliases are names of providers that genai-prices does not recognise by itself, or takes for another: OpenTelemetry's
// well-known values of gen_ai.provider.name and of gen_ai.system before it, and what frameworks write.
var aliases = map[string]string{
	"az":             "azure", // az.ai.openai, az.ai.inference
	"azure_openai":   "azure", // "openai" is in it, but the prices are those of Azure
	"azure-openai":   "azure",
	"azure_ai":       "azure",
	"azureopenai":    "azure",
	"azureai":        "azure",
	"amazon":         "aws",
	"gcp":            "google", // gcp.gemini, gcp.vertex_ai, gcp.gen_ai
	"xai":            "x-ai",
	"x_ai":           "x-ai",
	"moonshot_ai":    "moonshotai",
	"fireworks_ai":   "fireworks",
	"fireworks-ai":   "fireworks",
	"togetherai":     "together",
	"mistralai":      "mistral",
	"mistral_ai":     "mistral",
	"z_ai":           "zai",
	"z.ai":           "zai",
	"github_copilot": "github-copilot",
	"vertex_ai":      "google", // also LiteLLM's vertex_ai-anthropic_models and the like, by provider_match
	"voyage":         "voyageai",
	"novita_ai":      "novita",
	"novita-ai":      "novita",
	"perplexity_ai":  "perplexity",
	"perplexityai":   "perplexity",
	"deepseek_ai":    "deepseek",
	"openrouter.ai":  "openrouter",
}

// routers only pass requests on. The models that they name begin with the provider: "openai/gpt-4o".
var routers = map[string]bool{"litellm": true, "litellm_proxy": true, "gateway": true, "vercel": true}

// provider finds a provider by a name in lower case: by an alias or an id; by the same of what stands before the first dot
// ("openai.responses" of the Vercel AI SDK, "azure.ai.openai"); by the table's own rules.
func (t *Table) provider(name string) *provider {
	head, _, _ := strings.Cut(name, ".")
	for _, candidate := range [...]string{name, head} {
		if id, ok := aliases[candidate]; ok {
			candidate = id
		}
		if p, ok := t.byID[candidate]; ok {
			return p
		}
	}
	for i := range t.providers {
		if p := &t.providers[i]; p.name.matches(name) {
			return p
		}
	}
	return nil
}

// maker finds the provider whose models are called so: the first in the table that recognises the name of the model.
func (t *Table) maker(model string) *provider {
	for i := range t.providers {
		if p := &t.providers[i]; p.modelName.matches(model) {
			return p
		}
	}
	return nil
}

// route is the provider and the model that a query means, both in lower case.
func (t *Table) route(providerName, model string) (*provider, string) {
	if routers[providerName] {
		if head, rest, ok := strings.Cut(model, "/"); ok {
			if p := t.provider(head); p != nil {
				return p, rest
			}
		}
		providerName = ""
	}
	if providerName == "" {
		return t.maker(model), model
	}
	return t.provider(providerName), model
}
