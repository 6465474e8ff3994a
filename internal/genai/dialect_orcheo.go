package genai

import "github.com/orcheo/otelcol-canvas/internal/semconv"

// Orcheo is what Orcheo's backend writes itself (src/orcheo/tracing/workflow.py of orcheo).
func Orcheo() Dialect {
	return Dialect{
		Name:         "orcheo",
		Scopes:       []string{"orcheo"},
		Markers:      []string{"orcheo."},
		MarkerEvents: []string{semconv.EventPrompt, semconv.EventResponse, semconv.EventMessage},
		Usage:        Usage{Input: []string{semconv.TokenInput}, Output: []string{semconv.TokenOutput}},
		Models: Models{
			Requested:      []string{semconv.AIModelRequested},
			Actual:         []string{semconv.AIModelActual},
			Provider:       []string{semconv.AIProvider},
			ProviderPrefix: true,
		},
		Operation: []string{semconv.AIKind, semconv.NodeKind},
		// A node called "agent" or "workflow" reports its own call's usage, which Orcheo counts: node kinds other than
		// these say nothing about model calls.
		Kinds: map[string]Kind{
			"llm": KindLLM, "chat": KindLLM, "embedding": KindEmbedding, "rerank": KindRerank, "retrieval": KindRetrieval, "tool": KindTool,
		},
		Roots: []string{semconv.SpanWorkflowExecution},
		Events: []MessageEvent{ // prompt and response last: they are what a node was asked and said, whatever the history holds
			{Name: semconv.EventMessage, Text: semconv.AttrPreview, RoleKey: semconv.AttrRole, Role: RoleUnknown},
			{Name: semconv.EventPrompt, Text: semconv.AttrPreview, Role: RoleUser},
			{Name: semconv.EventResponse, Text: semconv.AttrPreview, Role: RoleAssistant, Output: true},
		},
		Identity: []string{
			semconv.ExecutionID, semconv.WorkflowID, semconv.ExecutionThread, semconv.NodeID, semconv.ArtifactIDs,
		},
	}
}
