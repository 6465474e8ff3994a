package genai

// Copilot is GitHub's Copilot CLI. It follows OpenTelemetry; what it calls a cost are units of a plan, not dollars.
func Copilot() Dialect {
	u := openTelemetryUsage(Inclusive)
	u.Except = nil
	return Dialect{
		Name: "copilot",
		Evidence: Evidence{
			Scopes: []string{"github.copilot*", "@github/copilot*"},
			Keys:   []string{"github.copilot."},
		},
		Usage: u,
	}
}
