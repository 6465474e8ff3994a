package live

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// entries counts what the views hold besides the store.
func (s *stage) entries() (entries, traces int) {
	s.views.mu.Lock()
	defer s.views.mu.Unlock()
	return len(s.views.entries), len(s.views.byTrace)
}

func TestIDsThatNobodyKnowsLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		for i := range 1000 {
			s.open(fmt.Sprintf("made-up-%d", i)).Close()
		}
		synctest.Wait()
		entries, _ := s.entries()
		assert.Zero(t, entries, "there is nothing to keep for somebody who comes back")
		assert.Zero(t, s.views.ViewBytes())
	})
}

func TestNamesThatTheStoreRefusesLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		for i := 1; i <= 1000; i++ {
			s.append(span(i, 0, naming(fmt.Sprintf("run-%d", i))))
		}
		s.views.catchUp()
		synctest.Wait()
		entries, _ := s.entries()
		assert.Less(t, entries, 50, "a trace belongs to a handful of executions, however many its spans name")
	})
}

func TestABoundTraceThatNeverCameLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		for i := 1; i <= 100; i++ {
			h := s.open(fmt.Sprintf("run-%d", i))
			require.NoError(t, s.views.Bind(context.Background(), fmt.Sprintf("run-%d", i), traceID(i)))
			h.Close()
		}
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		entries, traces := s.entries()
		assert.Zero(t, entries)
		assert.Zero(t, traces)
	})
}
