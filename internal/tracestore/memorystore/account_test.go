package memorystore

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func traceID(n int) (t tracestore.TraceID) {
	t[0] = 1
	binary.BigEndian.PutUint64(t[8:], uint64(n))
	return t
}

func spanID(n int) (s tracestore.SpanID) {
	binary.BigEndian.PutUint64(s[:], uint64(n))
	return s
}

// realisticSpan is a span as the exporter makes one: 0.6 to 1.7 kB of JSON, a context that all spans of a service have in
// common, and strings that nothing else holds.
func realisticSpan(n int, class tracestore.Class) *tracestore.Span {
	body := fmt.Appendf(nil, `{"span_id":"%016x","name":"node %d","attributes":{"text":"%s"}`, n, n, strings.Repeat("word ", 100+n%220))
	s := &tracestore.Span{
		ID: spanID(n + 1), Parent: spanID(n/10 + 1),
		Rank: tracestore.Rank{Class: class, Time: int64(n), Hash: uint64(n) * 0x9E3779B97F4A7C15},
		Facts: tracestore.Facts{
			Name: fmt.Sprintf("node %d", n), Start: int64(n) * 1e6, End: int64(n+1) * 1e6, Status: tracestore.StatusOK,
			Service: strings.Clone("orcheo-backend"), Node: fmt.Sprintf("step-%d", n%20), WorkflowID: strings.Clone("wf-customer-support"),
			Execution: strings.Clone("9f8c3c9e-6f0e-4f8e-8a39-6c6f3a7d1c11"),
		},
		Body:    append(make([]byte, 0, len(body)), body...),
		Context: []byte(strings.Repeat("resource and scope ", 25) + fmt.Sprint(n%3)),
	}
	if n%10 == 0 {
		s.Parent = tracestore.SpanID{}
	}
	if n%4 == 0 {
		s.Facts.Model, s.Facts.ResponseID = strings.Clone("gpt-4.1-mini"), fmt.Sprintf("chatcmpl-%024d", n)
		s.Facts.Usage = &tracestore.Usage{Input: int64(n), Output: 10}
		s.Residual = []byte(strings.Repeat("r", n%60))
	}
	if n%50 == 0 {
		s.Whole = []byte(strings.Repeat("whole value ", 600))
	}
	s.Facts.Execution = ""
	return s
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func put(t testing.TB, s *Store, trace int, sender string, spans ...*tracestore.Span) tracestore.AppendResult {
	t.Helper()
	res, err := s.Append(context.Background(), []tracestore.TraceBatch{{Trace: traceID(trace), Sender: sender, Spans: spans}})
	require.NoError(t, err)
	return res[0]
}

// compressAll finishes all executions and compresses what can be.
func compressAll(t testing.TB, s *Store) int {
	t.Helper()
	ctx := context.Background()
	for cursor, more := "", true; more; more = cursor != "" {
		page, err := s.Executions(ctx, tracestore.Query{Cursor: cursor, Limit: maxRows})
		require.NoError(t, err)
		for _, row := range page.Rows {
			require.NoError(t, s.PutSummary(ctx, row.Execution, tracestore.Summary{Complete: true}))
		}
		cursor = page.Next
	}
	s.cfg.CompressAfter = 1
	n, err := s.Compress(ctx, func(time.Duration) bool { return true })
	require.NoError(t, err)
	return n
}

func TestAccountIsTheLiveHeapWithinTenPercent(t *testing.T) {
	for name, shape := range map[string]struct{ spans, perTrace int }{
		"a hundred thousand spans in one trace": {100_000, 100_000}, "traces of a hundred spans": {20_000, 100},
		"traces of ten spans": {15_000, 10}, "traces of one span": {10_000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			count, perTrace := shape.spans, shape.perTrace
			before := liveHeap()
			s, err := New(Config{BudgetBytes: 1 << 30, ExecutionBytes: 1 << 29, ExecutionSpans: 1 << 20})
			require.NoError(t, err)
			check := func(when string, slack int64) {
				t.Helper()
				held, account := liveHeap()-before, s.Stats().Bytes
				t.Logf("%s: heap %d, account %d: %+.2f %%", when, held, account, 100*float64(account-held)/float64(held))
				require.InDelta(t, held, account, float64(held)/10+float64(slack), when)
			}
			for n := range count {
				put(t, s, n/perTrace, fmt.Sprint("sender ", n/perTrace%7), realisticSpan(n, tracestore.ClassHeartbeat))
			}
			check("filled", 0)
			for n := 0; n < count; n += 2 {
				put(t, s, n/perTrace, "", realisticSpan(n, tracestore.ClassFinal))
			}
			check("every other span updated", 0)
			require.Equal(t, count, compressAll(t, s))
			check("compressed", 64<<10)
			for n := 1; n < count; n += max(perTrace, 4) * 4 {
				put(t, s, n/perTrace, "", realisticSpan(n, tracestore.ClassFinal))
			}
			check("a quarter changed again", 64<<10)
			for n := 0; n < count/perTrace; n++ {
				if n%10 != 0 || perTrace == count {
					require.NoError(t, s.Evict(context.Background(), traceID(n).String(), tracestore.EvictRequest))
				}
			}
			check("nine of ten evicted", 64<<10)
			_, err = s.Sweep(context.Background(), time.Now())
			require.NoError(t, err)
			check("swept", 64<<10)
			runtime.KeepAlive(s)
		})
	}
}

func TestSizeClassesAreThoseOfTheAllocator(t *testing.T) {
	for n := 1; n < 40_000; n += 7 {
		require.EqualValues(t, cap(append([]byte(nil), make([]byte, n)...)), heapSize(n), n)
	}
}
