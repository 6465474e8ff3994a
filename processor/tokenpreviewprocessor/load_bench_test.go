package tokenpreviewprocessor

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

const (
	loadSpans   = 20_000
	loadRequest = 500 // spans
)

// BenchmarkLoad runs the loads of `make bench-pipeline` through the processor alone, with all rules and prices: Orcheo's recorded
// runs under new ids, runs of 50 spans of 1.5 kB whose texts never came before, and chats that bring their history along, 500 spans a
// request. Requests are decoded one by one, as they come.
// cpu-ns/span is the CPU time of the whole process, the collection of garbage included, less that of decoding alone, which is
// measured in turns.
func BenchmarkLoad(b *testing.B) {
	for _, load := range []struct {
		name string
		add  func(seed uint64, to ptrace.ResourceSpansSlice)
	}{{"orcheo", recordedRuns(b)}, {"large", finishedRuns()}, {"chat", chats}} {
		b.Run(load.name, func(b *testing.B) {
			requests, spans := requestsOf(b, load.add)
			p := newProcessor(b, func(c *Config) { c.Prices.Enabled = true })
			decode := func(body []byte) ptrace.Traces {
				request := ptraceotlp.NewExportRequest()
				require.NoError(b, request.UnmarshalProto(body))
				return request.Traces()
			}
			round := func(process bool) time.Duration {
				runtime.GC()
				before := processTime(b)
				for _, body := range requests {
					traces := decode(body)
					if process {
						_, err := p.process(b.Context(), traces)
						require.NoError(b, err)
					}
				}
				return processTime(b) - before
			}
			var cpu time.Duration
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				cpu -= round(false)
				b.StartTimer()
				cpu += round(true)
			}
			b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N*spans), "cpu-ns/span")
			b.ReportMetric(float64(spans), "spans/op")
		})
	}
}

// processTime is the CPU time that the process has taken so far.
func processTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// requestsOf are spans as they come over the wire, all of a request under one resource and scope.
func requestsOf(b *testing.B, add func(seed uint64, to ptrace.ResourceSpansSlice)) (requests [][]byte, spans int) {
	for seed := uint64(1); spans < loadSpans; {
		request := ptrace.NewTraces()
		for request.SpanCount() < loadRequest {
			add(seed, request.ResourceSpans())
			seed++
		}
		joinResources(request)
		spans += request.SpanCount()
		body, err := ptraceotlp.NewExportRequestFromTraces(request).MarshalProto()
		require.NoError(b, err)
		requests = append(requests, body)
	}
	return requests, spans
}

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

func recordedRuns(b *testing.B) func(uint64, ptrace.ResourceSpansSlice) {
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

const (
	finishedSpans   = 50  // of one run
	finishedText    = 590 // bytes that were said or answered,
	finishedPreview = 512 // and characters of them in an event, the ellipsis included
)

// finishedRuns are runs of model calls whose texts are made up: what does not fit a preview is an attribute.
func finishedRuns() func(uint64, ptrace.ResourceSpansSlice) {
	now := time.Now()
	return func(seed uint64, to ptrace.ResourceSpansSlice) {
		resource := to.AppendEmpty()
		resource.Resource().Attributes().PutStr("service.name", "orcheo-backend")
		spans := resource.ScopeSpans().AppendEmpty().Spans()
		for i := range uint64(finishedSpans) {
			n := seed*finishedSpans + i
			s := spans.AppendEmpty()
			s.SetTraceID(pcommon.TraceID(binary.BigEndian.AppendUint64(make([]byte, 8, 16), seed)))
			s.SetSpanID(pcommon.SpanID(binary.BigEndian.AppendUint64(nil, n+1)))
			s.SetName(fmt.Sprint("node ", i))
			s.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
			s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Millisecond)))
			if attrs := s.Attributes(); i == 0 {
				s.SetName(semconv.SpanWorkflowExecution)
				attrs.PutStr(semconv.ExecutionID, fmt.Sprint("run-", seed))
				attrs.PutStr(semconv.WorkflowID, fmt.Sprint("workflow-", seed%7))
			} else {
				attrs.PutStr(semconv.NodeID, fmt.Sprint("step-", i))
				attrs.PutStr(semconv.GenAIOperation, "chat")
				attrs.PutStr(semconv.GenAIRequestModel, "gpt-4.1-mini")
				attrs.PutInt(semconv.GenAIInputTokens, int64(seed*37%4000))
				attrs.PutInt(semconv.GenAIOutputTokens, int64(seed*13%900))
			}
			for at, name := range []string{semconv.EventPrompt, semconv.EventResponse} {
				text := otlpreplay.Prose(2*n+uint64(at), finishedText)
				event := s.Events().AppendEmpty()
				event.SetName(name)
				event.Attributes().PutStr(semconv.AttrPreview, text[:finishedPreview-1]+"…")
				s.Attributes().PutStr("note."+name, text[finishedPreview-1:])
			}
		}
	}
}

func chats(seed uint64, to ptrace.ResourceSpansSlice) { otlpreplay.AddChat(seed, time.Now(), to) }
