package live

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// What the rules say by default, and what a sweep and a timer may be late by.
const (
	quiet   = 7 * time.Second
	settles = 30 * time.Second
	slack   = 1500 * time.Millisecond
)

// sent is one thing that senders do, and how long nothing happens afterwards.
type sent struct {
	span   int // 1 is the root
	parent int
	class  tracestore.Class
	leased bool
	wait   time.Duration
}

func drawSent(t *rapid.T) sent {
	s := sent{
		span:   rapid.IntRange(1, 6).Draw(t, "span"),
		class:  rapid.SampledFrom([]tracestore.Class{1, 2, 3, 4, 4, 4}).Draw(t, "class"),
		leased: rapid.Bool().Draw(t, "leased"),
		wait:   time.Duration(rapid.IntRange(0, 9000).Draw(t, "wait")) * time.Millisecond,
	}
	if s.span > 1 {
		s.parent = rapid.SampledFrom([]int{1, 1, 1, 2, 9}).Draw(t, "parent") // 9 is never sent
	}
	if rapid.IntRange(0, 7).Draw(t, "long silence") == 0 {
		s.wait *= 6
	}
	return s
}

// observation is what is sent, as the n-th thing.
func (s sent) observation(n, claimed int) *tracestore.Span {
	o := span(s.span, s.parent, naming("run-1"))
	o.Rank.Class, o.Rank.Time = s.class, int64(n)
	if s.class < tracestore.ClassSynthetic {
		o.Facts.End = 0
		if s.leased {
			o.Facts.Lease = settles
		}
	}
	if s.span == 1 {
		o.Facts.SpanCount = claimed
	}
	return o
}

// model is what a patient observer with a clock knows.
type model struct {
	*testing.T
	handle    *Handle
	news      time.Time // when something new was last sent
	rootEnded bool
	complete  bool
}

// look compares the execution with the model: it is not complete within the quiet period of anything new, and is complete
// when the quiet period and what may hold it up are over.
func (m *model) look() {
	synctest.Wait()
	o := m.handle.Overview()
	silent := time.Since(m.news)
	switch {
	case m.complete:
		assert.True(m, o.Complete, "completeness is latched")
	case o.Complete:
		m.complete = true
		if o.CompleteReason != tracestore.CompleteCounted {
			assert.GreaterOrEqual(m, silent, quiet, "complete (%s) within the quiet period", o.CompleteReason)
		}
	case m.rootEnded:
		assert.Less(m, silent, quiet+settles+slack, "not complete for long: %d spans", o.Spans)
	}
}

// pass looks at every quarter of a second of a silence.
func (m *model) pass(d time.Duration) {
	for ; d > 0 && !m.Failed(); d -= 250 * time.Millisecond {
		time.Sleep(min(d, 250*time.Millisecond)) // in the bubble's time
		m.look()
	}
}

// Whatever is sent of whichever spans, in any order, with any silence between: an execution is never complete while something
// was sent within the quiet period, unless its root says how many spans there are, and always within the quiet period and 30 s
// of the last thing that was sent, once its root ended.
func TestAnExecutionIsCompleteNeverTooEarlyAndNeverTooLate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(drawSent), 1, 15).Draw(rt, "sent")
		claimed := rapid.SampledFrom([]int{0, 0, 0, 2, 4}).Draw(rt, "span count")
		steps = append(steps, sent{span: 1, class: tracestore.ClassFinal})
		failed := false
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t)
			defer s.close()
			m := &model{T: t, handle: s.open("run-1")}
			defer m.handle.Close()
			for n, step := range steps {
				res := s.append(step.observation(n+1, claimed))
				if res.Stored+res.Updated > 0 {
					m.news = time.Now()
				}
				m.rootEnded = m.rootEnded || step.span == 1 && step.class >= tracestore.ClassSynthetic
				m.look()
				m.pass(step.wait)
			}
			m.pass(quiet + settles + 2*slack)
			assert.True(t, m.complete)
			failed = t.Failed()
		})
		if failed {
			rt.FailNow()
		}
	})
}

func TestASpanOfASilentProcessIsStaleUntilTheProcessIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		const mute, busy = 7, 8
		of := func(process uint32) func(*tracestore.Span) {
			return func(s *tracestore.Span) { s.Facts.Process = process }
		}
		began := span(1, 0, of(mute))
		began.Rank.Class, began.Facts.End = tracestore.ClassStart, 0
		s.append(began)
		h := s.open(traceID(1).String())
		defer h.Close()
		state := func() execution.State {
			synctest.Wait()
			return snapshotOf(h)[execution.SpanKey{Trace: traceID(1), Span: spanID(1)}].tail.State
		}
		next := 2
		pass := func(d time.Duration) {
			time.Sleep(d)
			s.append(span(next, 1, of(busy))) // so that the execution is not abandoned
			next++
		}
		pass(tracestore.StaleAfter / 2)
		pass(tracestore.StaleAfter/2 - time.Second)
		assert.Equal(t, execution.StateRunning, state())
		pass(3 * time.Second)
		assert.Equal(t, execution.StateStale, state())
		s.appendTo(traceID(2), span(1, 0, of(mute)))
		pass(2 * time.Second)
		assert.Equal(t, execution.StateRunning, state(), "it works elsewhere")
		time.Sleep(tracestore.StaleAfter + 3*time.Second)
		assert.Equal(t, execution.StateStale, state(), "and is abandoned with all that belongs to it")
		assert.Equal(t, tracestore.CompleteAbandoned, h.Overview().CompleteReason)
		assert.Zero(t, h.Overview().Revision, "that it is stale is no news of anybody's")
	})
}
