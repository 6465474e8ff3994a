package live

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// playAfter has a client read some of a trace, come back with nothing but its position, and read the rest.
func playAfter(t *testing.T, found *findings, before, after [][]*tracestore.Span, bytes, stop int) {
	s := newStage(t)
	defer s.close()
	h := s.open(traceID(1).String())
	defer h.Close()
	play := func(rounds [][]*tracestore.Span) {
		for _, spans := range rounds {
			s.append(spans...)
			synctest.Wait()
		}
	}
	c := newClient()
	play(before)
	first, err := h.Stream("")
	require.NoError(t, err)
	var pos tracestore.Position
	first.Flush(bytes, func(b *Batch) bool {
		c.take(b)
		pos = tracestore.Position{Epoch: b.Epoch, Seq: b.Seq}
		stop--
		return stop > 0
	})
	first.Close()
	play(after)
	again, err := h.StreamFrom(Start{After: pos})
	require.NoError(t, err)
	defer again.Close()
	resumes := again.Resumes()
	c.flush(again)
	assert.Equal(found, snapshotOf(h), c.spans)
	assert.Empty(found, c.problems)
	if !resumes && pos.Seq > 0 {
		assert.True(found, c.batches[len(c.batches)-1].Reset || len(c.spans) == 0 || anyReset(c.batches), "who does not resume is reset")
	}
}

func anyReset(batches []Batch) bool {
	for _, b := range batches {
		if b.Reset {
			return true
		}
	}
	return false
}

// TestAPositionOfTheOneTraceResumesWithoutLoss: whatever was read, and whatever happened since, derived changes included.
func TestAPositionOfTheOneTraceResumesWithoutLoss(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		round := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(drawUnnamed), 1, 5), 0, 5)
		before, after := round.Draw(rt, "before"), round.Draw(rt, "after")
		bytes, stop := rapid.IntRange(1, 600).Draw(rt, "bytes"), rapid.IntRange(1, 5).Draw(rt, "stop")
		found := &findings{}
		synctest.Test(t, func(t *testing.T) { playAfter(t, found, before, after, bytes, stop) })
		for _, line := range found.lines {
			rt.Error(line)
		}
	})
}

// drawUnnamed is drawSpan for a trace that stays its own execution.
func drawUnnamed(t *rapid.T) *tracestore.Span {
	s := drawSpan(t)
	s.Facts.Execution, s.Facts.Workflow = "", false
	return s
}

func TestAPositionThatMeansNothingGivesEverythingAfterAReset(t *testing.T) {
	for name, pos := range map[string]tracestore.Position{
		"another epoch": {Epoch: "gone", Seq: 1},
		"the future":    {Seq: 1 << 52},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				defer s.close()
				s.append(span(1, 0), span(2, 1))
				h := s.open(traceID(1).String())
				defer h.Close()
				synctest.Wait()
				if pos.Epoch == "" {
					page, err := s.store.Read(t.Context(), traceID(1), tracestore.Position{}, readLimit)
					require.NoError(t, err)
					pos.Epoch = page.Info.Epoch
				}
				st, err := h.StreamFrom(Start{After: pos})
				require.NoError(t, err)
				defer st.Close()
				assert.False(t, st.Resumes())
				c := newClient()
				c.told[traceID(1)] = pos.Seq
				c.flush(st)
				assert.True(t, c.batches[0].Reset)
				assert.Equal(t, snapshotOf(h), c.spans)
			})
		})
	}
}

func TestStreamsThatShareASignalTellWhichOneItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		signal := make(chan struct{}, 1)
		var streams []*Stream
		for _, n := range []int{1, 2} {
			s.appendTo(traceID(n), span(1, 0))
			h := s.open(traceID(n).String())
			defer h.Close()
			st, err := h.StreamFrom(Start{Signal: signal})
			require.NoError(t, err)
			defer st.Close()
			newClient().flush(st)
			streams = append(streams, st)
		}
		synctest.Wait()
		for _, st := range streams {
			st.Rang()
		}
		s.appendTo(traceID(2), span(2, 1))
		synctest.Wait()
		<-signal
		assert.False(t, streams[0].Rang())
		assert.True(t, streams[1].Rang())
		assert.False(t, streams[1].Rang(), "asking takes it")
	})
}

// TestAnAnswerThatWouldHaveToClearATraceGivesEverything: a placeholder that vanished can be told to a stream by a reset, but
// not to whoever polls.
func TestAnAnswerThatWouldHaveToClearATraceGivesEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.append(span(1, 0), span(3, 2)) // a placeholder stands in for 2
		h := s.open(traceID(1).String())
		defer h.Close()
		synctest.Wait()
		page, err := h.Snapshot("", 0)
		require.NoError(t, err)
		require.Len(t, page.Spans, 3)
		moved := span(3, 1)
		moved.Rank.Time++
		s.append(moved) // nobody names 2 any more
		synctest.Wait()
		page, err = h.Snapshot(page.Changes, 0)
		require.NoError(t, err)
		assert.Equal(t, PhaseSnapshot, page.Phase)
		assert.Len(t, page.Spans, 2)
		page, err = h.Snapshot(page.Changes, 0)
		require.NoError(t, err)
		assert.Equal(t, PhaseLive, page.Phase)
		assert.Empty(t, page.Spans)
	})
}
