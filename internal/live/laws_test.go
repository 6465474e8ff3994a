package live

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/execution"
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
	way
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
	if v.resume != nil && v.client.cursor != "" {
		v.resume(st)
	}
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
		viewer: rapid.IntRange(0, 5).Draw(t, "viewer"),
	}
	switch s.kind {
	case stepAppend:
		s.trace = traceID(rapid.IntRange(1, 3).Draw(t, "trace"))
		s.spans = rapid.SliceOfN(rapid.Custom(drawSpan), 1, 6).Draw(t, "spans")
	case stepFlush:
		s.bytes = rapid.SampledFrom([]int{1, 150, 600}).Draw(t, "bytes") // few, so that viewers stand at the same place
		s.stop = rapid.IntRange(1, 4).Draw(t, "stop")
	}
	return s
}

func (v *viewing) play(s *stage, st step) {
	switch st.kind {
	case stepAppend:
		if v.deaf {
			s.appendElsewhere(st.trace, st.spans...)
			return
		}
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
		v.stream.Flush(st.bytes, func(b *Batch) bool {
			v.client.take(b)
			left--
			return left > 0
		})
	}
}

// appendElsewhere appends past the views.
func (s *stage) appendElsewhere(t tracestore.TraceID, spans ...*tracestore.Span) {
	_, err := s.store.Append(context.Background(), []tracestore.TraceBatch{{Trace: t, Sender: "test", Spans: spans}})
	require.NoError(s, err)
}

// findings collects what a bubble finds wrong, for the law outside.
type findings struct{ lines []string }

func (f *findings) Errorf(format string, args ...any) {
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}

// way is how a script is played.
type way struct {
	deaf   bool          // spans come to the store past the views, as another replica's do, and every wake-up is lost
	resume func(*Stream) // has a stream go on wrongly from its cursor, for the law to notice
}

// TestWhateverHappensEveryClientEndsEqualToTheView: any observations in any order, over several traces and executions, with
// late names; clients that read in small or large batches, stop in the middle of one, leave and come back with a cursor.
func TestWhateverHappensEveryClientEndsEqualToTheView(t *testing.T) {
	for name, w := range map[string]way{"with wake-ups": {}, "without any": {deaf: true}} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				for _, line := range w.play(t, drawScript(rt)) {
					rt.Error(line)
				}
			})
		})
	}
}

func drawScript(t *rapid.T) []step {
	return rapid.SliceOfN(rapid.Custom(drawStep), 1, 30).Draw(t, "script")
}

// play plays a script in a bubble, and returns what was wrong in the end.
func (w way) play(t *testing.T, script []step) []string {
	found := &findings{}
	synctest.Test(t, func(t *testing.T) {
		s, m := newMeddledStage(t)
		defer s.close()
		if w.deaf {
			m.deafen()
		}
		viewers := []*viewing{
			{way: w, id: "run-1", client: newClient()},
			{way: w, id: "run-2", client: newClient()},
			{way: w, id: traceID(1).String(), client: newClient()},
			{way: w, id: "run-3", hint: traceID(2), client: newClient()},
			{way: w, id: "run-1", client: newClient()},
			{way: w, id: "run-1", client: newClient()},
		}
		for _, st := range script {
			viewers[st.viewer].play(s, st)
		}
		for _, v := range viewers {
			if v.stream == nil {
				v.connect(s)
			}
			time.Sleep(s.views.cfg.Repoll + time.Second)
			synctest.Wait()
			v.client.flush(v.stream)
			v.client.flush(v.stream) // where the view was exchanged meanwhile, the first one only says so
			assert.Equal(found, snapshotOf(v.handle), v.client.spans, "viewer of %s", v.id)
			assert.Equal(found, stored(s, v), ranksOf(v.client.spans), "viewer of %s", v.id)
			assert.Empty(found, v.client.problems, "viewer of %s", v.id)
			assert.Equal(found, v.handle.Overview(), v.client.overview)
		}
		for _, v := range viewers {
			v.disconnect()
		}
	})
	return found.lines
}

// stored are the ranks of what the store holds of an execution, as views see it that never saw it before; placeholders aside.
func stored(s *stage, v *viewing) map[execution.SpanKey]tracestore.Rank {
	views, err := New(s.store, Config{})
	require.NoError(s, err)
	defer views.Close()
	h, err := views.Open(context.Background(), v.id, v.hint)
	require.NoError(s, err)
	defer h.Close()
	synctest.Wait()
	return ranksOf(snapshotOf(h))
}

func ranksOf(spans map[execution.SpanKey]shown) map[execution.SpanKey]tracestore.Rank {
	ranks := map[execution.SpanKey]tracestore.Rank{}
	for key, s := range spans {
		if s.rank != (tracestore.Rank{}) {
			ranks[key] = s.rank
		}
	}
	return ranks
}

// TestTheLawNoticesAResumeThatIsBroken, in each of the ways in which one has been got wrong or could be.
func TestTheLawNoticesAResumeThatIsBroken(t *testing.T) {
	for name, resume := range map[string]func(*Stream){
		"it skips what came while the client was away": func(s *Stream) {
			e, _ := s.handle.lock()
			defer e.mu.Unlock()
			if e.view != nil {
				s.place.rev = e.view.Rev()
			}
		},
		"it skips a few changes": func(s *Stream) { s.place.rev += 4 },
		"it begins again without a word": func(s *Stream) {
			s.place = place{traces: map[tracestore.TraceID]tracestore.Position{}}
		},
		"it takes the client for further than it is": func(s *Stream) {
			for t, pos := range s.place.traces {
				pos.Seq++
				s.place.traces[t] = pos
			}
		},
		"it forgets one trace": func(s *Stream) {
			for t := range s.place.traces {
				delete(s.place.traces, t)
				return
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			scripts := rapid.SliceOfN(rapid.Custom(drawStep), 100, 100)
			for seed := range 50 {
				script := scripts.Example(seed)
				require.Empty(t, way{}.play(t, script), "with a resume that is not broken")
				if len(way{resume: resume}.play(t, script)) > 0 {
					return
				}
			}
			t.Error("50 long scripts, and nothing was noticed")
		})
	}
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
