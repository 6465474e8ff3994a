package canvasserverextension

import (
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// BenchmarkAppendToFrame measures the time from a span being appended to its frame being read by a client, one span at a
// time and without pacing.
func BenchmarkAppendToFrame(b *testing.B) {
	store, err := memorystore.New(memorystore.Config{})
	require.NoError(b, err)
	defer store.Close()
	views, err := live.New(store, live.Config{})
	require.NoError(b, err)
	defer views.Close()
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint, cfg.FlushInterval = "127.0.0.1:0", 0
	s, err := newServer(extensiontest.NewNopSettings(NewFactory().Type()), cfg)
	require.NoError(b, err)
	require.NoError(b, s.Start(b.Context(), &host{}))
	defer func() { require.NoError(b, s.Shutdown(b.Context())) }()
	_, err = s.Register("benchmark", views)
	require.NoError(b, err)
	conn, resp, err := websocket.DefaultDialer.Dial("ws://"+s.listener.Addr().String()+"/ws/executions/run-1", nil)
	require.NoError(b, err)
	require.NoError(b, resp.Body.Close())
	defer conn.Close()
	_, _, err = conn.ReadMessage()
	require.NoError(b, err)

	took := make([]time.Duration, 0, b.N)
	b.ReportAllocs()
	for i := range b.N {
		span := made{trace: 1, id: uint64(i%1000) + 2, parent: 1, name: "node", execution: "run-1", version: int64(i)}.span()
		begun := time.Now()
		_, err = views.Append(b.Context(), []tracestore.TraceBatch{{Trace: traceID(1), Sender: "test", Spans: []*tracestore.Span{span}}})
		require.NoError(b, err)
		_, _, err = conn.ReadMessage()
		require.NoError(b, err)
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
