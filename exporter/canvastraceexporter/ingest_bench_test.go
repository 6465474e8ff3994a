package canvastraceexporter

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

const (
	ingestSpans   = 60_000
	ingestRequest = 500
)

// BenchmarkIngest takes Orcheo's recorded runs in under new ids, as a process sends them: 500 spans a request, of which the
// runs have a handful each. Decoding is part of it, everything that is put off until the shutdown too, and the collection of
// garbage: cpu-µs/span is the time of the whole process. The case "decoding" keeps nothing, and so is what the others start from.
func BenchmarkIngest(b *testing.B) {
	requests, spans := recordedRequests(b)
	b.Run("decoding", func(b *testing.B) {
		measure(b, spans, func() {
			for _, body := range requests {
				decode(b, body)
			}
		})
	})
	b.Run("storing", func(b *testing.B) {
		measure(b, spans, func() {
			e, err := NewFactory().CreateTraces(b.Context(), exportertest.NewNopSettings(metadata.Type), createDefaultConfig())
			require.NoError(b, err)
			require.NoError(b, e.Start(b.Context(), componenttest.NewNopHost()))
			for _, body := range requests {
				require.NoError(b, e.ConsumeTraces(b.Context(), decode(b, body)))
			}
			require.NoError(b, e.Shutdown(b.Context()))
		})
	})
}

func decode(b *testing.B, body []byte) ptrace.Traces {
	request := ptraceotlp.NewExportRequest()
	require.NoError(b, request.UnmarshalProto(body))
	return request.Traces()
}

// measure reports what one span costs, in time of the process and of the wall.
func measure(b *testing.B, spans int, round func()) {
	b.ReportAllocs()
	before := processTime(b)
	for b.Loop() {
		round()
	}
	all := float64(b.N * spans)
	b.ReportMetric(float64((processTime(b)-before).Nanoseconds())/1000/all, "cpu-µs/span")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/all, "µs/span")
}

// processTime is the CPU time that the process has taken so far.
func processTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// recordedRequests are recorded runs as they come over the wire, all spans of a request under one resource and scope.
func recordedRequests(b *testing.B) (requests [][]byte, spans int) {
	var cases []*otlpreplay.Case
	for _, name := range otlpreplay.Cases() {
		c, err := otlpreplay.Load(name)
		require.NoError(b, err)
		cases = append(cases, c)
	}
	now := time.Now()
	for seed := uint64(1); spans < ingestSpans; {
		request := ptrace.NewTraces()
		to := request.ResourceSpans().AppendEmpty()
		scope := to.ScopeSpans().AppendEmpty()
		for scope.Spans().Len() < ingestRequest {
			for _, part := range cases[seed%uint64(len(cases))].Fresh(seed, now).Requests {
				for _, rs := range part.ResourceSpans().All() {
					rs.Resource().CopyTo(to.Resource())
					for _, ss := range rs.ScopeSpans().All() {
						ss.Scope().CopyTo(scope.Scope())
						ss.Spans().MoveAndAppendTo(scope.Spans())
					}
				}
			}
			seed++
		}
		spans += scope.Spans().Len()
		body, err := ptraceotlp.NewExportRequestFromTraces(request).MarshalProto()
		require.NoError(b, err)
		requests = append(requests, body)
	}
	return requests, spans
}
