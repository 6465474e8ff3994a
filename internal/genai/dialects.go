package genai

// Dialects are the tables in the order in which they are read: what says more about its emitter comes first, so that its rules
// win over those of the conventions that it uses as well.
func Dialects() []Dialect {
	return []Dialect{
		Orcheo(),
		ClaudeCode(),
		AnthropicSDK(),
		Codex(),
		Copilot(),
		GeminiCLI(),
		LiteLLM(),
		Langfuse(),
		LangSmith(),
		LangWatch(),
		Laminar(),
		MLflow(),
		Braintrust(),
		VercelAI(),
		PydanticAI(),
		GoogleADK(),
		Strands(),
		Microsoft(),
		OpenAIAgents(),
		CrewAI(),
		Mastra(),
		Genkit(),
		LiveKit(),
		VoltAgent(),
		SpringAI(),
		Flue(),
		OpenLIT(),
		Sentry(),
		OpenInference(),
		OpenLLMetry(),
		OpenTelemetry(),
	}
}
