package memorystore

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

// setAll sets everything in a value to something that is not zero.
func setAll(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			setAll(field, n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		setAll(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		setAll(v.Index(0), n)
		setAll(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			setAll(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(*n) / 3)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) - 5)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 250))
	default:
		panic(v.Kind())
	}
}

func TestWhatIsReadOfASpanIsWhatWasAppended(t *testing.T) {
	filled, seen := &tracestore.Span{}, 1
	setAll(reflect.ValueOf(filled).Elem(), &seen)
	filled.ID = spanID(1)
	for name, span := range map[string]*tracestore.Span{
		"every field is set": filled,
		"no field is set":    {ID: spanID(2)},
		"lists are there and empty": {ID: spanID(3), Body: []byte{}, Residual: []byte{}, Whole: []byte{}, Facts: tracestore.Facts{
			Tags: []string{}, Links: []tracestore.Link{}, Usage: &tracestore.Usage{},
		}},
		"lengths take more than one byte": {ID: spanID(4), Body: make([]byte, 100_000), Facts: tracestore.Facts{
			Name: string(make([]byte, 300)), Tags: []string{string(make([]byte, 200))}, Links: make([]tracestore.Link, 130),
		}},
		"the source begins with parent, start and end": withOpening(spanID(5), nil),
		"the source has more than them":                withOpening(spanID(66), []byte("more")),
		"the source begins with something else":        {ID: spanID(7), Source: make([]byte, 30), Facts: tracestore.Facts{End: 1}},
		"the source is shorter":                        {ID: spanID(8), Source: make([]byte, 23)},
		"the rank's time is not the end":               {ID: spanID(9), Rank: tracestore.Rank{Time: 5}, Facts: tracestore.Facts{Start: 4, End: 6}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(Config{})
			require.NoError(t, err)
			put(t, s, 1, "somebody", realisticSpan(5, tracestore.ClassFinal), span)
			page := everything(t, s)
			require.Len(t, page.Records, 2)
			require.Equal(t, span, page.Records[1].Span)
			audit(t, s)
		})
	}
}

// withOpening is a span with a source as package canvaswire makes one.
func withOpening(id tracestore.SpanID, rest []byte) *tracestore.Span {
	s := &tracestore.Span{
		ID: id, Parent: spanID(77), Rank: tracestore.Rank{Class: tracestore.ClassFinal, Time: 9},
		Facts: tracestore.Facts{Start: 8, End: 9, Lease: 10},
	}
	o := openingOf(s)
	s.Source = slices.Concat(o[:], rest)
	return s
}

func TestAMarkedRecordKnowsWhenItsSpanCameFirst(t *testing.T) {
	for name, observations := range map[string]int{"after one observation": 1, "after several": 3} {
		t.Run(name, func(t *testing.T) {
			s, err := New(Config{})
			require.NoError(t, err)
			var first tracestore.Record
			for n := range observations {
				start := realisticSpan(1, tracestore.ClassHeartbeat)
				start.Rank.Time, start.Facts.Lease = int64(n), 5
				put(t, s, 1, "somebody", start, realisticSpan(2, tracestore.ClassStart))
				if n == 0 {
					first = *everything(t, s).Records[0]
				}
			}
			want := *recordOf(t, s, 1, 2)
			for _, mark := range []tracestore.Mark{tracestore.MarkStale, tracestore.MarkLost, tracestore.MarkNone} {
				require.NoError(t, s.Mark(t.Context(), traceID(1), mark, first.ID, first.ID))
				audit(t, s)
				got := *recordOf(t, s, 1, 2)
				require.Greater(t, got.Seq, want.Seq)
				want.Seq, want.Mark = got.Seq, mark
				require.Equal(t, want, got)
				require.Equal(t, []any{first.Seq, first.Received}, []any{got.FirstSeq, got.FirstReceived})
			}
		})
	}
}

func TestMarkingAllSpansOfALargeTraceMakesNoLargerChunks(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	var ids []tracestore.SpanID
	for n := range 2000 {
		span := realisticSpan(n, tracestore.ClassStart)
		put(t, s, 1, "somebody", span)
		ids = append(ids, span.ID)
	}
	require.NoError(t, s.Mark(t.Context(), traceID(1), tracestore.MarkLost, ids...))
	audit(t, s)
	chunks := s.traces.get(traceID(1)).full.chunks()
	for _, c := range chunks {
		require.Less(t, len(c.data), chunkBytes+10_000)
	}
	require.Len(t, everything(t, s).Records, 2000)
}

// TestMarksLeaveAnExecutionInItsBounds marks spans that are as much as an execution may hold: what they were before stays in memory
// until it is the lesser part of what is held.
func TestMarksLeaveAnExecutionInItsBounds(t *testing.T) {
	for _, oneByOne := range []bool{false, true} {
		s := smallStore(t, storetest.NewClock())
		var ids []tracestore.SpanID
		var spans []*tracestore.Span
		for n := range 8 {
			span := realisticSpan(n, tracestore.ClassStart)
			span.Parent, span.Body = tracestore.SpanID{}, make([]byte, 14_000)
			spans, ids = append(spans, span), append(ids, span.ID)
		}
		put(t, s, 1, "somebody", spans...) // their data is one chunk
		g := s.traces.get(traceID(1)).group
		require.EqualValues(t, len(ids), g.records, "kept in full")
		require.Greater(t, 2*g.weight(), s.cfg.groupBytes(), "twice of it would be too much")
		if oneByOne {
			for _, id := range ids {
				require.NoError(t, s.Mark(t.Context(), traceID(1), tracestore.MarkLost, id))
				audit(t, s)
			}
		} else {
			require.NoError(t, s.Mark(t.Context(), traceID(1), tracestore.MarkLost, ids...))
		}
		audit(t, s) // bounds are part of it
		for _, r := range everything(t, s).Records {
			require.Equal(t, tracestore.MarkLost, r.Mark)
			require.Len(t, r.Body, 14_000)
		}
		require.Len(t, everything(t, s).Records, len(ids))
	}
}

func TestWhatAReaderGotStaysAsItIsWhateverBecomesOfTheSpan(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	var spans []*tracestore.Span
	for n := range 100 {
		spans = append(spans, realisticSpan(n, tracestore.ClassStart))
	}
	put(t, s, 1, "somebody", spans...)
	page := everything(t, s)
	before, err := json.Marshal(page.Records)
	require.NoError(t, err)
	for class := tracestore.ClassHeartbeat; class <= tracestore.ClassFinal; class++ {
		for n := range 100 {
			put(t, s, 1, "somebody", realisticSpan(n, class))
		}
		audit(t, s)
	}
	compressAll(t, s)
	require.NoError(t, s.Evict(context.Background(), traceID(1).String(), tracestore.EvictRequest))
	after, err := json.Marshal(page.Records)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func TestAMemoryThatIsUsedAgainGivesTheSameRecords(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	for n := range 300 {
		put(t, s, n%7, "somebody", realisticSpan(n, tracestore.ClassFinal))
	}
	var memory tracestore.Memory
	for range 3 {
		for trace := range 7 {
			want, err := s.Read(t.Context(), traceID(trace), tracestore.Position{}, tracestore.ReadLimit{})
			require.NoError(t, err)
			got, err := s.Read(t.Context(), traceID(trace), tracestore.Position{}, tracestore.ReadLimit{Memory: &memory})
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		memory.Reset()
	}
}
