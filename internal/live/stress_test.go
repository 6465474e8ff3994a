package live

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// The small world of the stress tests: traces and names collide all the time, an execution may go by another one's trace id,
// and neither the store nor the views have room for everything.
const (
	stressTraces = 24
	stressNames  = 8
	stressRounds = 400
)

func newStress(t *testing.T) *stage {
	return newStage(t, func(store *memorystore.Config, c *Config) {
		store.BudgetBytes, store.ExecutionBytes, store.TombstoneTTL = 512<<10, 64<<10, 20*time.Millisecond
		*c = Config{
			Rules: execution.Rules{
				QuietPeriod: 10 * time.Millisecond, MissingParent: 10 * time.Millisecond,
				StartOnly: 10 * time.Millisecond, Abandon: 50 * time.Millisecond,
			},
			ViewBytes: 32 << 10, SummaryInterval: 5 * time.Millisecond, Repoll: 40 * time.Millisecond,
			Linger: 20 * time.Millisecond, SweepInterval: 5 * time.Millisecond, OnError: c.OnError,
		}
	})
}

func stressID(r *rand.Rand) string {
	switch r.IntN(4) {
	case 0:
		return traceID(1 + r.IntN(stressTraces)).String()
	default:
		return fmt.Sprintf("run-%d", r.IntN(stressNames))
	}
}

// stressAppend appends what may be anything: updates, orphans, cycles, names. It tells of each request.
func (s *stage) stressAppend(r *rand.Rand, appended *atomic.Int64) {
	for range stressRounds {
		appended.Add(1)
		var spans []*tracestore.Span
		for range 1 + r.IntN(4) {
			sp := span(1+r.IntN(12), r.IntN(13))
			if r.IntN(6) == 0 {
				naming(stressID(r))(sp)
			}
			if r.IntN(3) == 0 {
				sp.Facts.End, sp.Rank.Class = 0, tracestore.ClassStart
			}
			sp.Rank.Time, sp.Rank.Hash = r.Int64N(1000), r.Uint64()
			spans = append(spans, sp)
		}
		s.appendTo(traceID(1+r.IntN(stressTraces)), spans...)
	}
}

// stressView opens, reads in whatever way, resumes with its cursor now and then, and closes.
func (s *stage) stressView(r *rand.Rand) {
	for range stressRounds / 8 {
		var hint tracestore.TraceID
		if r.IntN(2) == 0 {
			hint = traceID(1 + r.IntN(stressTraces))
		}
		v := &viewing{id: stressID(r), hint: hint, client: newClient()}
		for range 1 + r.IntN(3) {
			v.connect(s)
			for range r.IntN(4) {
				v.stressRead(r)
			}
			v.disconnect()
		}
		if len(v.client.problems) > 0 {
			s.Errorf("viewer of %s: %v", v.id, v.client.problems)
		}
	}
}

func (v *viewing) stressRead(r *rand.Rand) {
	switch r.IntN(4) {
	case 0:
		v.handle.Overview()
	case 1:
		for page, err := v.handle.Snapshot("", 5); err == nil && page.NextPage != ""; {
			page, err = v.handle.Snapshot(page.NextPage, 5)
		}
	default:
		left := 1 + r.IntN(6)
		v.stream.Flush(1+r.IntN(2000), func(b *Batch) bool {
			v.client.take(b)
			left--
			return left > 0
		})
	}
	runtime.Gosched()
}

func (s *stage) stressOperate(r *rand.Rand) {
	ctx := context.Background()
	for range stressRounds {
		switch r.IntN(4) {
		case 0:
			require.NoError(s, s.store.Evict(ctx, stressID(r), tracestore.EvictRequest))
		case 1:
			if err := s.views.Bind(ctx, stressID(r), traceID(1+r.IntN(stressTraces))); !errors.Is(err, tracestore.ErrUnbindable) {
				require.NoError(s, err)
			}
		default:
			_, err := s.views.Executions(ctx, tracestore.Query{Text: "run"})
			require.NoError(s, err)
		}
		runtime.Gosched()
	}
}

// stress has everybody do everything at the same time, and counts requests in appended.
func (s *stage) stress(seed uint64, appended *atomic.Int64) *sync.WaitGroup {
	var wg sync.WaitGroup
	send := func(r *rand.Rand) { s.stressAppend(r, appended) }
	for i, what := range []func(*rand.Rand){
		send, send, s.stressView, s.stressView, s.stressView, s.stressView, s.stressOperate,
	} {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		wg.Go(func() { what(r) })
	}
	return &wg
}

func TestUnderStressEveryViewerConvergesAndNothingIsLeftBehind(t *testing.T) {
	s := newStress(t)
	defer s.close()
	var stay []*viewing
	for i := range stressNames {
		stay = append(stay,
			&viewing{id: fmt.Sprintf("run-%d", i), client: newClient()},
			&viewing{id: traceID(i + 1).String(), client: newClient()},
			&viewing{id: fmt.Sprintf("unnamed-%d", i), hint: traceID(i + 9), client: newClient()})
	}
	for _, v := range stay {
		v.connect(s)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	s.stress(seed, new(atomic.Int64)).Wait()
	for _, v := range stay {
		require.Eventually(t, func() bool {
			v.client.flush(v.stream)
			return assert.ObjectsAreEqual(snapshotOf(v.handle), v.client.spans)
		}, time.Minute, 5*time.Millisecond, "viewer of %s", v.id)
		assert.Empty(t, v.client.problems, "viewer of %s", v.id)
	}
	for _, v := range stay {
		v.disconnect()
	}
	assert.Eventually(t, func() bool { return s.leftBehind() == "" }, time.Minute, 10*time.Millisecond)
	assert.Empty(t, s.leftBehind())
	assert.Zero(t, s.views.ViewBytes())
}

// leftBehind tells what the views still hold.
func (s *stage) leftBehind() string {
	v := s.views
	v.mu.Lock()
	defer v.mu.Unlock()
	left := ""
	for what, n := range map[string]int{
		"entries": len(v.entries), "traces": len(v.byTrace), "unknown": len(v.unknown), "unasked": len(v.unasked),
		"viewed": len(v.viewed), "held": len(v.held), "queue": len(v.queue), "loaded": v.loaded.Len(), "bytes": int(v.viewBytes),
		"prospects": v.alarms.prospects.count,
	} {
		if n != 0 {
			left += fmt.Sprintf("%s: %d ", what, n)
		}
	}
	for id, e := range v.entries {
		left += fmt.Sprintf("[%s: %d handles] ", id, e.handles)
	}
	return left
}

func TestViewsMayCloseAtAnyMoment(t *testing.T) {
	for range 5 {
		s := newStress(t)
		h := s.open("run-1")
		var appended atomic.Int64
		moment := rand.Int64N(stressRounds)
		wg := s.stress(rand.Uint64(), &appended)
		require.Eventually(t, func() bool { return appended.Load() >= moment }, time.Minute, time.Millisecond)
		s.views.Close()
		h.Overview()
		h.Spans()
		wg.Wait()
		h.Close()
		for _, e := range s.views.entries {
			assert.Zero(t, e.handles, "%s", e.id)
		}
		assert.Empty(t, s.views.held)
		require.NoError(t, s.store.Close())
		late, err := s.views.Open(context.Background(), "run-1", tracestore.TraceID{})
		assert.ErrorIs(t, err, tracestore.ErrClosed)
		assert.Nil(t, late)
	}
}
