package resolver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a backend and a store. Its answers come in order; the last one stays.
type fake struct {
	delay time.Duration

	mu      sync.Mutex
	answers []Result
	asked   []time.Time
	ids     map[string]int
	known   bool
	bindErr error
	bound   []string
	results []Result
	atOnce  int
	most    int
}

func (f *fake) Lookup(ctx context.Context, id string) (tracestore.TraceID, Result) {
	f.mu.Lock()
	f.asked = append(f.asked, time.Now())
	if f.ids == nil {
		f.ids = map[string]int{}
	}
	f.ids[id]++
	f.atOnce++
	f.most = max(f.most, f.atOnce)
	result := f.answers[0]
	if len(f.answers) > 1 {
		f.answers = f.answers[1:]
	}
	f.mu.Unlock()
	select {
	case <-time.After(f.delay):
	case <-ctx.Done():
		result = Failed
	}
	f.mu.Lock()
	f.atOnce--
	f.mu.Unlock()
	return tracestore.TraceID{1}, result
}

func (f *fake) Known(context.Context, string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known
}

func (f *fake) Bind(_ context.Context, id string, _ tracestore.TraceID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bindErr == nil {
		f.bound = append(f.bound, id)
	}
	return f.bindErr
}

func (f *fake) report(r Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.results = append(f.results, r)
}

func config() Config {
	return Config{Timeout: time.Second, RetryInterval: 2 * time.Second, CacheTTL: time.Minute, MaxEntries: 100, Parallel: 4}
}

func isDone(w *Watch) bool {
	select {
	case <-w.Done():
		return true
	default:
		return false
	}
}

// try runs a test on a clock of its own: pauses take no time.
func try(t *testing.T, f *fake, c Config, test func(t *testing.T, r *Resolver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := New(c, f, f, f.report)
		defer r.Close()
		test(t, r)
	})
}

func TestAsksUntilTheBackendKnowsTheTrace(t *testing.T) {
	f := &fake{answers: []Result{Unknown, Pending, HistoryOnly, Bound}}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		w := r.Watch("x")
		defer w.Release()
		<-w.Done()
		assert.Equal(t, []Result{Unknown, Pending, HistoryOnly, Bound}, f.results)
		assert.Equal(t, []string{"x"}, f.bound)
		for i := 1; i < len(f.asked); i++ {
			assert.Equal(t, 2*time.Second, f.asked[i].Sub(f.asked[i-1]))
		}
	})
}

func TestAsksOncePerExecutionHoweverManyWait(t *testing.T) {
	f := &fake{answers: []Result{Bound}, delay: 100 * time.Millisecond}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		for range 50 {
			w := r.Watch("x")
			defer w.Release()
		}
		w := r.Watch("x")
		defer w.Release()
		<-w.Done()
		assert.Equal(t, 1, f.ids["x"])
		later := r.Watch("x")
		defer later.Release()
		assert.True(t, isDone(later), "the answer is remembered")
	})
}

func TestAsksNoMoreWhenNobodyWaits(t *testing.T) {
	f := &fake{answers: []Result{Unknown}}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		w := r.Watch("x")
		synctest.Wait()
		w.Release()
		w.Release()
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Len(t, f.asked, 1)
		assert.False(t, isDone(w))
	})
}

func TestAQuestionOutlivesWhoAsked(t *testing.T) {
	f := &fake{answers: []Result{Bound}, delay: 500 * time.Millisecond}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		w := r.Watch("x")
		synctest.Wait()
		w.Release()
		<-w.Done()
		assert.Equal(t, []string{"x"}, f.bound)
	})
}

func TestANoIsRememberedForTheRetryInterval(t *testing.T) {
	f := &fake{answers: []Result{Unknown}}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		for range 15 {
			w := r.Watch("x")
			time.Sleep(100 * time.Millisecond)
			w.Release()
		}
		synctest.Wait()
		assert.Len(t, f.asked, 1)
	})
}

func TestAFailingBackendIsAskedLessAndLess(t *testing.T) {
	f := &fake{answers: []Result{Failed}}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		w := r.Watch("x")
		defer w.Release()
		time.Sleep(2*time.Minute + time.Second)
		synctest.Wait()
		var pauses []time.Duration
		for i := 1; i < len(f.asked); i++ {
			pauses = append(pauses, f.asked[i].Sub(f.asked[i-1]))
		}
		assert.Equal(t, []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, 32 * time.Second}, pauses)
	})
}

func TestStopsAskingWhenASpanNamesTheExecution(t *testing.T) {
	f := &fake{answers: []Result{Pending}}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		w := r.Watch("x")
		defer w.Release()
		synctest.Wait()
		f.mu.Lock()
		f.known = true
		f.mu.Unlock()
		<-w.Done()
		assert.Len(t, f.asked, 1)
		assert.Empty(t, f.bound)
	})
}

func TestATraceThatBelongsElsewhereEndsTheAsking(t *testing.T) {
	f := &fake{answers: []Result{Bound}, bindErr: fmt.Errorf("bind: %w", tracestore.ErrUnbindable)}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		w := r.Watch("x")
		defer w.Release()
		<-w.Done()
		assert.Equal(t, []Result{Conflict}, f.results)
	})
}

func TestAStoreThatFailsIsTriedAgain(t *testing.T) {
	f := &fake{answers: []Result{Bound}, bindErr: errors.New("store is away")}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		w := r.Watch("x")
		defer w.Release()
		synctest.Wait()
		f.mu.Lock()
		f.bindErr = nil
		f.mu.Unlock()
		<-w.Done()
		assert.Equal(t, []Result{Failed, Bound}, f.results)
	})
}

func TestMemoryAndQuestionsAtOnceAreBounded(t *testing.T) {
	f := &fake{answers: []Result{Unknown}, delay: 10 * time.Millisecond}
	c := config()
	c.MaxEntries = 10
	try(t, f, c, func(t *testing.T, r *Resolver) {
		for i := range 1000 {
			r.Watch(fmt.Sprint(i)).Release()
			r.mu.Lock()
			assert.LessOrEqual(t, len(r.entries), 10)
			r.mu.Unlock()
		}
		time.Sleep(time.Minute)
		var held []*Watch
		for i := range 20 {
			held = append(held, r.Watch(fmt.Sprint("held", i)))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		assert.LessOrEqual(t, f.most, 4)
		assert.Contains(t, f.results, Overflow)
		for _, w := range held {
			w.Release()
		}
	})
}

func TestAnAnswerIsForgottenAfterItsTime(t *testing.T) {
	f := &fake{answers: []Result{Bound}}
	try(t, f, config(), func(t *testing.T, r *Resolver) {
		for range 2 {
			w := r.Watch("x")
			<-w.Done()
			w.Release()
			time.Sleep(2 * time.Minute)
		}
		assert.Len(t, f.asked, 2)
	})
}

func TestCloseEndsAQuestion(t *testing.T) {
	f := &fake{answers: []Result{Bound}, delay: time.Hour}
	c := config()
	c.Timeout = 2 * time.Hour
	synctest.Test(t, func(t *testing.T) {
		r := New(c, f, f, f.report)
		w := r.Watch("x")
		synctest.Wait()
		r.Close()
		assert.False(t, isDone(w))
		after := r.Watch("y")
		synctest.Wait()
		assert.False(t, isDone(after))
		assert.Empty(t, f.results)
	})
}
