package demo

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// play plays one run without waiting and returns its spans in the order in which they ended.
func play(t *testing.T, ctx context.Context) (tracetest.SpanStubs, error) {
	t.Helper()
	exporter := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	t.Cleanup(func() { assert.NoError(t, provider.Shutdown(context.WithoutCancel(ctx))) })
	player := Player{Tracer: provider.Tracer("test"), Progress: func(string, string, time.Duration, string) {}}
	err := player.Play(ctx, "run-1")
	return exporter.GetSpans(), err
}

func attributes(s tracetest.SpanStub) map[string]any {
	m := map[string]any{}
	for _, kv := range s.Attributes {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

func TestTheRunLooksLikeOrcheos(t *testing.T) {
	spans, err := play(t, t.Context())
	require.NoError(t, err)
	root := spans[len(spans)-1]
	assert.Equal(t, semconv.SpanWorkflowExecution, root.Name, "the root ends last")
	assert.False(t, root.Parent.SpanID().IsValid())
	assert.Equal(t, "run-1", attributes(root)[semconv.ExecutionID])
	assert.Equal(t, semconv.EventWorkflowCompleted, root.Events[0].Name)

	ids := map[string]bool{}
	for _, s := range spans {
		assert.False(t, ids[s.SpanContext.SpanID().String()])
		ids[s.SpanContext.SpanID().String()] = true
		assert.Equal(t, root.SpanContext.TraceID(), s.SpanContext.TraceID())
		assert.Equal(t, "run-1", attributes(s)[semconv.ExecutionID], s.Name)
	}
	for _, s := range spans[:len(spans)-1] {
		assert.True(t, ids[s.Parent.SpanID().String()], "%s has a parent of this run", s.Name)
	}
}

func TestTheRunShowsWhatThereIsToSee(t *testing.T) {
	spans, err := play(t, t.Context())
	require.NoError(t, err)
	var failed, tries, artifacts, longest int64
	for _, s := range spans {
		a := attributes(s)
		if s.Status.Code == codes.Error {
			failed++
			assert.Equal(t, semconv.EventErrorDetail, s.Events[0].Name)
		}
		if a[semconv.GenAIToolName] == "lookup_key" {
			tries++
		}
		if ids, ok := a[semconv.ArtifactIDs].([]string); ok {
			artifacts += int64(len(ids))
		}
		if n, ok := a[semconv.GenAIOutputTokens].(int64); ok {
			longest = max(longest, n)
		}
		if text, ok := a[semconv.GenAIOutputMessages].(string); ok {
			assert.True(t, json.Valid([]byte(text)), s.Name)
		}
	}
	assert.EqualValues(t, 2, failed, "a tool that is tried again, and a branch")
	assert.EqualValues(t, 2, tries)
	assert.EqualValues(t, 2, artifacts)
	assert.EqualValues(t, 4000, longest)
}

func TestTheScenarioTakesAsLongAsItSays(t *testing.T) {
	assert.Equal(t, Length, lasts(scenario(), false))
}

func lasts(steps []step, parallel bool) time.Duration {
	var total time.Duration
	for _, s := range steps {
		d := s.lasts + lasts(s.children, s.parallel)
		if parallel {
			total = max(total, d)
		} else {
			total += d
		}
	}
	return total
}

func TestAnInterruptedRunIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	spans, err := play(t, ctx)
	require.ErrorIs(t, err, context.Canceled)
	root := spans[len(spans)-1]
	assert.Equal(t, semconv.EventWorkflowCancelled, root.Events[0].Name)
	assert.Equal(t, codes.Error, root.Status.Code)
}

func TestExecutionIDsAreDrawn(t *testing.T) {
	first, second := NewExecutionID(), NewExecutionID()
	assert.Regexp(t, `^run-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, first)
	assert.NotEqual(t, first, second)
}
