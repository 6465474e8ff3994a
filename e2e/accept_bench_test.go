package e2e

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	acceptRounds  = 15      // the time on the wall differs by a tenth from one round to the next
	acceptSenders = 4       // each sends its next request when the one before was answered
	acceptSpans   = 600_000 // of one measurement, which takes one to three seconds
)

// aloneConfig is the trace store and its server without any processor in front of them.
const aloneConfig = `
receivers:
  otlp: {protocols: {grpc: {endpoint: "${env:CANVAS_OTLP_GRPC_ENDPOINT}"}, http: {endpoint: "${env:CANVAS_OTLP_HTTP_ENDPOINT}"}}}
exporters: {canvastrace: {server: canvasserver}}
extensions: {canvasserver: {http: {endpoint: "${env:CANVAS_SERVER_ENDPOINT}"}}}
service:
  extensions: [canvasserver]
  pipelines: {traces: {receivers: [otlp], exporters: [canvastrace]}}
  telemetry:
    metrics: {readers: [{pull: {exporter: {prometheus: {host: "${env:CANVAS_METRICS_HOST}", port: "${env:CANVAS_METRICS_PORT}"}}}}]}
`

// BenchmarkAccepted measures how many spans a second a collector accepts from senders that wait for each answer, as a ratio to
// one that does nothing behind the same receiver: the trace store alone, the same with huge pages, and the whole pipeline with
// previews, tokens, costs and redaction. It is the time on the wall, with the senders on the same machine. Each round has new
// processes, all of them in turns. `make bench-accepted` runs it.
func BenchmarkAccepted(b *testing.B) {
	huge := strings.Replace(aloneConfig, "{server: canvasserver}", "{server: canvasserver, huge_pages: true}", 1)
	require.NotEqual(b, aloneConfig, huge)
	kinds := []kind{
		configured(b, "nop", nopConfig), configured(b, "canvastrace", aloneConfig), configured(b, "canvastrace_huge_pages", huge),
		{name: "live", setup: profile("local")},
	}
	load := newLoad(b, recordedRuns(b), acceptSpans)
	rates := map[string][]float64{}
	for b.Loop() {
		for round := range acceptRounds {
			for i := range kinds {
				k := kinds[(round+i)%len(kinds)]
				rates[k.name] = append(rates[k.name], load.rate(b, k.setup))
			}
		}
	}
	for _, k := range kinds {
		report(b, k.name, "kspans/s", "thousand spans accepted a second", rates[k.name])
		ratio := slices.Clone(rates[k.name])
		for i := range ratio {
			ratio[i] /= rates[kinds[0].name][i] // of the same round
		}
		report(b, k.name, "x-nop", "x the pipeline that does nothing", ratio)
	}
	b.ReportMetric(0, "ns/op") // of all rounds together: says nothing
}

// rate runs a collector once and returns how many thousand spans it accepted a second.
func (l load) rate(b *testing.B, s setup) float64 {
	b.Helper()
	c := prepare(b, s)
	c.launch(b, func() bool { return c.listens(c.http) && c.answers("http://"+c.metrics+"/metrics") })
	defer c.stop(b)
	l.send(b, c, l.warmUp)
	var next, refused atomic.Int64
	var senders sync.WaitGroup
	began := time.Now()
	for range acceptSenders {
		senders.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(l.measured); i = next.Add(1) - 1 {
				resp, err := http.Post("http://"+c.http+"/v1/traces", "application/x-protobuf", bytes.NewReader(l.measured[i]))
				if err != nil {
					refused.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					refused.Add(1)
				}
			}
		})
	}
	senders.Wait()
	took := time.Since(began)
	require.Zero(b, refused.Load(), "requests that were not accepted")
	return float64(l.spans) / took.Seconds() / 1000
}
