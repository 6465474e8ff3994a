package observation

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/partial"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// Whatever dialects tell of a span, mixed, in any order, repeated and in any portions: its rank never goes back, and in the end
// its state is the same.
func TestDialectsOfOneSpanMergeToTheSameStateInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		told := rapid.SliceOfN(rapid.Custom(drawTold), 1, 12).Draw(t, "told")
		first := states(t, told, false)
		shuffled := rapid.Permutation(told).Draw(t, "in another order")
		again := rapid.SliceOf(rapid.SampledFrom(told)).Draw(t, "again")
		require.Equal(t, first, states(t, slices.Concat(shuffled, again), true))
		for id, s := range first {
			want := tracestore.Rank{}
			for _, o := range told {
				if o.span == id[7] && o.rank(t).Compare(want) > 0 {
					want = o.rank(t)
				}
			}
			require.Equal(t, want, s.rank, "the highest of what was told")
		}
	})
}

// told is something that a sender says of one of three spans.
type told struct {
	dialect string
	span    byte
	at      int64 // seconds
}

func drawTold(t *rapid.T) told {
	return told{
		dialect: rapid.SampledFrom([]string{"start", "heartbeat", "stop", "logfire", "datadog", "datadog's last", "endless", "gc", "final"}).Draw(t, "dialect"),
		span:    rapid.Byte().Filter(func(b byte) bool { return b > 0 && b < 4 }).Draw(t, "span"),
		at:      rapid.Int64Range(11, 14).Draw(t, "at"),
	}
}

// pdata is what arrives at the exporter, behind the connector and the processor.
func (o told) pdata() ptrace.Traces {
	td := ptrace.NewTraces()
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{7: o.span})
	s.SetParentSpanID(pcommon.SpanID{7: 9})
	s.SetName("work")
	s.SetStartTimestamp(10e9)
	s.SetEndTimestamp(pcommon.Timestamp(o.at * 1e9))
	attrs := s.Attributes()
	connector := func(kind string) {
		attrs.PutStr(semconv.PartialKind, kind)
		attrs.PutInt(semconv.PartialObserved, o.at*1e9)
		if kind != "synthetic" {
			s.SetEndTimestamp(0)
		}
	}
	switch o.dialect {
	case "start", "heartbeat":
		connector(o.dialect)
	case "stop":
		connector("synthetic")
	case "logfire":
		s.SetSpanID(pcommon.SpanID{0: byte(o.at), 7: o.span})
		s.SetParentSpanID(pcommon.SpanID{7: o.span})
		s.SetEndTimestamp(10e9)
		attrs.PutStr("logfire.span_type", "pending_span")
		attrs.PutStr("logfire.pending_parent_id", pcommon.SpanID{7: 9}.String())
	case "datadog":
		attrs.PutDouble("_dd.partial_version", float64(o.at))
	case "datadog's last":
		attrs.PutDouble("_dd.was_long_running", 1)
	case "endless":
		s.SetEndTimestamp(0)
	case "gc":
		attrs.PutBool("partial.gc", true)
	}
	partial.Mark(s)
	return td
}

func (o told) rank(t *rapid.T) tracestore.Rank {
	batches, invalid := NewObserver(nil, canvaswire.Limits{}).Observe(o.pdata())
	require.Zero(t, invalid)
	return batches[0].Spans[0].Rank
}

type state struct {
	rank   tracestore.Rank
	parent tracestore.SpanID
	open   bool
	body   string
}

// states tells a store everything and returns what it has then.
func states(t *rapid.T, all []told, inPortions bool) map[tracestore.SpanID]state {
	store, err := memorystore.New(memorystore.Config{})
	require.NoError(t, err)
	defer func() { _ = store.Close() }()
	seen := map[tracestore.SpanID]state{}
	td := ptrace.NewTraces()
	for i, o := range all {
		o.pdata().ResourceSpans().MoveAndAppendTo(td.ResourceSpans())
		if inPortions && i < len(all)-1 && rapid.Bool().Draw(t, "same request") {
			continue
		}
		batches, _ := NewObserver(nil, canvaswire.Limits{}).Observe(td)
		td = ptrace.NewTraces()
		_, err := store.Append(context.Background(), batches)
		require.NoError(t, err)
		page, err := store.Read(context.Background(), pcommon.TraceID{1}, tracestore.Position{}, tracestore.ReadLimit{})
		require.NoError(t, err)
		for _, r := range page.Records {
			require.GreaterOrEqual(t, r.Rank.Compare(seen[r.ID].rank), 0, "a rank went back")
			seen[r.ID] = state{r.Rank, r.Parent, r.Open(), string(r.Source) + string(r.Body)}
		}
	}
	return seen
}
