package demo

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// logReceiver takes OTLP/HTTP logs and keeps what the records say.
type logReceiver struct {
	*httptest.Server
	mu     sync.Mutex
	events map[string]int // of a span's records, by "name event"
	bodies []ptrace.Span
}

func newLogReceiver(t *testing.T) *logReceiver {
	r := &logReceiver{events: map[string]int{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		assert.NoError(t, err)
		request := plogotlp.NewExportRequest()
		assert.NoError(t, request.UnmarshalProto(body))
		r.take(t, request)
		w.WriteHeader(http.StatusOK)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *logReceiver) take(t *testing.T, request plogotlp.ExportRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, record := range request.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		raw, err := base64.StdEncoding.DecodeString(record.Body().Str())
		assert.NoError(t, err)
		td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(raw)
		assert.NoError(t, err)
		s := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
		event, _ := record.Attributes().Get("partial.event")
		r.events[s.Name()+" "+event.Str()]++
		r.bodies = append(r.bodies, s)
	}
}

func (r *logReceiver) count(key string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events[key]
}

func TestASpanIsReportedFromItsStartUntilItEnds(t *testing.T) {
	receiver := newLogReceiver(t)
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(
		NewHeartbeats(receiver.URL, 5*time.Millisecond, func(err error) { t.Errorf("a report failed: %v", err) })))
	tracer := provider.Tracer("test")
	ctx, root := tracer.Start(t.Context(), "root", trace.WithAttributes(attribute.String("a", "b"), attribute.Int("n", 7)))
	_, child := tracer.Start(ctx, "child")
	require.Eventually(t, func() bool { return receiver.count("root start")+receiver.count("child start") == 2 }, time.Minute, time.Millisecond)
	require.Eventually(t, func() bool { return receiver.count("child heartbeat") > 1 }, time.Minute, time.Millisecond)
	child.End()
	before := receiver.count("root heartbeat")
	require.Eventually(t, func() bool { return receiver.count("root heartbeat") > before+3 }, time.Minute, time.Millisecond)
	after := receiver.count("child heartbeat")
	require.Eventually(t, func() bool { return receiver.count("root heartbeat") > before+6 }, time.Minute, time.Millisecond)
	assert.Equal(t, after, receiver.count("child heartbeat"), "a span that ended is not reported any more")
	root.End()
	require.NoError(t, provider.Shutdown(t.Context()))

	receiver.mu.Lock()
	defer receiver.mu.Unlock()
	for _, s := range receiver.bodies {
		assert.Zero(t, s.EndTimestamp(), "it has not ended")
		if s.Name() == "root" {
			assert.Equal(t, root.SpanContext().SpanID().String(), s.SpanID().String())
			assert.Equal(t, map[string]any{"a": "b", "n": int64(7)}, s.Attributes().AsRaw())
		} else {
			assert.Equal(t, root.SpanContext().SpanID().String(), s.ParentSpanID().String())
		}
	}
}

func TestAReceiverThatTakesNoLogsIsAskedOnce(t *testing.T) {
	refuse := httptest.NewServer(http.NotFoundHandler())
	defer refuse.Close()
	failed := make(chan error, 2)
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(NewHeartbeats(refuse.URL, time.Millisecond, func(err error) { failed <- err })))
	_, span := provider.Tracer("test").Start(t.Context(), "span")
	require.ErrorContains(t, <-failed, "404")
	span.End()
	require.NoError(t, provider.Shutdown(t.Context()))
	assert.Empty(t, failed)
}
