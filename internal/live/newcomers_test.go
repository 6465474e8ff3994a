package live

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

func (s *stage) prospects() int {
	s.views.mu.Lock()
	defer s.views.mu.Unlock()
	return s.views.alarms.prospects.count
}

// completed counts the complete ones of n executions.
func (s *stage) completed(n int) (complete int) {
	s.Helper()
	for i := 1; i <= n; i++ {
		res, err := s.store.Resolve(context.Background(), fmt.Sprint("run-", i))
		require.NoError(s, err)
		if res.Summary.Complete {
			complete++
		}
	}
	return complete
}

// The row that an execution gets from its first batch is the one that it gets when its spans are read from the store.
func TestANewcomersRowIsTheOneThatIsFoldedFromTheStore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		spans := rapid.SliceOfN(rapid.Custom(drawSpan), 1, 12).Draw(rt, "spans")
		batches := []tracestore.TraceBatch{{Trace: traceID(1), Sender: "test", Spans: spans}}
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t)
			defer s.close()
			res, err := s.views.Append(context.Background(), batches)
			require.NoError(t, err)
			execution := res[0].New
			if execution == "" {
				execution = traceID(1).String()
			}
			was, err := s.store.Resolve(context.Background(), execution)
			require.NoError(t, err)
			if was.Summary == nil {
				return // it was none, and is folded later
			}
			s.views.mu.Lock()
			s.views.lookAgain(execution)
			s.views.mu.Unlock()
			s.views.catchUp()
			is, err := s.store.Resolve(context.Background(), execution)
			require.NoError(t, err)
			assert.Equal(t, was.Summary, is.Summary)
			assert.Equal(t, !was.Summary.Complete, s.hasFuture(execution), "what is not complete is looked at again")
		})
	})
}

// hasFuture says whether something will be done about an execution that nobody watches.
func (s *stage) hasFuture(execution string) bool {
	s.views.mu.Lock()
	defer s.views.mu.Unlock()
	for i := range s.views.alarms.prospects.count {
		if s.views.alarms.prospects.at(i).execution == execution {
			return true
		}
	}
	return s.views.entries[execution] != nil
}

func TestAShortExecutionTakesNoEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		entries, traces := s.entries()
		assert.Zero(t, entries)
		assert.Zero(t, traces)
		assert.Equal(t, 1, s.prospects())
		assert.Positive(t, s.views.ViewBytes())
		s.finish()
		assert.True(t, s.row("run-1").Complete)
		assert.Zero(t, s.prospects())
		assert.Zero(t, s.views.ViewBytes())
	})
}

func TestWhatComesOfANewcomerWithinTheQuietPeriodPutsItsEndOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		time.Sleep(quiet - time.Second)
		s.append(span(3, 1))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, 3, s.row("run-1").Spans)
		assert.False(t, s.row("run-1").Complete)
		s.finish()
		assert.True(t, s.row("run-1").Complete)
	})
}

func TestANewcomerThatIsOpenedIsShownWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		h := s.open("run-1")
		defer h.Close()
		assert.Len(t, h.Spans(), 2)
		time.Sleep(quiet + slack)
		synctest.Wait()
		assert.True(t, h.Overview().Complete)
	})
}

func TestANewcomerWithAnOpenSpanIsMarkedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		open := span(2, 1)
		open.Facts.End = 0
		open.Rank = tracestore.Rank{Class: tracestore.ClassStart, Time: open.Facts.Start}
		s.append(span(1, 0, naming("run-1")), open)
		entries, _ := s.entries()
		assert.Equal(t, 1, entries)
		time.Sleep(quiet + slack)
		synctest.Wait()
		assert.False(t, s.row("run-1").Complete)
		time.Sleep(tracestore.StaleAfter + time.Hour)
		synctest.Wait()
		assert.True(t, s.row("run-1").Complete)
	})
}

func TestManyNewcomersAreConcludedInTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		const n = 3 * concludeAtOnce
		for i := 1; i <= n; i++ {
			s.appendTo(traceID(i), span(1, 0, naming(fmt.Sprint("run-", i))))
			if i == n/2 {
				time.Sleep(3 * time.Second)
			}
		}
		assert.Equal(t, n, s.prospects())
		time.Sleep(quiet - 3*time.Second + slack)
		synctest.Wait()
		assert.Equal(t, n/2, s.prospects())
		assert.Equal(t, n/2, s.completed(n))
		s.finish()
		assert.Zero(t, s.prospects())
		assert.Equal(t, n, s.completed(n))
	})
}

func TestANewcomerWhoseRowCannotBePutIsFoldedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := newMeddledStage(t)
		defer s.close()
		store.fail(func(call, _ string) error {
			if call == "introduce" {
				return errors.New("the store is away")
			}
			return nil
		})
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		s.finish()
		assert.Equal(t, 2, s.row("run-1").Spans)
		assert.True(t, s.row("run-1").Complete)
	})
}

func TestANewcomerThatCannotBeConcludedIsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := newMeddledStage(t)
		defer s.close()
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		store.fail(func(call, _ string) error {
			if call == "conclude" {
				return errors.New("the store is away")
			}
			return nil
		})
		time.Sleep(quiet + slack)
		synctest.Wait()
		store.fail(nil)
		s.finish()
		assert.True(t, s.row("run-1").Complete)
	})
}

func TestANewcomerIsNotConcludedBySilenceThatNobodyHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		s := newStage(t, func(m *memorystore.Config, c *Config) { m.Now, c.Now = now, now })
		defer s.close()
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		time.Sleep(5 * time.Second)
		ahead.Store(int64(time.Hour)) // the machine slept
		time.Sleep(quiet - 5*time.Second + slack)
		synctest.Wait()
		assert.False(t, s.row("run-1").Complete)
		s.finish()
		assert.True(t, s.row("run-1").Complete)
	})
}
