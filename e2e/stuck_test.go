package e2e

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// stuckClients opens sockets of an execution and never reads from them, with receive buffers as small as the kernel allows.
func (c *collector) stuckClients(t testing.TB, n int, id string) (leave func()) {
	t.Helper()
	var all []*websocket.Conn
	leave = func() {
		for _, conn := range all {
			_ = conn.Close()
		}
	}
	t.Cleanup(func() { leave() })
	dialer := websocket.Dialer{NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		if err != nil {
			return nil, err
		}
		return conn, conn.(*net.TCPConn).SetReadBuffer(1024)
	}}
	for range n {
		conn, resp, err := dialer.Dial("ws://"+c.server+"/ws/executions/"+id, nil)
		require.NoError(t, err)
		_ = resp.Body.Close()
		all = append(all, conn)
	}
	return leave
}

// batch makes a request of n spans with ids from first on, about size bytes each, below one root of one trace.
func batch(trace pcommon.TraceID, execution string, first, n, size int) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "flood")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	now := time.Now()
	for i := range n {
		s := spans.AppendEmpty()
		s.SetTraceID(trace)
		s.SetSpanID(spanIDOf(first + i))
		if first+i > 1 {
			s.SetParentSpanID(spanIDOf(1))
		} else {
			s.SetName("workflow.execution")
			s.Attributes().PutStr("orcheo.execution.id", execution)
		}
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Millisecond)))
		s.Attributes().PutStr("content", fmt.Sprintf("%0*d", size, first+i))
	}
	return td
}

func spanIDOf(n int) (id pcommon.SpanID) {
	for i := range 8 {
		id[7-i] = byte(n >> (8 * i))
	}
	return id
}

// TestClientsThatNeverReadHarmNobody: every request is accepted, a client that does read gets every span, and the memory
// that the stuck ones cost is bounded.
func TestClientsThatNeverReadHarmNobody(t *testing.T) {
	s := startSubject(t, ailment{})
	trace, execution := pcommon.TraceID{1}, "run-stuck"
	sender := s.dial(t, otlpreplay.GRPC)
	s.send(t, sender, execution, batch(trace, execution, 1, 1, 100))
	s.guests = append(s.guests, s.stuckClients(t, 100, execution))
	v := s.bySocket(t, execution, nil)

	const requests, perRequest = 100, 100
	for i := range requests {
		s.send(t, sender, execution, batch(trace, execution, 2+i*perRequest, perRequest, 1000))
	}
	eventually(t, patience, "all 10,001 spans at the client that reads", func() bool { spans, _ := v.state(); return len(spans) == 1+requests*perRequest })
	_, problems := v.told()
	assert.Empty(t, problems)
	assert.Less(t, s.metric(t, "otelcol_process_runtime_heap_alloc_bytes"), 300e6, "100 stuck clients of 15 MB of spans")
	assert.Equal(t, http.StatusOK, s.get(t, "/api/info", nil))
	assertWell(t, s)
}

// fillUp sends spans until the buffers between the server and its clients are full, and nothing is sent to them any more.
func (c *collector) fillUp(b *testing.B, sender *otlpreplay.Sender, trace pcommon.TraceID, execution string, next int) int {
	b.Helper()
	for range 200 {
		require.NoError(b, sender.Send(testContext(b), batch(trace, execution, next, 100, 1000)))
		next += 100
	}
	frames := -1.0
	eventually(b, time.Minute, "no frame within a second", func() bool {
		before := frames
		frames = c.metric(b, "otelcol_canvasserver_frames")
		time.Sleep(time.Second) //nolint:forbidigo // it measures how fast a counter grows
		return frames == before
	})
	return next
}

// BenchmarkExportBesideStuckClients compares export requests of 50 spans while nobody watches with the same while 100
// clients are stuck: they never read, and the buffers to them are full. Requests to both collectors take turns, so that
// both sides have the same machine.
func BenchmarkExportBesideStuckClients(b *testing.B) {
	trace, execution := pcommon.TraceID{1}, "run-stuck"
	type side struct {
		sender *otlpreplay.Sender
		next   int
		took   []time.Duration
	}
	var sides []*side
	for _, clients := range []int{0, 100} {
		c := startCollector(b)
		sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
		require.NoError(b, err)
		defer sender.Close()
		require.NoError(b, sender.Send(testContext(b), batch(trace, execution, 1, 1, 100)))
		c.stuckClients(b, clients, execution)
		if clients == 0 {
			c.watch(b, execution, "") // so that there are frames to count
		}
		sides = append(sides, &side{sender: sender, next: c.fillUp(b, sender, trace, execution, 2)})
	}
	for b.Loop() {
		for _, s := range sides {
			td := batch(trace, execution, s.next, 50, 500)
			s.next += 50
			began := time.Now()
			require.NoError(b, s.sender.Send(testContext(b), td))
			s.took = append(s.took, time.Since(began))
		}
	}
	none, stuck := median(sides[0].took), median(sides[1].took)
	b.ReportMetric(none.Seconds()*1e3, "none_ms")
	b.ReportMetric(stuck.Seconds()*1e3, "stuck_ms")
	b.ReportMetric(stuck.Seconds()/none.Seconds(), "x_of_none")
	b.ReportMetric(0, "ns/op")
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
