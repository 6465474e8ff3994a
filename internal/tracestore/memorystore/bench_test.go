package memorystore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

const benchTrace = 50 // spans of a trace, as of a workflow of some size

func benchStore(b *testing.B, change ...func(*Config)) *Store {
	cfg := Config{BudgetBytes: 8 << 30, ExecutionBytes: 1 << 30, ExecutionSpans: 1 << 30}
	for _, c := range change {
		c(&cfg)
	}
	s, err := New(cfg)
	require.NoError(b, err)
	return s
}

// benchSpans makes the spans of one trace, which serve for all: the store keeps copies, and shares only their bodies.
func benchSpans(class tracestore.Class) (spans []*tracestore.Span, bytes int64) {
	for n := range benchTrace {
		s := realisticSpan(n, class)
		s.Whole = nil
		spans = append(spans, s)
		bytes += int64(len(s.Body) + len(s.Residual))
	}
	return spans, bytes / benchTrace
}

// appendEach appends b.N spans, one batch of a trace at a time.
func appendEach(b *testing.B, s *Store, trace func(n int) int, spans func(n int) []*tracestore.Span) {
	ctx := context.Background()
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += benchTrace {
		batch := []tracestore.TraceBatch{{Trace: traceID(trace(n / benchTrace)), Sender: "bench", Spans: spans(n / benchTrace)}}
		if _, err := s.Append(ctx, batch); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendNew(b *testing.B) {
	spans, bytes := benchSpans(tracestore.ClassFinal)
	b.SetBytes(bytes)
	appendEach(b, benchStore(b), func(n int) int { return n }, func(int) []*tracestore.Span { return spans })
}

func BenchmarkAppendDuplicate(b *testing.B) {
	spans, bytes := benchSpans(tracestore.ClassFinal)
	b.SetBytes(bytes)
	s := benchStore(b)
	put(b, s, 1, "bench", spans...)
	appendEach(b, s, func(int) int { return 1 }, func(int) []*tracestore.Span { return spans })
}

func BenchmarkAppendUpdate(b *testing.B) {
	spans, bytes := benchSpans(tracestore.ClassHeartbeat)
	b.SetBytes(bytes)
	appendEach(b, benchStore(b), func(int) int { return 1 }, func(n int) []*tracestore.Span {
		for _, s := range spans {
			s.Rank.Time = int64(n)
		}
		return spans
	})
}

// BenchmarkAppendFull appends to a store at its budget: each new trace evicts an old one.
func BenchmarkAppendFull(b *testing.B) {
	spans, bytes := benchSpans(tracestore.ClassFinal)
	b.SetBytes(bytes)
	s := benchStore(b, func(c *Config) { c.BudgetBytes, c.ExecutionBytes = 64<<20, 16<<20 })
	trace := 0
	for ; s.Stats().Tombstones == 0; trace++ {
		put(b, s, trace, fmt.Sprint(trace%16), spans...)
	}
	appendEach(b, s, func(n int) int { return trace + n }, func(int) []*tracestore.Span { return spans })
	require.Positive(b, s.Stats().Tombstones)
}

func largeTrace(b *testing.B, spans int) (*Store, tracestore.Position) {
	s := benchStore(b)
	var at tracestore.Position
	for n := range spans {
		at = put(b, s, 1, "bench", realisticSpan(n, tracestore.ClassHeartbeat)).Position
	}
	return s, at
}

func BenchmarkReadSnapshotOf10k(b *testing.B) {
	s, _ := largeTrace(b, 10_000)
	b.ReportAllocs()
	b.SetBytes(10_000 * 8)
	for b.Loop() {
		page, _ := s.Read(context.Background(), traceID(1), tracestore.Position{}, tracestore.ReadLimit{})
		if len(page.Records) != 10_000 {
			b.Fatal(len(page.Records))
		}
	}
}

func BenchmarkReadPagesOf10k(b *testing.B) {
	s, _ := largeTrace(b, 10_000)
	b.ReportAllocs()
	b.SetBytes(10_000 * 8)
	for b.Loop() {
		var at tracestore.Position
		for more := true; more; {
			page, _ := s.Read(context.Background(), traceID(1), at, tracestore.ReadLimit{Records: 256, Bytes: 64 << 10})
			at, more = page.Next, page.More
		}
	}
}

func BenchmarkResumeOneChangeIn100k(b *testing.B) {
	s, at := largeTrace(b, 100_000)
	put(b, s, 1, "bench", realisticSpan(50_000, tracestore.ClassFinal))
	b.ReportAllocs()
	for b.Loop() {
		page, _ := s.Read(context.Background(), traceID(1), at, tracestore.ReadLimit{})
		if len(page.Records) != 1 {
			b.Fatal(len(page.Records))
		}
	}
}

func BenchmarkSweepWithNothingToDo(b *testing.B) {
	s := benchStore(b)
	for n := range 20_000 {
		span := realisticSpan(n, tracestore.ClassHeartbeat)
		span.Facts.Lease = 1 << 50
		put(b, s, n, "bench", span)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Sweep(context.Background(), s.cfg.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkListFirstPageOf20k(b *testing.B) {
	s := benchStore(b)
	for n := range 20_000 {
		put(b, s, n, "bench", realisticSpan(n, tracestore.ClassFinal))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Executions(context.Background(), tracestore.Query{}); err != nil {
			b.Fatal(err)
		}
	}
}

// wireSpan is a span of a model call, 1.5 kB in OTLP and 1.85 kB as JSON: what the documentation's figures are about.
func wireSpan(n int) *tracestore.Span {
	s := realisticSpan(n, tracestore.ClassFinal)
	s.Body, s.Whole, s.Residual = nil, nil, nil
	span := ptrace.NewSpan()
	span.SetParentSpanID(s.Parent)
	span.SetName(s.Facts.Name)
	span.SetStartTimestamp(pcommon.Timestamp(1_773_500_966_000_000_000 + n*1931))
	span.SetEndTimestamp(pcommon.Timestamp(1_773_500_967_000_000_000 + n*1931))
	span.Status().SetCode(ptrace.StatusCodeOk)
	a := span.Attributes()
	a.PutStr("orcheo.node.id", s.Facts.Node)
	a.PutStr("orcheo.node.kind", "AgentNode")
	a.PutStr("gen_ai.operation.name", "chat")
	a.PutStr("gen_ai.provider.name", "openai")
	a.PutStr("gen_ai.request.model", "gpt-4.1-mini")
	a.PutInt("gen_ai.usage.input_tokens", int64(n*37%4000))
	a.PutInt("gen_ai.usage.output_tokens", int64(n*13%900))
	a.PutStr("gen_ai.response.id", fmt.Sprintf("chatcmpl-%024x", n))
	for i, name := range []string{"prompt", "response"} {
		event := span.Events().AppendEmpty()
		event.SetName(name)
		event.SetTimestamp(span.EndTimestamp())
		event.Attributes().PutStr("preview", string(prose(2*n+i, 580)))
	}
	s.Source, _ = canvaswire.NewEncoder(canvaswire.DefaultLimits()).AppendSource(nil, span)
	return s
}

// prose is text of made-up words, of which few are frequent and most are rare, as in any language.
func prose(seed, length int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	rank := rand.NewZipf(r, 1.1, 3, 20_000)
	out := make([]byte, 0, length+16)
	for len(out) < length {
		word := rand.New(rand.NewPCG(rank.Uint64(), 11))
		for range 1 + word.IntN(4) {
			out = append(out, syllables[word.IntN(len(syllables))]...)
		}
		out = append(out, ' ')
	}
	return out
}

var syllables = strings.Fields("the an re er in on at nd st es en of te ed or ti hi as to it is ha ou ve co me de ro ic ra io li ch ll be ma si om ur")

// BenchmarkBytesPerSpan reports what a span takes of the live heap, by the store's own account and by the runtime's, before
// and after compression. The store has 100,000 spans in traces of 50.
func BenchmarkBytesPerSpan(b *testing.B) {
	const spans = 100_000
	for b.Loop() {
		before := liveHeap()
		s := benchStore(b)
		for n := 0; n < spans; n += benchTrace {
			var batch []*tracestore.Span
			for i := range benchTrace {
				batch = append(batch, wireSpan(n+i))
			}
			put(b, s, n/benchTrace, "bench", batch...)
		}
		b.ReportMetric(float64(s.Stats().Bytes)/spans, "full_account_B/span")
		b.ReportMetric(float64(liveHeap()-before)/spans, "full_heap_B/span")
		began := time.Now()
		if n := compressAll(b, s); n != spans {
			b.Fatal(n)
		}
		b.ReportMetric(float64(time.Since(began).Nanoseconds())/spans, "compress_ns/span")
		b.ReportMetric(float64(liveHeap()-before)/spans, "compressed_heap_B/span")
		b.ReportMetric(float64(s.Stats().Bytes)/spans, "compressed_account_B/span")
		began = time.Now()
		for n := range spans / benchTrace {
			if page, err := s.Read(context.Background(), traceID(n), tracestore.Position{}, tracestore.ReadLimit{}); err != nil || len(page.Records) != benchTrace {
				b.Fatal(err, len(page.Records))
			}
		}
		b.ReportMetric(float64(time.Since(began).Nanoseconds())/spans, "read_ns/span")
		b.ReportMetric(0, "ns/op")
		runtime.KeepAlive(s)
	}
}
