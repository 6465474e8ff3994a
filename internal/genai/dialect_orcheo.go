package genai

import "github.com/orcheo/otelcol-canvas/internal/semconv"

// NameOrcheo is the name of Orcheo's own dialect, which is also the one that everything is translated to.
const NameOrcheo = "orcheo"

// Orcheo is what Orcheo's backend writes itself (src/orcheo/tracing/workflow.py of orcheo). Its token figures are canonical:
// an earlier tier of this processor has written them, or Orcheo counts them as they are.
func Orcheo() Dialect {
	return Dialect{
		Name:      NameOrcheo,
		Canonical: true,
		Evidence: Evidence{
			Scopes: []string{"orcheo*"},
			Keys: []string{ // not orcheo.redaction.*, which any span may have
				"orcheo.node.", "orcheo.ai.", "orcheo.token.", "orcheo.execution.", "orcheo.workflow.", "orcheo.artifact.", "orcheo.usage.", "orcheo.cost.",
			},
			Spans:  []string{semconv.SpanWorkflowExecution},
			Events: []string{semconv.EventPrompt, semconv.EventResponse, semconv.EventMessage},
		},
		Usage: Usage{
			Input:    []string{semconv.TokenInput},
			Output:   []string{semconv.TokenOutput},
			Cache:    Canonical,
			Thoughts: Canonical,
		},
		Models: Models{
			Requested: []string{semconv.AIModelRequested},
			Actual:    []string{semconv.AIModelActual},
			Provider:  []string{semconv.AIProvider},
		},
		Cost:      Cost{Total: []string{semconv.CostUSD}},
		Operation: []string{semconv.AIKind, semconv.NodeKind},
		// A node called "agent" or "workflow" reports its own call's usage, which Orcheo counts: node kinds other than
		// these say nothing about model calls.
		Kinds: map[string]Kind{
			"llm": KindLLM, "chat": KindLLM, "embedding": KindEmbedding, "rerank": KindRerank, "retrieval": KindRetrieval, "tool": KindTool,
		},
		SpanKinds: map[string]Kind{semconv.SpanWorkflowExecution: KindWorkflow},
		Scope:     []string{semconv.UsageScope}, // an earlier tier knew what it may since have dropped
		Replays:   []string{semconv.UsageReplay},
		Events: []MessageEvent{ // prompt and response last: they are what a node was asked and said, whatever the history holds
			{Name: semconv.EventMessage, Text: semconv.AttrPreview, RoleKey: semconv.AttrRole, Role: RoleUnknown, Sent: true},
			{Name: semconv.EventPrompt, Text: semconv.AttrPreview, Role: RoleUser, Sent: true},
			{Name: semconv.EventResponse, Text: semconv.AttrPreview, Role: RoleAssistant, Output: true, Sent: true},
		},
		Identity: Identity{
			Thread:     []string{semconv.ExecutionThread},
			WorkflowID: []string{semconv.WorkflowID},
			NodeID:     []string{semconv.NodeID},
			NodeName:   []string{semconv.NodeDisplayName},
			Other:      []string{semconv.ExecutionID, semconv.ArtifactIDs},
		},
	}
}
