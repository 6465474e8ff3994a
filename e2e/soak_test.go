//go:build soak

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// budget says how long a soak may take, and holds it to that. What it returns tells how long it has taken so far.
func budget(t *testing.T, d time.Duration) func() time.Duration {
	t.Helper()
	began := time.Now()
	took := func() time.Duration { return time.Since(began).Round(100 * time.Millisecond) }
	t.Logf("time budget: %s", d)
	t.Cleanup(func() {
		t.Logf("took %s of %s", took(), d)
		assert.LessOrEqual(t, took(), d, "the time budget")
	})
	return took
}

// TestSoakAnExecutionOf100000Spans while it is watched by every transport from the first span on, and by one who comes late: with
// the bounds that an execution has by default, which are room for all of it, and with less, where each span is shown or counted.
func TestSoakAnExecutionOf100000Spans(t *testing.T) {
	for name, args := range map[string][]string{
		"with default bounds": nil,
		"with less room":      {"--set=exporters.canvastrace.retention.max_execution_bytes=16777216"},
	} {
		t.Run(name, func(t *testing.T) {
			took := budget(t, 4*time.Minute)
			s := startSubject(t, ailment{args: append(args, "--set=exporters.canvastrace.retention.ttl=75s", quickly)})
			id, trace := "run-large", pcommon.TraceID{0xfc, 1}
			sender := s.dial(t, otlpreplay.GRPC)
			sights := s.sights(t, id)
			const spans, perRequest = 100_000, 1000
			for first := 1; first < spans; first += perRequest {
				s.send(t, sender, id, batch(trace, id, first, perRequest, 100))
			}
			t.Logf("sent after %s", took())
			sights["plain WebSocket, late"] = s.bySocket(t, id, nil)
			began := time.Now()
			answer := s.asked(t, id)
			t.Logf("GET trace: %d spans and %d dropped after %s; resident %.0f MB",
				len(answer.Spans), answer.Execution.DroppedSpans, time.Since(began).Round(time.Millisecond), s.resident(t)/1e6)
			assert.Equal(t, spans, len(answer.Spans)+answer.Execution.DroppedSpans, "each is shown or counted")
			assert.Equal(t, args == nil, answer.Execution.DroppedSpans == 0, "%d spans dropped", answer.Execution.DroppedSpans)
			for by, see := range sights {
				eventually(t, patience, "all of it by "+by, func() bool {
					see.mu.Lock()
					defer see.mu.Unlock()
					return len(see.spans) == len(answer.Spans)
				})
			}
			t.Logf("seen by all after %s", took())
			s.leave()
			s.evicted = true
			eventually(t, 2*time.Minute, "the execution is evicted", func() bool { return s.counter(t, "otelcol_canvastrace_evictions", `reason="ttl"`) > 0 })
			assertWell(t, s)
		})
	}
}

// oneSpanEach is a request of n executions of one span, numbered from first on.
func oneSpanEach(first, n int) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "many")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	now := time.Now()
	for i := first; i < first+n; i++ {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{0xfd, 12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)})
		s.SetSpanID(spanIDOf(1))
		s.SetName("workflow.execution")
		s.Attributes().PutStr("orcheo.execution.id", fmt.Sprintf("run-many-%d", i))
		s.Attributes().PutStr("orcheo.workflow.id", "many")
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Millisecond)))
	}
	return td
}

// floodDescriptors is what a flood may leave behind, in bytes: the timers of thousands of executions end at once, each in a
// goroutine, and Go keeps the descriptors of as many goroutines as there ever were, half a kilobyte each.
const floodDescriptors = 10e6

// flood sends one-span executions for so long, from several senders, as many a second as are asked for, or as the machine can. What
// is refused is sent again, as exporters do.
type flood struct {
	perSecond, perRequest int
	lasts                 time.Duration

	next, refused atomic.Int64
	slowest       atomic.Int64 // nanoseconds that a request took
}

func (f *flood) run(t *testing.T, s *subject) {
	const senders = 4
	pace := time.NewTicker(time.Second * time.Duration(f.perRequest) / time.Duration(f.perSecond))
	defer pace.Stop()
	over := time.After(f.lasts)
	turns := make(chan struct{})
	var sending sync.WaitGroup
	for range senders {
		sender := s.dial(t, otlpreplay.GRPC)
		sending.Go(func() {
			for range turns {
				f.request(t, sender)
			}
		})
	}
	defer sending.Wait()
	defer close(turns)
	for {
		select {
		case <-over:
			return
		case <-pace.C:
			turns <- struct{}{}
		}
	}
}

func (f *flood) request(t *testing.T, sender *otlpreplay.Sender) {
	td := oneSpanEach(int(f.next.Add(int64(f.perRequest)))-f.perRequest, f.perRequest)
	asked := time.Now()
	for ; sender.Send(testContext(t), td) != nil && !t.Failed(); asked = time.Now() {
		f.refused.Add(1)
		<-time.After(100 * time.Millisecond) // as an exporter backs off
	}
	f.slowest.Store(max(f.slowest.Load(), int64(time.Since(asked))))
}

// TestSoak10000ExecutionsASecond for a minute, 500 a request, while somebody watches one of them and the list. Every one is held,
// or its eviction is counted; and when all are evicted and forgotten, nothing is left. How many a second it was is printed: on a
// machine that is busy with something else it is less.
func TestSoak10000ExecutionsASecond(t *testing.T) {
	took := budget(t, 5*time.Minute)
	s := startSubject(t, ailment{args: []string{
		"--set=exporters.canvastrace.retention.ttl=45s", "--set=exporters.canvastrace.retention.tombstone_ttl=30s",
	}})
	watched := s.bySocket(t, "run-many-1", nil)
	s.talking(t, nil, map[string]any{"type": "subscribe", "id": "list", "executions": map[string]string{"workflow_id": "many"}})
	f := &flood{perSecond: 10_000, perRequest: 500, lasts: time.Minute}
	f.request(t, s.dial(t, otlpreplay.GRPC))
	eventually(t, patience, "the one that is watched", func() bool { spans, _ := watched.state(); return len(spans) == 1 })
	cpu, began := s.metric(t, "otelcol_process_cpu_seconds"), time.Now()
	f.run(t, s)
	sent := int(f.next.Load())
	s.acked += sent
	t.Logf("%.0f executions a second; CPU %.0f µs each; slowest request %s, %d refusals; resident %.0f MB", float64(sent)/time.Since(began).Seconds(),
		(s.metric(t, "otelcol_process_cpu_seconds")-cpu)/float64(sent)*1e6, time.Duration(f.slowest.Load()).Round(time.Millisecond), f.refused.Load(), s.resident(t)/1e6)
	evicted := s.counter(t, "otelcol_canvastrace_evictions")
	held := s.metric(t, "otelcol_canvastrace_executions")
	t.Logf("%.0f held, %.0f evicted, store %.0f MB, after %s", held, evicted, s.metric(t, "otelcol_canvastrace_store_size")/1e6, took())
	assert.InDelta(t, sent+s.rounds, held+evicted, 0.05*float64(sent), "every execution is held or counted, give or take those of between two readings")
	assert.False(t, watched.ended())
	s.leave()
	s.evicted = true
	eventually(t, 3*time.Minute, "all are evicted", func() bool { return s.metric(t, "otelcol_canvastrace_executions") == 0 })
	assert.InDelta(t, sent+s.rounds, s.metric(t, "otelcol_canvastrace_evictions"), 0, "every execution was counted")
	t.Logf("all evicted after %s", took())
	eventually(t, 3*time.Minute, "all are forgotten", func() bool { return s.metric(t, "otelcol_canvastrace_store_size") < 10_000 })
	t.Logf("all forgotten after %s; resident %.0f MB", took(), s.resident(t)/1e6)
	s.before.heap += floodDescriptors
	assertWell(t, s)
}

// TestSoak2000Sockets, plain and multiplexed, on 20 executions that go on: each sees all of its own. They come twice. Go keeps the
// descriptors of as many goroutines as there ever were at once, half a kilobyte each: what the second crowd leaves behind is a
// leak, and what the first one leaves is not.
func TestSoak2000Sockets(t *testing.T) {
	budget(t, 3*time.Minute)
	s := startSubject(t, ailment{args: []string{
		"--set=extensions.canvasserver.max_connections_per_principal=0", "--set=extensions.canvasserver.handshake_rate=0",
		"--set=extensions.canvasserver.max_pending_connections=0",
	}})
	s.crowd(t, 0)
	s.leave()
	first := s.before
	s.settle(t)
	t.Logf("live heap beside the store %.1f → %.1f MB with the first crowd", first.heap/1e6, s.before.heap/1e6)
	assert.Less(t, s.before.heap-first.heap, 4e6, "a kilobyte for each of 4,000 goroutines")
	s.crowd(t, 1)
	assertWell(t, s)
}

// crowd lets 2,000 sockets in, and waits until each has seen everything.
func (s *subject) crowd(t *testing.T, number int) {
	const sockets, executions, requests, perRequest = 2000, 20, 10, 10
	began, idle := time.Now(), s.resident(t)/1e6
	run := func(e int) string { return fmt.Sprintf("run-socket-%d-%d", number, e) }
	var sights []*sight
	for i := range sockets {
		id := run(i % executions)
		if i < sockets/2 {
			sights = append(sights, s.bySocket(t, id, nil))
		} else {
			sights = append(sights, s.byMultiplexed(t, id, nil))
		}
	}
	connected := s.resident(t) / 1e6
	t.Logf("%d sockets after %s; resident %.0f → %.0f MB, %.1f kB each", sockets, time.Since(began).Round(time.Millisecond), idle, connected, (connected-idle)/sockets*1e3)
	eventually(t, patience, "2,000 connections", func() bool { return s.metric(t, "otelcol_canvasserver_connections") == sockets })
	sender := s.dial(t, otlpreplay.GRPC)
	for r := range requests {
		for e := range executions {
			id := run(e)
			s.send(t, sender, id, batch(pcommon.TraceID{0xfc, 2, 14: byte(number), 15: byte(e)}, id, 1+r*perRequest, perRequest, 300))
		}
	}
	sent := time.Since(began)
	for i, see := range sights {
		eventually(t, patience, fmt.Sprintf("all spans at socket %d", i), func() bool {
			see.mu.Lock()
			defer see.mu.Unlock()
			return len(see.spans) == requests*perRequest
		})
		_, problems := see.told()
		require.Empty(t, problems)
	}
	t.Logf("sent after %s, all seen after %s", sent.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
}

// dripping sends or reads a byte a second until it is hung up on.
func dripping(t testing.TB, address, text string, read bool) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(1024))
	t.Cleanup(func() { _ = conn.Close() })
	if read {
		_, err = conn.Write([]byte(text))
		require.NoError(t, err)
	}
	go func() {
		second := time.NewTicker(time.Second)
		defer second.Stop()
		one := make([]byte, 1)
		for i := 0; ; i++ {
			<-second.C
			if read {
				_, err = conn.Read(one)
			} else {
				_, err = conn.Write([]byte{text[i%len(text)]})
			}
			if err != nil {
				return
			}
		}
	}()
}

// TestSoakClientsAtOneByteASecond, who read, or who write what is never whole: all are hung up on in time, and nobody else is
// held up by them.
func TestSoakClientsAtOneByteASecond(t *testing.T) {
	took := budget(t, 2*time.Minute)
	s := startSubject(t, ailment{args: []string{
		"--set=extensions.canvasserver.ping_interval=2s", "--set=extensions.canvasserver.read_timeout=10s", "--set=extensions.canvasserver.write_timeout=10s",
		"--set=extensions.canvasserver.http.read_header_timeout=10s", "--set=extensions.canvasserver.http.idle_timeout=10s",
		"--set=receivers.otlp.protocols.http.read_header_timeout=10s", "--set=receivers.otlp.protocols.http.read_timeout=10s",
	}})
	id, trace := "run-slow", pcommon.TraceID{0xfc, 3}
	sender := s.dial(t, otlpreplay.GRPC)
	for i := range 100 {
		s.send(t, sender, id, batch(trace, id, 1+100*i, 100, 1000))
	}
	const each = 20
	request := func(route, more string) string {
		return "GET " + route + " HTTP/1.1\r\nHost: " + s.server + "\r\n" + more + "\r\n"
	}
	upgrade := "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
	for range each {
		dripping(t, s.server, request("/ws/executions/"+id, upgrade), true)
		dripping(t, s.server, request("/api/executions/"+id+"/events", ""), true)
		dripping(t, s.server, request("/api/executions/"+id+"/trace", ""), true)
		dripping(t, s.server, request("/ws/executions/"+id, upgrade), false)
		dripping(t, s.http, "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", false)
	}
	eventually(t, patience, "the slow ones are connected", func() bool { return s.metric(t, "otelcol_canvasserver_connections") >= 2*each })
	v := s.bySocket(t, id, nil)
	for i := 100; i < 110; i++ {
		asked := time.Now()
		s.send(t, sender, id, batch(trace, id, 1+100*i, 100, 1000))
		assert.Less(t, time.Since(asked), 5*time.Second)
	}
	eventually(t, patience, "one who reads as fast as it can sees everything", func() bool { spans, _ := v.state(); return len(spans) == 11_000 })
	t.Logf("seen after %s", took())
	v.close()
	assert.Equal(t, http.StatusOK, s.get(t, "/api/info", nil))
	eventually(t, patience, "the slow ones are hung up on", func() bool { return s.metric(t, "otelcol_canvasserver_connections") == 0 })
	t.Logf("hung up on after %s, %.0f of them for a stall", took(), s.metric(t, "otelcol_canvasserver_stalls"))
	assertWell(t, s)
}
