package live

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage is a store with views over it. In a synctest bubble its clock is the bubble's.
type stage struct {
	testing.TB
	store tracestore.Store
	views *Views
}

func newStage(t testing.TB, change ...func(*memorystore.Config, *Config)) *stage {
	t.Helper()
	storeConfig, config := memorystore.Config{}, Config{OnError: func(err error) { t.Errorf("store: %v", err) }}
	for _, c := range change {
		c(&storeConfig, &config)
	}
	store, err := memorystore.New(storeConfig)
	require.NoError(t, err)
	views, err := New(store, config)
	require.NoError(t, err)
	return &stage{TB: t, store: store, views: views}
}

func (s *stage) close() {
	s.views.Close()
	require.NoError(s, s.store.Close())
}

func (s *stage) append(spans ...*tracestore.Span) tracestore.AppendResult {
	s.Helper()
	return s.appendTo(traceID(1), spans...)
}

func (s *stage) appendTo(t tracestore.TraceID, spans ...*tracestore.Span) tracestore.AppendResult {
	s.Helper()
	results, err := s.views.Append(context.Background(), []tracestore.TraceBatch{{Trace: t, Sender: "test", Spans: spans}})
	require.NoError(s, err)
	return results[0]
}

func (s *stage) open(id string, hint ...tracestore.TraceID) *Handle {
	s.Helper()
	h, err := s.views.Open(context.Background(), id, append(hint, tracestore.TraceID{})[0])
	require.NoError(s, err)
	return h
}

func traceID(n int) (t tracestore.TraceID) {
	binary.BigEndian.PutUint64(t[8:], uint64(n))
	return t
}

func spanID(n int) (s tracestore.SpanID) {
	binary.BigEndian.PutUint64(s[:], uint64(n))
	return s
}

// span makes a final observation of span n below parent (0: a root) with a second to each.
func span(n, parent int, change ...func(*tracestore.Span)) *tracestore.Span {
	s := &tracestore.Span{
		ID: spanID(n),
		Facts: tracestore.Facts{
			Name: fmt.Sprintf("span %d", n), Start: int64(n) * int64(time.Second), End: int64(n+1) * int64(time.Second), Status: tracestore.StatusOK,
		},
		Body: fmt.Appendf(nil, `{"span_id":"%016x"`, n),
	}
	if parent != 0 {
		s.Parent = spanID(parent)
	}
	for _, c := range change {
		c(s)
	}
	s.Rank = tracestore.Rank{Class: tracestore.ClassFinal, Time: s.Facts.End, Hash: uint64(len(s.Body))}
	return s
}

// naming makes a span name its execution; a root that does is a workflow's.
func naming(id string) func(*tracestore.Span) {
	return func(s *tracestore.Span) {
		s.Facts.Execution = id
		s.Facts.Workflow = s.Parent.IsEmpty()
	}
}

// client is a viewer as the wire contract describes one: it keys spans by trace and span, and clears a trace on reset.
type client struct {
	spans    map[execution.SpanKey]shown
	batches  []Batch
	overview execution.Overview
	cursor   string
	problems []string
	told     map[tracestore.TraceID]uint64
}

// shown is what the client sees of a span.
type shown struct {
	seq  uint64
	rank tracestore.Rank
	body string
	tail execution.Tail
	name string
}

func newClient() *client {
	return &client{spans: map[execution.SpanKey]shown{}, told: map[tracestore.TraceID]uint64{}}
}

func (c *client) take(b *Batch) {
	c.batches = append(c.batches, *b)
	c.overview, c.cursor = b.Overview, b.Cursor
	if b.Reset {
		delete(c.told, b.Trace)
		for k := range c.spans {
			if k.Trace == b.Trace {
				delete(c.spans, k)
			}
		}
	}
	if b.PrevSeq != c.told[b.Trace] {
		c.problems = append(c.problems, fmt.Sprintf("gap: prev_seq %d, client is at %d", b.PrevSeq, c.told[b.Trace]))
	}
	if b.Seq < b.PrevSeq {
		c.problems = append(c.problems, "seq went back")
	}
	c.told[b.Trace] = b.Seq
	for _, s := range b.Spans {
		if s.Key.Trace != b.Trace {
			c.problems = append(c.problems, "a batch with spans of two traces")
		}
		now := show(s)
		if before, had := c.spans[s.Key]; had && now.rank.Compare(before.rank) < 0 {
			c.problems = append(c.problems, "a span's rank went back")
		}
		c.spans[s.Key] = now
	}
}

func show(s SpanView) shown {
	out := shown{tail: s.Tail, name: s.PlaceholderName}
	if s.Record != nil {
		out = shown{seq: s.Record.Seq, rank: s.Record.Rank, body: string(s.Record.Body), tail: s.Tail}
	}
	return out
}

func snapshotOf(h *Handle) map[execution.SpanKey]shown {
	all := map[execution.SpanKey]shown{}
	for _, s := range h.Spans() {
		all[s.Key] = show(s)
	}
	return all
}

// flush takes everything that is pending.
func (c *client) flush(s *Stream) {
	s.Flush(64<<10, func(b *Batch) bool {
		c.take(b)
		return true
	})
}
