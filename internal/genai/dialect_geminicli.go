package genai

// GeminiCLI is Google's Gemini CLI (https://github.com/google-gemini/gemini-cli). Its messages are the contents of Gemini's interface as
// they are, and it counts what the model thought beside what it said.
func GeminiCLI() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	return Dialect{
		Name:     "gemini-cli",
		Evidence: Evidence{Values: []string{"gen_ai.agent.name=gemini-cli"}, Scopes: []string{"gemini-cli*"}},
		Usage:    u,
		Tool:     Tool{Arguments: []string{"gen_ai.input.messages"}, Result: []string{"gen_ai.output.messages"}},
		Models:   Models{Vendor: "gcp.gemini"},
	}
}
