package live

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// drawSpan draws an observation from a small world, so that updates, duplicates, orphans and cycles happen often.
func drawSpan(t *rapid.T) *tracestore.Span {
	n := rapid.IntRange(1, 12).Draw(t, "span")
	s := span(n, rapid.IntRange(0, 12).Draw(t, "parent"))
	s.Body = fmt.Appendf(nil, `{"span_id":"%016x","v":"%s"`, n, rapid.StringMatching(`[a-z]{0,40}`).Draw(t, "content"))
	if rapid.IntRange(0, 9).Draw(t, "names") == 0 {
		naming(fmt.Sprintf("run-%d", rapid.IntRange(1, 2).Draw(t, "execution")))(s)
	}
	if rapid.Bool().Draw(t, "open") {
		s.Facts.End = 0
		s.Rank = tracestore.Rank{Class: tracestore.ClassStart, Time: s.Facts.Start}
	}
	if rapid.IntRange(0, 2).Draw(t, "usage") == 0 {
		s.Facts.Usage = &tracestore.Usage{Input: int64(rapid.IntRange(0, 50).Draw(t, "input")), Output: 1}
		s.Facts.ResponseID = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "response")
	}
	s.Rank.Hash = uint64(len(s.Body))
	return s
}

// viewing is a client with the stream it is reading, or without one while it is away.
type viewing struct {
	id     string
	hint   tracestore.TraceID
	client *client
	handle *Handle
	stream *Stream
}

func (v *viewing) connect(s *stage) {
	h := s.open(v.id, v.hint)
	st, err := h.Stream(v.client.cursor)
	require.NoError(s, err)
	v.handle, v.stream = h, st
}

func (v *viewing) disconnect() {
	if v.stream != nil {
		v.stream.Close()
		v.handle.Close()
		v.handle, v.stream = nil, nil
	}
}

// step is one thing that happens. Scripts of steps are drawn first and played in a bubble afterwards.
type step struct {
	kind   int
	viewer int
	trace  tracestore.TraceID
	spans  []*tracestore.Span
	bytes  int // of the batches of a flush
	stop   int // the flush is broken off after so many batches
}

// The kinds of step.
const (
	stepAppend = iota
	stepConnect
	stepDisconnect
	stepSettle
	stepFlush
)

func drawStep(t *rapid.T) step {
	s := step{
		kind:   rapid.SampledFrom([]int{stepAppend, stepAppend, stepConnect, stepDisconnect, stepSettle, stepFlush}).Draw(t, "kind"),
		viewer: rapid.IntRange(0, 3).Draw(t, "viewer"),
	}
	switch s.kind {
	case stepAppend:
		s.trace = traceID(rapid.IntRange(1, 3).Draw(t, "trace"))
		s.spans = rapid.SliceOfN(rapid.Custom(drawSpan), 1, 6).Draw(t, "spans")
	case stepFlush:
		s.bytes = rapid.IntRange(1, 600).Draw(t, "bytes")
		s.stop = rapid.IntRange(1, 4).Draw(t, "stop")
	}
	return s
}

func (v *viewing) play(s *stage, st step) {
	switch st.kind {
	case stepAppend:
		s.appendTo(st.trace, st.spans...)
	case stepConnect:
		if v.stream == nil {
			v.connect(s)
		}
	case stepDisconnect:
		v.disconnect()
	case stepSettle:
		synctest.Wait()
	case stepFlush:
		if v.stream == nil {
			return
		}
		left := st.stop
		v.stream.Flush(st.bytes, func(b Batch) bool {
			v.client.take(b)
			left--
			return left > 0
		})
	}
}

// findings collects what a bubble finds wrong, for the law outside.
type findings struct{ lines []string }

func (f *findings) Errorf(format string, args ...any) {
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}

// TestWhateverHappensEveryClientEndsEqualToTheView: any observations in any order, over several traces and executions, with
// late names; clients that read in small or large batches, stop in the middle of one, leave and come back with a cursor.
func TestWhateverHappensEveryClientEndsEqualToTheView(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := rapid.SliceOfN(rapid.Custom(drawStep), 1, 30).Draw(rt, "script")
		found := &findings{}
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t)
			defer s.close()
			viewers := []*viewing{
				{id: "run-1", client: newClient()},
				{id: "run-2", client: newClient()},
				{id: traceID(1).String(), client: newClient()},
				{id: "run-3", hint: traceID(2), client: newClient()},
			}
			for _, st := range script {
				viewers[st.viewer].play(s, st)
			}
			for _, v := range viewers {
				if v.stream == nil {
					v.connect(s)
				}
				synctest.Wait()
				v.client.flush(v.stream)
				v.client.flush(v.stream) // where the view was exchanged meanwhile, the first one only says so
				assert.Equal(found, snapshotOf(v.handle), v.client.spans, "viewer of %s", v.id)
				assert.Empty(found, v.client.problems, "viewer of %s", v.id)
				assert.Equal(found, v.handle.Overview(), v.client.overview)
			}
			for _, v := range viewers {
				v.disconnect()
			}
		})
		for _, line := range found.lines {
			rt.Error(line)
		}
	})
}

// TestPagesOfASnapshotHoldEverySpanOnce: while spans arrive, pages hold those of the first page's moment exactly once, and
// its changes cursor leads to all the rest.
func TestPagesOfASnapshotHoldEverySpanOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		total := rapid.IntRange(1, 40).Draw(rt, "spans")
		limit := rapid.IntRange(1, 10).Draw(rt, "limit")
		found := &findings{}
		synctest.Test(t, func(t *testing.T) { walkPages(t, found, total, limit) })
		for _, line := range found.lines {
			rt.Error(line)
		}
	})
}

func walkPages(t *testing.T, found *findings, total, limit int) {
	s := newStage(t)
	defer s.close()
	h := s.open(traceID(1).String())
	defer h.Close()
	for n := total; n >= 1; n-- {
		s.append(span(n, min(n-1, 1)))
	}
	synctest.Wait()
	seen := newClient()
	page, err := h.Snapshot("", limit)
	require.NoError(t, err)
	changes := page.Changes
	for extra := 1; ; extra++ {
		assert.LessOrEqual(found, len(page.Spans), limit)
		for _, sp := range page.Spans {
			_, twice := seen.spans[sp.Key]
			assert.False(found, twice, "a span on two pages")
			seen.spans[sp.Key] = show(sp)
		}
		if page.NextPage == "" {
			break
		}
		s.append(span(1000+extra, 1))
		synctest.Wait()
		page, err = h.Snapshot(page.NextPage, limit)
		require.NoError(t, err)
		assert.Equal(found, changes, page.Changes)
	}
	assert.Len(found, seen.spans, total)
	for next := changes; next != ""; next = page.NextPage {
		page, err = h.Snapshot(next, limit)
		require.NoError(t, err)
		assert.Equal(found, PhaseLive, page.Phase)
		for _, sp := range page.Spans {
			seen.spans[sp.Key] = show(sp)
		}
	}
	assert.Equal(found, snapshotOf(h), seen.spans)
}
