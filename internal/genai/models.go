package genai

import (
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/keymemo"
)

// readModels reads the models and who serves them.
func (r *Reader) readModels() {
	read := &r.reading
	if r.about&aboutModels == 0 {
		return
	}
	framework := ""
	for rest := read.spoken & r.worded; rest != 0; rest = rest.others() {
		d := &r.engine.dialects[rest.first()]
		if read.Provider == "" {
			for _, ref := range d.provider.refs {
				word := r.text(ref)
				if word == "" {
					continue
				}
				is := providerFacts.Of(word)
				if is.framework {
					framework = word
					continue
				}
				read.Provider = is.provider
				break
			}
		}
		if system := r.first(&d.system); system != "" {
			read.Provider = hostOf(read.Provider, letters(strings.ToLower(system)))
		}
		if read.ModelActual == "" {
			read.ModelActual = r.first(&d.actual)
		}
		if read.ModelRequested == "" {
			read.ModelRequested = r.first(&d.requested)
		}
		if read.ModelRequested == "" && (read.Kind == KindLLM || read.Kind == KindEmbedding || read.Kind == KindRerank) {
			read.ModelRequested = r.first(&d.ofCalls)
		}
	}
	read.ModelName = read.ModelRequested
	r.splitModel(framework)
	if read.Provider != "" || read.ModelRequested == "" && read.ModelActual == "" {
		return
	}
	for rest := read.spoken; rest != 0; rest = rest.others() {
		if read.Provider == "" {
			read.Provider = r.engine.dialects[rest.first()].Models.Vendor
		}
	}
}

// splitModel takes provider:model and provider/model apart. "ft:gpt-4o", "llama3:8b" and "meta-llama/Llama-3" are models: only
// the provider that the span names itself counts, or one that is known where it names none.
func (r *Reader) splitModel(framework string) {
	read := &r.reading
	i := strings.IndexAny(read.ModelRequested, ":/")
	if i <= 0 || i+1 == len(read.ModelRequested) {
		return
	}
	prefix, name := providerFacts.Of(read.ModelRequested[:i]).provider, read.ModelRequested[i+1:]
	switch {
	case prefix == read.Provider:
		read.ModelName = name
	case read.Provider == "" && (wellKnown[prefix] || framework != ""):
		if wellKnown[prefix] {
			read.Provider, read.ModelName = prefix, name
		}
	}
}

// providerFact is what a word that stands for a provider says.
type providerFact struct {
	provider  string
	framework bool // it is the name of a framework
}

// providerFacts are those of the words that were met.
var providerFacts = keymemo.New(func(word string) (is providerFact, keep bool) {
	is.framework = !wellKnown[word] && isFramework(word)
	is.provider = strings.Clone(providerOf(word)) // it may be the word, or a piece of it
	return is, true
})

// providerOf is the provider in OpenTelemetry's words (gen_ai.provider.name), or its own in lower case. A client's name in
// front of an interface, like openai.chat, is cut.
func providerOf(word string) string {
	word = strings.ToLower(strings.Trim(word, `" `))
	if wellKnown[word] {
		return word
	}
	if known, ok := providers[letters(word)]; ok {
		return known
	}
	if head, _, ok := strings.Cut(word, "."); ok && head != "" {
		if known, ok := providers[letters(head)]; ok {
			return known
		}
		if wellKnown[head] {
			return head
		}
	}
	return word
}

// hostOf tells the services of one host apart by the interface that they speak.
func hostOf(provider, system string) string {
	switch {
	case provider == "azure.ai.inference" && system == "openai":
		return "azure.ai.openai"
	case provider == "gcp.gen_ai" && system == "vertexai":
		return "gcp.vertex_ai"
	case provider == "":
		return providerOf(system)
	}
	return provider
}

// letters is s without anything but letters and digits: az.ai.openai, azure_openai and azure-openai are one.
func letters(s string) string {
	b := make([]byte, 0, 32)
	for i := 0; i < len(s) && len(b) < 64; i++ {
		if c := s[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b = append(b, c)
		}
	}
	return string(b)
}

func isFramework(word string) bool {
	return word != "" && frameworks[letters(strings.ToLower(word))]
}

// wellKnown are the values of gen_ai.provider.name, and the names of further providers that are written the same everywhere.
var wellKnown = map[string]bool{
	"openai": true, "anthropic": true, "cohere": true, "deepseek": true, "groq": true, "perplexity": true, "x_ai": true, "mistral_ai": true,
	"aws.bedrock": true, "azure.ai.openai": true, "azure.ai.inference": true, "gcp.vertex_ai": true, "gcp.gemini": true, "gcp.gen_ai": true,
	"ibm.watsonx.ai": true, "moonshot_ai": true, "ollama": true, "together": true, "fireworks": true, "openrouter": true, "huggingface": true,
	"cerebras": true, "replicate": true, "vllm": true,
}

// providers are other words for them, as letters and digits only.
var providers = map[string]string{
	"aws": "aws.bedrock", "bedrock": "aws.bedrock", "amazonbedrock": "aws.bedrock", "awsbedrock": "aws.bedrock", "bedrockconverse": "aws.bedrock",
	"azure": "azure.ai.inference", "azaiinference": "azure.ai.inference", "azureaiinference": "azure.ai.inference",
	"azaiopenai": "azure.ai.openai", "azureopenai": "azure.ai.openai", "azureaiopenai": "azure.ai.openai",
	"vertexai": "gcp.vertex_ai", "googlevertex": "gcp.vertex_ai", "googlevertexai": "gcp.vertex_ai", "vertex": "gcp.vertex_ai", "gcpvertexai": "gcp.vertex_ai",
	"gemini": "gcp.gemini", "googlegenerativeai": "gcp.gemini", "googlegemini": "gcp.gemini", "gcpgemini": "gcp.gemini", "googlegla": "gcp.gemini",
	"googleai": "gcp.gemini",
	"google":   "gcp.gen_ai", "googlegenai": "gcp.gen_ai", "gcpgenai": "gcp.gen_ai",
	"mistral": "mistral_ai", "mistralai": "mistral_ai", "xai": "x_ai", "grok": "x_ai",
	"watsonx": "ibm.watsonx.ai", "ibmwatsonai": "ibm.watsonx.ai", "ibmwatsonxai": "ibm.watsonx.ai", "moonshot": "moonshot_ai", "moonshotai": "moonshot_ai",
	"hostedvllm": "vllm", "togetherai": "together", "fireworksai": "fireworks", "openaichat": "openai", "openairesponses": "openai",
}

// frameworks are names that frameworks write where the provider belongs, as letters and digits only.
var frameworks = map[string]bool{
	"strandsagents": true, "gcpvertexagent": true, "langchain": true, "crewai": true, "langgraph": true, "llamaindex": true, "haystack": true,
	"agno": true, "litellm": true, "openaiagents": true, "pydanticai": true, "microsoftagentframework": true,
	"springai": true, "mastra": true, "voltagent": true, "genkit": true,
}
