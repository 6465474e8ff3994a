package e2e

import (
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// BenchmarkLatency measures from the moment an export request is sent until its span has arrived on a plain socket: one
// request with one span at a time, in steps that do not fall in with the flush interval. `make bench-latency` runs it.
func BenchmarkLatency(b *testing.B) {
	for _, interval := range []string{"0s", "100ms"} {
		b.Run("flush_interval="+interval, func(b *testing.B) {
			c := startCollector(b, "--set=extensions.canvasserver.flush_interval="+interval)
			sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
			require.NoError(b, err)
			defer sender.Close()
			trace := pcommon.TraceID{2}
			require.NoError(b, sender.Send(testContext(b), batch(trace, "run-latency", 1, 1, 100)))
			v := c.watch(b, "run-latency", "")
			eventually(b, patience, "the root", func() bool { return len(v.state().spans) == 1 })

			var took []time.Duration
			n := 1
			pace := time.NewTicker(17 * time.Millisecond)
			defer pace.Stop()
			sent := map[string]time.Time{}
			for b.Loop() {
				<-pace.C
				n++
				id := spanIDOf(n)
				sent[hex.EncodeToString(trace[:])+"/"+hex.EncodeToString(id[:])] = time.Now()
				require.NoError(b, sender.Send(testContext(b), batch(trace, "run-latency", n, 1, 500)))
			}
			eventually(b, patience, "every span", func() bool { return len(v.state().spans) == n })
			v.mu.Lock()
			for key, at := range sent {
				took = append(took, v.arrived[key].Sub(at))
			}
			v.mu.Unlock()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50_ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99_ms")
			b.ReportMetric(0, "ns/op") // the pace, not the product
		})
	}
}

const (
	steadyRequests = 1_500 // of a measurement
	steadySpans    = 10    // of a request
	steadyPace     = 10 * time.Millisecond
)

// BenchmarkLatencySteady measures the same while 1,000 spans a second arrive at one execution, in requests of 10, each change
// being sent at once.
func BenchmarkLatencySteady(b *testing.B) {
	c := start(b, setup{args: unlimited})
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(b, err)
	defer sender.Close()
	trace := pcommon.TraceID{3}
	require.NoError(b, sender.Send(testContext(b), batch(trace, "run-steady", 1, 1, 100)))
	v := &fanSide{name: "the client", sent: map[uint64]time.Time{}}
	v.connect(b, 1, "ws://"+c.server+"/ws/executions/run-steady", nil)
	ctx, n := testContext(b), 1
	received := v.received.Load()
	pace := time.NewTicker(steadyPace)
	defer pace.Stop()
	for b.Loop() {
		for range steadyRequests {
			<-pace.C
			request, now := batch(trace, "run-steady", n+1, steadySpans, 500), time.Now()
			v.mu.Lock()
			for range steadySpans {
				n++
				v.sent[uint64(n)] = now
			}
			v.mu.Unlock()
			require.NoError(b, sender.Send(ctx, request))
		}
	}
	v.everybodyHas(b, received, n-1)
	v.mu.Lock()
	defer v.mu.Unlock()
	slices.Sort(v.took)
	b.ReportMetric(float64(v.took[len(v.took)/2].Microseconds())/1000, "p50_ms")
	b.ReportMetric(float64(v.took[len(v.took)*99/100].Microseconds())/1000, "p99_ms")
	b.ReportMetric(0, "ns/op") // the pace, not the product
}
