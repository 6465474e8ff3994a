package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// addIdentity writes what joins the span to a conversation, a workflow and a node, and which files it names, under the names
// that the view and Canvas read.
func (a *attributes) addIdentity() {
	r := a.read
	a.putText(a.responseID, r.ResponseID)
	a.putText(a.conversation, r.Thread)
	a.putText(a.thread, r.Thread)
	a.putText(a.workflowID, r.WorkflowID)
	a.putText(a.workflowName, r.WorkflowName)
	a.putText(a.nodeID, r.NodeID)
	a.putText(a.nodeName, r.NodeName)
	a.putTexts(a.artifacts, r.Artifacts)
}

// addExecution names the execution that the span belongs to by another system's id of a run, where the configuration says
// which, and reports whether it did. It is not done unasked: the id decides in whose trace a span is shown.
func (p *tokenPreview) addExecution(attrs pcommon.Map) (added bool) {
	if len(p.executionFrom) == 0 {
		return false
	}
	if _, named := attrs.Get(semconv.ExecutionID); named {
		return false
	}
	for _, key := range p.executionFrom {
		if v, ok := attrs.Get(key); ok && v.Type() == pcommon.ValueTypeStr && v.Str() != "" {
			attrs.PutStr(semconv.ExecutionID, v.Str())
			return true
		}
	}
	return false
}
