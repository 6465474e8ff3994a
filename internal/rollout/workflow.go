package rollout

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/demo"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Synthetic marks every span of a check, so that dashboards and alerts can leave it out. bool.
const Synthetic = "canvas.synthetic"

// workflow is what is sent: the shape of an Orcheo execution, with a model call and a secret.
type workflow struct {
	execution string
	trace     pcommon.TraceID
	service   string
	canaries  []string // what redaction must take out
	began     time.Time

	root, call, node, late pcommon.SpanID
}

func newWorkflow(service string) workflow {
	w := workflow{execution: demo.NewExecutionID(), service: service, began: time.Now()}
	_, _ = rand.Read(w.trace[:]) // crypto/rand never fails
	// The randomness of a trace id are its last seven bytes, and samplers keep what is high: this one passes any share above
	// zero, so that its absence says something.
	for i := 9; i < 16; i++ {
		w.trace[i] = 0xff
	}
	for i, id := range []*pcommon.SpanID{&w.root, &w.call, &w.node, &w.late} {
		_, _ = rand.Read(id[:])
		id[0] = byte(i + 1)
	}
	var random [24]byte
	_, _ = rand.Read(random[:])
	secret := hex.EncodeToString(random[:])
	w.canaries = []string{"sk-proj-" + secret, "canary." + secret[:12] + "@example.com", "hunter2" + secret[:20]}
	return w
}

// spans are the ids of what is sent before any silence.
func (w workflow) spans() []pcommon.SpanID { return []pcommon.SpanID{w.root, w.call, w.node} }

// beginning is what ends first: a node and the model call inside it.
func (w workflow) beginning() ptrace.Traces {
	td, spans := w.request()
	node := w.span(spans, w.node, w.root, "Answer (rollout check)")
	node.Attributes().PutStr(semconv.NodeID, "answer")
	node.Attributes().PutStr(semconv.NodeDisplayName, "Answer (rollout check)")
	node.Attributes().PutStr(semconv.NodeKind, "llm")
	node.Attributes().PutStr(semconv.NodeStatus, "success")
	node.Attributes().PutInt(semconv.NodeLatency, 40)
	node.Attributes().PutStr("api_key", w.canaries[2])

	call := w.span(spans, w.call, w.node, "chat gpt-4o-mini")
	call.Attributes().PutStr(semconv.GenAIOperation, "chat")
	call.Attributes().PutStr(semconv.GenAIProvider, "openai")
	call.Attributes().PutStr(semconv.GenAIRequestModel, "gpt-4o-mini")
	call.Attributes().PutStr(semconv.GenAIResponseModel, "gpt-4o-mini")
	call.Attributes().PutInt(semconv.GenAIInputTokens, 21)
	call.Attributes().PutInt(semconv.GenAIOutputTokens, 7)
	call.Attributes().PutStr(semconv.GenAIInputMessages, fmt.Sprintf(
		`[{"role":"user","parts":[{"type":"text","content":"A rollout check, nobody's question. The key is %s, write to %s."}]}]`, w.canaries[0], w.canaries[1]))
	call.Attributes().PutStr(semconv.GenAIOutputMessages, `[{"role":"assistant","parts":[{"type":"text","content":"Understood."}]}]`)
	call.Status().SetMessage("the model refused the key " + w.canaries[0])
	return td
}

// ending is the root, which comes last.
func (w workflow) ending() ptrace.Traces {
	td, spans := w.request()
	root := w.span(spans, w.root, pcommon.SpanID{}, semconv.SpanWorkflowExecution)
	root.Attributes().PutStr(semconv.WorkflowID, "rollout-check")
	root.Attributes().PutStr(semconv.ExecutionRunName, "Rollout check (synthetic)")
	root.Attributes().PutEmptySlice(semconv.ExecutionTags).AppendEmpty().SetStr("synthetic")
	root.Attributes().PutInt(semconv.TraceSpanCount, int64(len(w.spans())))
	event := root.Events().AppendEmpty()
	event.SetName(semconv.EventWorkflowCompleted)
	event.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	event.Attributes().PutStr("status", "completed")
	root.Status().SetCode(ptrace.StatusCodeOk)
	return td
}

// afterwards is a span that comes after the silence.
func (w workflow) afterwards() ptrace.Traces {
	td, spans := w.request()
	w.span(spans, w.late, w.root, "after the silence (rollout check)")
	return td
}

func (w workflow) request() (ptrace.Traces, ptrace.SpanSlice) {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", w.service)
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("canvasctl rollout check")
	return td, ss.Spans()
}

func (w workflow) span(spans ptrace.SpanSlice, id, parent pcommon.SpanID, name string) ptrace.Span {
	s := spans.AppendEmpty()
	s.SetTraceID(w.trace)
	s.SetSpanID(id)
	s.SetParentSpanID(parent)
	s.SetName(name)
	s.SetKind(ptrace.SpanKindInternal)
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(w.began))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	s.Attributes().PutBool(Synthetic, true)
	s.Attributes().PutStr(semconv.ExecutionID, w.execution)
	return s
}
