package canvaswire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// recorded returns the spans that Orcheo's backend sent in one run.
func recorded(t *testing.T, run string) (spans []ptrace.Span) {
	paths, err := filepath.Glob(filepath.Join("testdata", "orcheo", run, "req-*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		doc, err := os.ReadFile(path)
		require.NoError(t, err)
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(doc)
		require.NoError(t, err)
		for _, rs := range traces.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, span := range ss.Spans().All() {
					spans = append(spans, span)
				}
			}
		}
	}
	return spans
}

func TestOrcheosSpansSurviveWithATinyResidual(t *testing.T) {
	for _, run := range []string{"rich", "error"} {
		t.Run(run, func(t *testing.T) {
			e := NewEncoder(DefaultLimits())
			for _, span := range recorded(t, run) {
				out := e.Span(span.TraceID(), "orcheo-backend", span)
				assert.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(decoded(t, out)))
				assert.Less(t, len(out.Residual), 40, "%s with %d events", span.Name(), span.Events().Len())
				assert.Nil(t, out.Whole)
				assert.False(t, out.Truncated)
			}
		})
	}
}

// TestAnAnswerHasEveryKeyOfOrcheosOwn holds our answer for a run against what the Orcheo backend answered for it.
func TestAnAnswerHasEveryKeyOfOrcheosOwn(t *testing.T) {
	for _, run := range []string{"rich", "error"} {
		t.Run(run, func(t *testing.T) {
			doc, err := os.ReadFile(filepath.Join("testdata", "orcheo", run, "golden-rest.json"))
			require.NoError(t, err)
			var theirs, ours map[string]any
			require.NoError(t, json.Unmarshal(doc, &theirs))

			trace := &Trace{ID: "run-1", Overview: sampleOverview(), Page: NextPage("", "", sampleOverview()), Phase: "snapshot"}
			for _, span := range recorded(t, run) {
				out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "svc", span)
				trace.Spans = append(trace.Spans, SpanParts{
					Key:    execution.SpanKey{Trace: span.TraceID(), Span: span.SpanID()},
					Record: &tracestore.Record{Span: &tracestore.Span{Body: out.Body}},
				})
			}
			require.NoError(t, json.Unmarshal(AppendTrace(nil, trace), &ours))
			requireShape(t, "answer", theirs, ours)
			assert.Len(t, ours["spans"], len(theirs["spans"].([]any)))
		})
	}
}

// requireShape checks that got has every key of want, of the same JSON type where neither is null. Attributes are free.
func requireShape(t *testing.T, path string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		require.True(t, ok, "%s is an object", path)
		for key, v := range want {
			require.Contains(t, object, key, path)
			if key != "attributes" {
				requireShape(t, path+"."+key, v, object[key])
			}
		}
	case []any:
		list, ok := got.([]any)
		require.True(t, ok, "%s is a list", path)
		for _, element := range list {
			if len(want) > 0 {
				requireShape(t, path+"[]", want[0], element)
			}
		}
	case nil:
	default:
		if got != nil {
			require.IsType(t, want, got, path)
		}
	}
}
