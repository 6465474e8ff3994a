package e2e

import (
	"context"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// exporters are four that send spans of one execution, as fast as they are acknowledged.
type exporters struct {
	id    string
	trace pcommon.TraceID
	stop  func()

	next   atomic.Int64 // the first span of the next request
	failed atomic.Int64
	mu     sync.Mutex
	acked  []int // the first spans of the requests that were acknowledged
}

const perLoadRequest = 20

func (s *subject) export(t testing.TB, id string, trace pcommon.TraceID) *exporters {
	t.Helper()
	l := &exporters{id: id, trace: trace}
	l.next.Store(2)
	root := s.dial(t, otlpreplay.GRPC)
	s.send(t, root, id, batch(trace, id, 1, 1, 100))
	ctx, cancel := context.WithCancel(testContext(t))
	var senders sync.WaitGroup
	for range 2 {
		for _, transport := range []otlpreplay.Transport{otlpreplay.GRPC, otlpreplay.HTTPProtobuf} {
			sender := s.dial(t, transport)
			senders.Go(func() { l.run(ctx, sender) })
		}
	}
	l.stop = func() { cancel(); senders.Wait() }
	t.Cleanup(l.stop)
	return l
}

// run sends until it is stopped. A request that fails is not sent again: nobody acknowledged it.
func (l *exporters) run(ctx context.Context, sender *otlpreplay.Sender) {
	for ctx.Err() == nil {
		first := int(l.next.Add(perLoadRequest)) - perLoadRequest
		if sender.Send(ctx, batch(l.trace, l.id, first, perLoadRequest, 300)) != nil {
			l.failed.Add(1)
			select { // as an exporter backs off
			case <-ctx.Done():
			case <-time.After(10 * time.Millisecond):
			}
			continue
		}
		l.mu.Lock()
		l.acked = append(l.acked, first)
		l.mu.Unlock()
	}
}

func (l *exporters) acknowledged() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]int{}, l.acked...)
}

// missing are the acknowledged spans that somebody does not see.
func (l *exporters) missing(see *sight) (missing []pcommon.SpanID) {
	spans, _ := see.state()
	for _, first := range l.acknowledged() {
		for n := first; n < first+perLoadRequest; n++ {
			if _, has := spans[l.trace.String()+"/"+spanIDOf(n).String()]; !has {
				missing = append(missing, spanIDOf(n))
			}
		}
	}
	return missing
}

// restart starts the collector again, where it was and as it was, once it has ended.
func (s *subject) restart(t testing.TB) *subject {
	t.Helper()
	<-s.exited
	s.leave()
	old := s.collector
	again := &collector{
		grpc: old.grpc, http: old.http, server: old.server, metrics: old.metrics, exited: make(chan struct{}), log: &lockedBuffer{},
	}
	again.cmd = exec.Command(old.cmd.Path, old.cmd.Args[1:]...)
	again.cmd.Env, again.cmd.Stdout, again.cmd.Stderr = old.cmd.Env, again.log, again.log
	again.launch(t, func() bool {
		return again.answers("http://"+again.server+"/healthz") && again.listens(again.grpc) && again.listens(again.http)
	})
	fresh := &subject{collector: again, pprof: s.pprof, header: s.header, sent: map[string]int{}}
	fresh.settle(t)
	return fresh
}

// equalToTheStore waits until somebody sees exactly what REST answers.
func (s *subject) equalToTheStore(t testing.TB, see *sight, id string) {
	t.Helper()
	eventually(t, patience, "a viewer of "+id+" sees what the store holds", func() bool {
		stored := map[string]string{}
		for _, raw := range s.asked(t, id).Spans {
			stored[spanKeyOf(t, raw)] = string(raw)
		}
		spans, _ := see.state()
		if len(spans) != len(stored) {
			return false
		}
		for key, raw := range spans {
			if stored[key] != string(raw) {
				return false
			}
		}
		return true
	})
}

// TestKilledInTheMiddleOfAnExport: what was in memory is gone. Exporters are told so by their failed requests, and a viewer
// that comes back with its cursor is told to forget it, and ends with what the new process has and nothing else.
func TestKilledInTheMiddleOfAnExport(t *testing.T) {
	s := startSubject(t, ailment{})
	l := s.export(t, "run-killed", pcommon.TraceID{0xfa, 1})
	sights := map[string]*sight{"plain": s.bySocket(t, l.id, nil), "multiplexed": s.byMultiplexed(t, l.id, nil), "events": s.byEvents(t, l.id, nil)}
	for by, see := range sights {
		eventually(t, patience, "spans by "+by, func() bool { spans, _ := see.state(); return len(spans) > 500 })
	}
	require.NoError(t, s.cmd.Process.Kill())
	<-s.exited
	eventually(t, patience, "an exporter is told", func() bool { return l.failed.Load() > 0 })
	l.stop()

	s = s.restart(t)
	resumed := map[string]*sight{}
	for by, see := range sights {
		eventually(t, patience, "the end of "+by, see.ended)
		code, _ := see.told()
		assert.Contains(t, []int{0, 1006}, code, "nobody could say good-bye")
		resumed[by] = map[string]func(testing.TB, string, *sight) *sight{
			"plain": s.bySocket, "multiplexed": s.byMultiplexed, "events": s.byEvents,
		}[by](t, l.id, see)
	}
	sender := s.dial(t, otlpreplay.GRPC)
	s.send(t, sender, l.id, batch(l.trace, l.id, 1, 50, 100))
	for _, see := range resumed {
		s.equalToTheStore(t, see, l.id)
		spans, _ := see.state()
		assert.Len(t, spans, 50, "nothing of what was lost")
	}
	assertWell(t, s)
}

// TestTerminatedInTheMiddleOfAnExport: whatever was acknowledged has reached the viewers before they are sent away.
func TestTerminatedInTheMiddleOfAnExport(t *testing.T) {
	s := startSubject(t, ailment{})
	l := s.export(t, "run-terminated", pcommon.TraceID{0xfa, 2})
	plain, multiplexed, events := s.bySocket(t, l.id, nil), s.byMultiplexed(t, l.id, nil), s.byEvents(t, l.id, nil)
	eventually(t, patience, "spans", func() bool { spans, _ := plain.state(); return len(spans) > 500 })
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-s.exited:
	case <-time.After(patience):
		t.Fatalf("the collector did not stop within %s of SIGTERM", patience)
	}
	l.stop()
	assert.Zero(t, s.cmd.ProcessState.ExitCode(), "%s", s.log)
	assert.Greater(t, len(l.acknowledged()), 25)
	for by, see := range map[string]*sight{"plain": plain, "multiplexed": multiplexed, "events": events} {
		eventually(t, patience, "the end of "+by, see.ended)
		assert.Empty(t, l.missing(see), "acknowledged spans that were not seen by %s", by)
	}
	code, _ := plain.told()
	assert.Equal(t, 1001, code)
	code, _ = multiplexed.told()
	assert.Equal(t, 1012, code)
	assertWell(t, s.restart(t))
}
