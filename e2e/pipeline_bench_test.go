package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

const (
	benchRounds  = 7       // each runs every pipeline once, in another order
	benchWarmUp  = 10_000  // spans before the measurement
	benchSpans   = 60_000  // spans of one measurement
	smallSpans   = 240_000 // … of small ones: a process's CPU time is told in steps of 10 ms, and so many take it a second
	benchRequest = 500     // spans of one request, about what an SDK sends at once
)

// nopConfig is the least that a collector can do: the same receiver, and nothing behind it.
const nopConfig = `
receivers:
  otlp: {protocols: {grpc: {endpoint: "${env:CANVAS_OTLP_GRPC_ENDPOINT}"}, http: {endpoint: "${env:CANVAS_OTLP_HTTP_ENDPOINT}"}}}
exporters: {nop: }
service:
  pipelines: {traces: {receivers: [otlp], exporters: [nop]}}
  telemetry:
    metrics: {readers: [{pull: {exporter: {prometheus: {host: "${env:CANVAS_METRICS_HOST}", port: "${env:CANVAS_METRICS_PORT}"}}}}]}
`

// BenchmarkPipelines measures the CPU time of a collector's own process, each kind of pipeline as a ratio to one that does
// nothing behind the same receiver: the trace store alone, that of the Trace tab with redaction and everything, that and its fork to a backend that
// takes nothing (all traces, and a quarter), and what the processors of OpenTelemetry's contrib repository cost that do a
// smaller version of tokenpreview's job. Spans come over OTLP/HTTP, of three sorts: Orcheo's recorded runs of three to five small
// spans under new ids, runs of 50 spans of 1.5 kB whose texts never came before, and turns of a chat that bring their whole
// history along. Somebody watches one of the executions where there is a server. The rounds are interleaved, each process is new,
// and start-up and warm-up do not count. `make bench-pipeline` runs it.
func BenchmarkPipelines(b *testing.B) {
	const peers = "peers/otelcol-peers"
	kinds := []kind{
		configured(b, "nop", nopConfig),
		configured(b, "canvastrace", aloneConfig),
		{"live", profile("local"), true},
		{"fork", profile("staging"), true},
		{"fork_quarter", profile("staging", "CANVAS_FORWARD_SAMPLE_RATIO=0.25"), true},
		{"contrib_redaction", setup{args: []string{"--config=peers/redaction.yaml"}, binary: peers}, false},
		{"contrib_transform", setup{args: []string{"--config=peers/transform.yaml"}, binary: peers}, false},
	}
	kinds[1].watched = true
	for _, sort := range []struct {
		name string
		load load
	}{
		{"orcheo", newLoad(b, recordedRuns(b), smallSpans)}, {"large", newLoad(b, finishedRuns, benchSpans)}, {"chat", newLoad(b, chats(), benchSpans)},
	} {
		b.Run(sort.name, func(b *testing.B) {
			seconds := map[string][]float64{} // per million spans
			for b.Loop() {
				for round := range benchRounds {
					for i := range kinds {
						k := kinds[(round+i)%len(kinds)]
						seconds[k.name] = append(seconds[k.name], sort.load.cost(b, k))
					}
				}
			}
			reportAll(b, kinds, seconds)
			b.ReportMetric(0, "ns/op") // of all rounds together: says nothing
		})
	}
}

// kind is one pipeline to measure. The first of a list is what the others are compared with.
type kind struct {
	name    string
	setup   setup
	watched bool // one of the executions has a viewer
}

// configured is the pipeline of a configuration.
func configured(b *testing.B, name, config string) kind {
	b.Helper()
	path := filepath.Join(b.TempDir(), name+".yaml")
	require.NoError(b, os.WriteFile(path, []byte(config), 0o600))
	return kind{name: name, setup: setup{args: []string{"--config=" + path}}}
}

func reportAll(b *testing.B, kinds []kind, seconds map[string][]float64) {
	b.Helper()
	base := seconds[kinds[0].name]
	for _, k := range kinds {
		report(b, k.name, "cpu-s/Mspan", "CPU s per million spans", seconds[k.name])
		if k.name == kinds[0].name {
			continue
		}
		ratio := slices.Clone(seconds[k.name])
		for i := range ratio {
			ratio[i] /= base[i] // of the same round
		}
		report(b, k.name, "x-nop", "x the pipeline that does nothing", ratio)
	}
}

func report(b *testing.B, name, unit, words string, values []float64) {
	b.Helper()
	values = slices.Sorted(slices.Values(values))
	median := values[len(values)/2]
	b.ReportMetric(median, name+"_"+unit)
	b.Logf("%-18s median %7.2f %s (%.2f to %.2f, %d rounds)", name, median, words, values[0], values[len(values)-1], len(values))
}

// load is what is sent, ready to go over the wire.
type load struct {
	warmUp, measured [][]byte
	spans            int // in measured
}

// source adds spans of one more trace, which it makes from a seed.
type source func(seed uint64, to ptrace.ResourceSpansSlice)

// newLoad makes at least so many spans to measure.
func newLoad(b *testing.B, next source, spans int) load {
	b.Helper()
	seed := uint64(0)
	marshal := func(spans int) (requests [][]byte, n int) {
		for n < spans {
			request := ptrace.NewTraces()
			for request.SpanCount() < benchRequest {
				seed++
				next(seed, request.ResourceSpans())
			}
			joinResources(request)
			n += request.SpanCount()
			body, err := ptraceotlp.NewExportRequestFromTraces(request).MarshalProto()
			require.NoError(b, err)
			requests = append(requests, body)
		}
		return requests, n
	}
	var l load
	l.warmUp, _ = marshal(benchWarmUp)
	l.measured, l.spans = marshal(spans)
	return l
}

// joinResources puts all spans under the first resource and scope: a process has one, and its SDK sends it once a request.
func joinResources(request ptrace.Traces) {
	to := request.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	for i, resource := range request.ResourceSpans().All() {
		for j, scope := range resource.ScopeSpans().All() {
			if i > 0 || j > 0 {
				scope.Spans().MoveAndAppendTo(to)
			}
		}
	}
	request.ResourceSpans().RemoveIf(func(r ptrace.ResourceSpans) bool { return r.ScopeSpans().At(0).Spans().Len() == 0 })
}

// recordedRuns are what Orcheo's backend sent, under new ids.
func recordedRuns(b *testing.B) source {
	b.Helper()
	var cases []*otlpreplay.Case
	for _, name := range otlpreplay.Cases() {
		c, err := otlpreplay.Load(name)
		require.NoError(b, err)
		cases = append(cases, c)
	}
	now := time.Now()
	return func(seed uint64, to ptrace.ResourceSpansSlice) {
		for _, part := range cases[seed%uint64(len(cases))].Fresh(seed, now).Requests {
			part.ResourceSpans().MoveAndAppendTo(to)
		}
	}
}

// orcheoPreview is how many characters Orcheo's backend sends of a prompt or a response, the ellipsis included.
const orcheoPreview = 512

// finishedRuns are runs of 50 spans of about 1.5 kB each, with previews as long as Orcheo's backend makes them, and the rest as an attribute.
func finishedRuns(seed uint64, to ptrace.ResourceSpansSlice) {
	run := finishedRun(int(seed))
	for _, span := range run.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		for _, event := range span.Events().All() {
			preview, _ := event.Attributes().Get(semconv.AttrPreview)
			text := preview.Str()
			span.Attributes().PutStr("note."+event.Name(), text[orcheoPreview-1:])
			preview.SetStr(text[:orcheoPreview-1] + "…")
		}
	}
	run.ResourceSpans().MoveAndAppendTo(to)
}

// chats are turns of chats that bring their whole history along.
func chats() source {
	now := time.Now()
	return func(seed uint64, to ptrace.ResourceSpansSlice) { otlpreplay.AddChat(seed, now, to) }
}

// cost runs a collector once and returns its CPU seconds per million spans.
func (l load) cost(b *testing.B, k kind) float64 {
	b.Helper()
	c := prepare(b, k.setup)
	c.launch(b, func() bool { return c.listens(c.http) && c.answers("http://"+c.metrics+"/metrics") })
	defer c.stop(b)
	if k.watched {
		v := c.watch(b, l.execution(b), "")
		defer func() {
			v.mu.Lock()
			defer v.mu.Unlock()
			require.NotEmpty(b, v.spans, "what the viewer got")
		}()
	}
	l.send(b, c, l.warmUp)
	before := c.settledCPU(b)
	l.send(b, c, l.measured)
	return (c.settledCPU(b) - before) / float64(l.spans) * 1e6
}

// execution is the id of one that is measured, or the trace id of one that has no name.
func (l load) execution(b *testing.B) string {
	b.Helper()
	request := ptraceotlp.NewExportRequest()
	require.NoError(b, request.UnmarshalProto(l.measured[0]))
	span := request.Traces().ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	if id, ok := span.Attributes().Get(semconv.ExecutionID); ok {
		return id.Str()
	}
	return span.TraceID().String()
}

func (load) send(b *testing.B, c *collector, requests [][]byte) {
	b.Helper()
	for _, body := range requests {
		resp, err := http.Post("http://"+c.http+"/v1/traces", "application/x-protobuf", bytes.NewReader(body))
		require.NoError(b, err)
		var answer bytes.Buffer
		_, err = answer.ReadFrom(resp.Body)
		require.NoError(b, err)
		require.NoError(b, resp.Body.Close())
		require.Equal(b, http.StatusOK, resp.StatusCode, answer.String())
	}
}

// putOff is more than the time for which the store puts folding off.
const putOff = 1500 * time.Millisecond

// settledCPU is the CPU time of the process once it has nothing more to do: what is put off counts, too.
func (c *collector) settledCPU(b *testing.B) float64 {
	b.Helper()
	last, at := -1.0, time.Now()
	eventually(b, patience, fmt.Sprintf("collector %d at rest", c.cmd.Process.Pid), func() bool {
		if time.Since(at) < putOff {
			return false
		}
		now := c.metric(b, "otelcol_process_cpu_seconds")
		rests := now-last < 0.02
		last, at = now, time.Now()
		return rests
	})
	return last
}
