package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// addIdentity writes what joins the span to a conversation, a workflow and a node, and which files it names, under the names
// that the view and Canvas read.
func addIdentity(attrs pcommon.Map, r *genai.Reading) {
	putText(attrs, semconv.GenAIResponseID, r.ResponseID)
	putText(attrs, semconv.GenAIConversationID, r.Thread)
	putText(attrs, semconv.ExecutionThread, r.Thread)
	putText(attrs, semconv.WorkflowID, r.WorkflowID)
	putText(attrs, semconv.GenAIWorkflowName, r.WorkflowName)
	putText(attrs, semconv.NodeID, r.NodeID)
	putText(attrs, semconv.NodeDisplayName, r.NodeName)
	putTexts(attrs, semconv.ArtifactIDs, r.Artifacts)
}

// addExecution names the execution that the span belongs to by another system's id of a run, where the configuration says
// which. It is not done unasked: the id decides in whose trace a span is shown.
func (p *tokenPreview) addExecution(attrs pcommon.Map) {
	if len(p.executionFrom) == 0 || !isAbsent(attrs, semconv.ExecutionID) {
		return
	}
	for _, key := range p.executionFrom {
		if v, ok := attrs.Get(key); ok && v.Type() == pcommon.ValueTypeStr && v.Str() != "" {
			attrs.PutStr(semconv.ExecutionID, v.Str())
			return
		}
	}
}
