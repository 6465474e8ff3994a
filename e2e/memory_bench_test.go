package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

const heldPerExecution = 50

// finishedRun is an execution of 50 spans of about 1.5 kB each in OTLP protobuf, model calls most of them, in one request.
func finishedRun(n int) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "orcheo-backend")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	now := time.Now()
	for i := range heldPerExecution {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{0: 3, 12: byte(n >> 24), 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)})
		s.SetSpanID(spanIDOf(n*heldPerExecution + i + 1))
		s.SetName(fmt.Sprint("node ", i))
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Millisecond)))
		if i == 0 {
			s.SetName("workflow.execution")
			s.Attributes().PutStr("orcheo.execution.id", fmt.Sprint("run-", n))
			s.Attributes().PutStr("orcheo.workflow.id", fmt.Sprint("workflow-", n%7))
			s.Attributes().PutInt("orcheo.trace.span_count", heldPerExecution)
		} else {
			s.SetParentSpanID(spanIDOf(n*heldPerExecution + 1))
			s.Attributes().PutStr("orcheo.node.id", fmt.Sprint("step-", i))
			s.Attributes().PutStr("gen_ai.operation.name", "chat")
			s.Attributes().PutStr("gen_ai.request.model", "gpt-4.1-mini")
			s.Attributes().PutInt("gen_ai.usage.input_tokens", int64(n*37%4000))
			s.Attributes().PutInt("gen_ai.usage.output_tokens", int64(n*13%900))
		}
		for at, event := range []string{"prompt", "response"} {
			e := s.Events().AppendEmpty()
			e.SetName(event)
			e.SetTimestamp(s.EndTimestamp())
			e.Attributes().PutStr("preview", otlpreplay.Prose(uint64(2*(n*heldPerExecution+i)+at), 590))
		}
	}
	return td
}

// BenchmarkMemoryHeld reports what the process takes for each span it holds, once all of them are finished and compressed:
// b.N executions of 50 spans, so -benchtime 20000x is a million. It sends no faster than they can be held.
func BenchmarkMemoryHeld(b *testing.B) {
	b.Setenv("GOMEMLIMIT", "1200MiB")
	c := startCollector(b, "--set=exporters::canvastrace::retention::max_bytes=1610612736",
		"--set=processors::memory_limiter::limit_mib=4000", "--set=processors::memory_limiter::spike_limit_mib=500")
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(b, err)
	defer sender.Close()
	ctx := b.Context()
	b.ResetTimer()
	for n := range b.N {
		if n%20 == 0 {
			eventually(b, 5*time.Minute, "room in the store", func() bool { return c.metric(b, "otelcol_canvastrace_store_size") < 950<<20 })
		}
		require.NoError(b, sender.Send(ctx, finishedRun(n)))
	}
	spans := float64(b.N * heldPerExecution)
	eventually(b, 10*time.Minute, "everything to be compressed", func() bool { return c.metric(b, "otelcol_canvastrace_spans_compressed") == spans })
	if b.N == 1 {
		return // the run that the framework begins with says nothing
	}
	store := c.metric(b, "otelcol_canvastrace_store_size")
	heap, rss := c.atRest(b)
	b.ReportMetric(store/spans, "store_B/span")
	b.ReportMetric(heap/spans, "heap_B/span")
	b.ReportMetric(rss/(1<<20), "rss_MiB")
	b.ReportMetric(0, "ns/op")
}

// atRest is the least of heap and resident memory in a while, which is after a garbage collection.
func (c *collector) atRest(t testing.TB) (heap, rss float64) {
	t.Helper()
	for i := range 140 { // the runtime collects every two minutes at least
		h, r := c.metric(t, "otelcol_process_runtime_heap_alloc_bytes"), c.resident(t)
		if i == 0 || h < heap {
			heap = h
		}
		if i == 0 || r < rss {
			rss = r
		}
		time.Sleep(time.Second) //nolint:forbidigo // it looks for a minimum over time
	}
	return heap, rss
}

var residentKiB = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

func (c *collector) resident(t testing.TB) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	require.NoError(t, err)
	kib, err := strconv.ParseFloat(string(residentKiB.FindSubmatch(status)[1]), 64)
	require.NoError(t, err)
	return kib * 1024
}
