package observation

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// rankOf is the rank of a span of one trace that began at second 10.
func rankOf(t *testing.T, build func(ptrace.Span)) tracestore.Rank {
	t.Helper()
	td := ptrace.NewTraces()
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{1})
	s.SetStartTimestamp(10e9)
	build(s)
	batches, invalid := NewObserver(nil, canvaswire.Limits{}).Observe(td)
	require.Zero(t, invalid)
	return batches[0].Spans[0].Rank
}

func heartbeat(at int64) func(ptrace.Span) {
	return func(s ptrace.Span) {
		s.Attributes().PutStr(semconv.PartialKind, "heartbeat")
		s.Attributes().PutInt(semconv.PartialObserved, at)
	}
}

func TestHeartbeatsAreOrderedByWhenTheSpanWasSeen(t *testing.T) {
	first, second := rankOf(t, heartbeat(15e9)), rankOf(t, heartbeat(20e9))
	assert.Equal(t, tracestore.ClassHeartbeat, first.Class)
	assert.Negative(t, first.Compare(second))
	assert.Zero(t, second.Compare(rankOf(t, heartbeat(20e9))), "the same heartbeat twice is one observation")

	undated := rankOf(t, func(s ptrace.Span) { s.Attributes().PutStr(semconv.PartialKind, "heartbeat") })
	assert.EqualValues(t, 10e9, undated.Time, "without a time of its own, by the start")
}

func TestTheEndOfASpanRanksAboveWhatWasSeenOfItAfterwards(t *testing.T) {
	final := rankOf(t, func(s ptrace.Span) {
		s.SetEndTimestamp(12e9)
		s.Attributes().PutInt(semconv.PartialObserved, 99e9)
	})
	assert.Equal(t, tracestore.ClassFinal, final.Class)
	assert.EqualValues(t, 12e9, final.Time, "a final is ranked by its end alone")
	assert.Positive(t, final.Compare(rankOf(t, heartbeat(99e9))))
}
