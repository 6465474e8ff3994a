package observation

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// An observer uses its memory again for the next request. Nobody must see that: not in what it makes of that request, and not
// in what a store kept of the one before.
func TestARequestIsObservedTheSameWhateverWasObservedBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		used := NewObserver([]string{semconv.ExecutionID}, canvaswire.Limits{})
		for _, td := range rapid.SliceOfN(rapid.Custom(drawRequest), 1, 6).Draw(t, "requests") {
			fresh, freshInvalid := NewObserver([]string{semconv.ExecutionID}, canvaswire.Limits{}).Observe(td)
			batches, invalid := used.Observe(td)
			require.Equal(t, freshInvalid, invalid)
			require.ElementsMatch(t, fresh, batches)
			if rapid.Bool().Draw(t, "released") {
				used.Release()
			}
		}
	})
}

func TestWhatAStoreKeptOutlivesTheRequest(t *testing.T) {
	store, err := memorystore.New(memorystore.Config{})
	require.NoError(t, err)
	o := NewObserver([]string{semconv.ExecutionID}, canvaswire.Limits{})
	request := func(name string) ptrace.Traces {
		td := ptrace.NewTraces()
		s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		s.SetTraceID(pcommon.TraceID{1})
		s.SetSpanID(pcommon.SpanID{1})
		s.SetName(name)
		s.Attributes().PutStr(semconv.ExecutionID, name)
		s.Attributes().PutEmptyBytes("data").FromRaw([]byte(name))
		return td
	}
	batches, _ := o.Observe(request("first"))
	want, err := json.Marshal(batches[0].Spans[0])
	require.NoError(t, err)
	execution := batches[0].Spans[0].Facts.Execution
	_, err = store.Append(t.Context(), batches)
	require.NoError(t, err)
	o.Release()
	o.Observe(request("other"))
	page, err := store.Read(t.Context(), tracestore.TraceID{1}, tracestore.Position{}, tracestore.ReadLimit{})
	require.NoError(t, err)
	is, err := json.Marshal(page.Records[0].Span)
	require.NoError(t, err)
	require.Equal(t, string(want), string(is))
	require.Equal(t, "first", execution, "ids of executions outlive it too")
}

func drawRequest(t *rapid.T) ptrace.Traces {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for i := range rapid.IntRange(0, 12).Draw(t, "spans") {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{rapid.ByteRange(0, 3).Draw(t, "trace")})
		s.SetSpanID(pcommon.SpanID{byte(i)})
		s.SetName(fmt.Sprint("span ", rapid.IntRange(0, 9).Draw(t, "name")))
		for _, key := range []string{semconv.ExecutionID, semconv.NodeID, semconv.PartialKind, semconv.GenAIResponseID} {
			if rapid.Bool().Draw(t, key) {
				s.Attributes().PutStr(key, rapid.StringN(0, 300, 300).Draw(t, "text"))
			}
		}
	}
	return td
}
