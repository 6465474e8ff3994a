package e2e

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// wireSpan is the size of the attribute that makes a span about 1.5 kB long on the wire.
const wireSpan = 1_400

// BenchmarkRead measures GET trace of executions of three sizes, spans of about 1.5 kB each, from the request being sent until
// its whole body was read, over one connection that is kept. `make bench-read` runs it.
func BenchmarkRead(b *testing.B) {
	c := start(b, profile("local"))
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(b, err)
	defer sender.Close()
	for i, tc := range []struct{ spans, requests int }{{31, 400}, {1_000, 100}, {10_000, 25}} {
		id := fmt.Sprintf("run-read-%d", tc.spans)
		for first := 1; first <= tc.spans; first += 500 {
			n := min(500, tc.spans-first+1)
			require.NoError(b, sender.Send(testContext(b), batch(pcommon.TraceID{9, 15: byte(i)}, id, first, n, wireSpan)))
		}
		eventually(b, patience, "every span of "+id, func() bool { return c.trace(b, id).Execution.SpanCount == tc.spans })
		b.Run(fmt.Sprintf("spans=%d", tc.spans), func(b *testing.B) {
			var took []time.Duration
			size := int64(0)
			for b.Loop() {
				for range tc.requests {
					began := time.Now()
					resp, err := http.Get("http://" + c.server + "/api/executions/" + id + "/trace")
					require.NoError(b, err)
					size, err = io.Copy(io.Discard, resp.Body)
					require.NoError(b, err)
					require.NoError(b, resp.Body.Close())
					took = append(took, time.Since(began))
				}
			}
			slices.Sort(took)
			ms := func(part int) float64 { return float64(took[len(took)*part/100].Microseconds()) / 1000 }
			b.ReportMetric(ms(50), "ms-p50")
			b.ReportMetric(ms(5), "ms-p5")
			b.ReportMetric(ms(95), "ms-p95")
			b.ReportMetric(float64(size)/1e6, "MB")
			b.ReportMetric(0, "ns/op") // of all requests together
		})
	}
}
