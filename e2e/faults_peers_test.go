package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// relay is a way to a server that can go dead: bytes are lost in both directions, and neither side is told. It is what a cable
// that is pulled out is to a server, but for the kernel here, which goes on to acknowledge until its small buffer is full.
type relay struct {
	address string
	dead    chan struct{} // closed: nothing is passed on any more
	over    chan struct{} // closed: the test is over
}

func startRelay(t testing.TB, to string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{address: l.Addr().String(), dead: make(chan struct{}), over: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			_ = far.(*net.TCPConn).SetReadBuffer(1024)
			running.Go(func() { r.pass(near, far) })
			running.Go(func() { r.pass(far, near) })
		}
	})
	t.Cleanup(func() {
		close(r.over)
		_ = l.Close()
		running.Wait()
	})
	return r
}

// pass passes on what comes, until the way is dead; then it holds the connection open until the test is over.
func (r *relay) pass(to, from net.Conn) {
	defer to.Close()
	some := make([]byte, 4096)
	for {
		n, err := from.Read(some)
		select {
		case <-r.dead:
			<-r.over
			return
		default:
		}
		if n > 0 {
			_, _ = to.Write(some[:n])
		}
		if err != nil {
			return
		}
	}
}

// through is the subject as it is seen over a relay.
func (s *subject) through(r *relay) *subject {
	far := *s
	near := *s.collector
	near.server = r.address
	far.collector = &near
	return &far
}

// began opens a connection, writes the beginning of something, and leaves it at that.
func began(t testing.TB, address, text string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
}

// TestPeersThatAreGoneWithoutAWord: viewers and senders behind a dead way, and ones that never finish what they begin.
func TestPeersThatAreGoneWithoutAWord(t *testing.T) {
	s := startSubject(t, ailment{args: []string{
		"--set=extensions.canvasserver.ping_interval=200ms", "--set=extensions.canvasserver.read_timeout=1s",
		"--set=extensions.canvasserver.write_timeout=1s", "--set=extensions.canvasserver.init_timeout=1s",
		"--set=extensions.canvasserver.http.read_header_timeout=1s", "--set=extensions.canvasserver.http.idle_timeout=1s",
		"--set=receivers.otlp.protocols.http.read_header_timeout=1s", "--set=receivers.otlp.protocols.http.read_timeout=1s",
	}})
	id, trace := "run-half-open", pcommon.TraceID{0xfa, 3}
	sender := s.dial(t, otlpreplay.GRPC)
	s.send(t, sender, id, batch(trace, id, 1, 1, 100))

	way := startRelay(t, s.server)
	const each = 5
	var all []*sight
	for range each {
		for _, see := range s.through(way).sights(t, id) {
			all = append(all, see)
		}
		began(t, s.server, "GET /ws/executions/"+id+" HTTP/1.1\r\nHost: ")
		began(t, s.http, "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
	}
	for _, see := range all {
		eventually(t, patience, "the first span", func() bool { spans, _ := see.state(); return len(spans) == 1 })
	}
	close(way.dead)
	eventually(t, patience, "sockets are taken for gone", func() bool {
		return s.counter(t, "otelcol_canvasserver_closed_connections", `reason="silent"`) >= 2*each
	})
	for i := range 80 { // an event stream has nothing to answer: it is gone once a frame does not get through
		s.send(t, sender, id, batch(trace, id, 2+100*i, 100, 1000))
	}
	eventually(t, patience, "no connection is left", func() bool { return s.metric(t, "otelcol_canvasserver_connections") == 0 })
	assert.InDelta(t, each, s.metric(t, "otelcol_canvasserver_stalls"), 0, "the event streams")
	for _, see := range all {
		assert.False(t, see.ended(), "no word comes through")
	}
	assertWell(t, s)
}

// TestSendersOverGRPCThatAreGoneWithoutAWord in the middle of a stream: the server asks whether they are there, and gives them up
// when its time-out is over.
func TestSendersOverGRPCThatAreGoneWithoutAWord(t *testing.T) {
	const keepalive = "--set=receivers.otlp.protocols.grpc.keepalive.server_parameters."
	s := startSubject(t, ailment{args: []string{keepalive + "time=1s", keepalive + "timeout=1s"}})
	way := startRelay(t, s.grpc)
	connections := func() int { return openConnections(t, s.grpc) }
	before := connections()
	const senders = 5
	for range senders {
		conn, err := grpc.NewClient(way.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true}, "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
		require.NoError(t, err)
		require.NotNil(t, stream) // the head is sent, and the request never comes
	}
	eventually(t, patience, "the senders' connections", func() bool { return connections() == before+senders })
	close(way.dead)
	eventually(t, patience, "the server gives them up", func() bool { return connections() == before })
	assertWell(t, s)
}

// openConnections is how many connections to an address are established, as the kernel knows them.
func openConnections(t testing.TB, address string) (n int) {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	table, err := os.ReadFile("/proc/net/tcp")
	require.NoError(t, err)
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) > 3 && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", number)) && fields[3] == "01" {
			n++
		}
	}
	return n
}

// TestAViewerWhoReachesForAnothersTrace knows all ids there are, and the right to one execution. Whatever is paired with whatever,
// by whatever transport, nothing of the other traces is seen; nor does a pair change what belongs to whom.
func TestAViewerWhoReachesForAnothersTrace(t *testing.T) {
	who := allowing(t, "ann", func(id string) bool {
		return id == "mine" || id == "unheard-of" || len(id) > 9 && id[:9] == "run-well-"
	})
	s := startSubject(t, ailment{header: bearer("ann"), args: []string{
		"--set=extensions.canvasserver.bind.enabled=false", "--set=extensions.canvasserver.forward_auth.url=" + who + "/{execution_id}",
	}})
	mine, theirs, unnamed := pcommon.TraceID{0xfb, 1}, pcommon.TraceID{0xfb, 2}, pcommon.TraceID{0xfb, 3}
	sender := s.dial(t, otlpreplay.GRPC)
	s.send(t, sender, "mine", batch(mine, "mine", 1, 3, 100))
	require.NoError(t, sender.Send(testContext(t), batch(theirs, "theirs", 1, 3, 100)))
	require.NoError(t, sender.Send(testContext(t), batch(unnamed, "", 2, 3, 100)))

	var pairs []*sight
	for _, id := range []string{"mine", "unheard-of"} {
		for _, trace := range []string{theirs.String(), unnamed.String()} {
			pairs = append(pairs,
				s.byPlain(t, "/ws/executions/"+id+"?trace_id="+trace, nil),
				s.byStream(t, "/api/executions/"+id+"/events?trace_id="+trace, nil),
				s.talking(t, nil, map[string]string{"type": "subscribe", "id": "a", "execution_id": id, "trace_id": trace}))
			assert.NotEqual(t, 200, s.status(t, fmt.Sprintf("/api/executions/%s/traces/%s/spans/%s", id, trace, spanIDOf(2)), nil))
		}
	}
	refused := s.talking(t, nil,
		map[string]string{"type": "subscribe", "id": "a", "trace_id": theirs.String()},
		map[string]string{"type": "subscribe", "id": "b", "trace_id": unnamed.String()},
		map[string]string{"type": "subscribe", "id": "c", "execution_id": "theirs", "trace_id": mine.String()})
	for _, id := range []string{"theirs", theirs.String(), unnamed.String()} {
		for _, route := range []string{"/trace", "/trace?wait=1s", "/trace?trace_id=" + mine.String(), "/trace/otlp", "/events"} {
			assert.Equal(t, 403, s.status(t, "/api/executions/"+id+route, nil), "%s%s", id, route)
		}
	}
	for i := range 3 {
		require.NoError(t, sender.Send(testContext(t), batch(theirs, "theirs", 10+i, 1, 100)))
		require.NoError(t, sender.Send(testContext(t), batch(unnamed, "", 10+i, 1, 100)))
		s.send(t, sender, "mine", batch(mine, "mine", 10+i, 1, 100))
	}
	eventually(t, patience, "three refusals", func() bool { _, errors := refused.told(); return len(errors) == 3 })
	for i, see := range pairs {
		if i < len(pairs)/2 {
			eventually(t, patience, "what is the viewer's own", func() bool { spans, _ := see.state(); return len(spans) == 6 })
		} else {
			eventually(t, patience, "an answer", func() bool { see.mu.Lock(); defer see.mu.Unlock(); return see.frames > 0 })
		}
	}
	for _, see := range append(pairs, refused) {
		see.close()
		spans, _ := see.state()
		for key := range spans {
			assert.Equal(t, mine.String(), key[:32], "a span of another's trace")
		}
	}
	assertWell(t, s)
}

// TestATokenThatExpiresWhileItsOwnerWatches: within auth_interval everybody who has it is sent away, and whoever comes back with
// a new one and the old cursor has missed nothing.
func TestATokenThatExpiresWhileItsOwnerWatches(t *testing.T) {
	file := tokenFile(t, "old-token")
	s := startSubject(t, ailment{header: bearer("old-token"), extensions: "bearertokenauth, ", args: []string{
		"--set=extensions.bearertokenauth.filename=" + file, "--set=extensions.canvasserver.http.auth.authenticator=bearertokenauth",
		"--set=extensions.canvasserver.auth_interval=100ms", "--set=extensions.canvasserver.bind.enabled=false",
	}})
	id, trace := "run-expiry", pcommon.TraceID{0xfa, 4}
	sender := s.dial(t, otlpreplay.GRPC)
	s.send(t, sender, id, batch(trace, id, 1, 10, 100))
	plain, multiplexed, events := s.bySocket(t, id, nil), s.byMultiplexed(t, id, nil), s.byEvents(t, id, nil)
	all := map[string]*sight{"plain": plain, "multiplexed": multiplexed, "events": events}
	for by, see := range all {
		eventually(t, patience, "ten spans by "+by, func() bool { spans, _ := see.state(); return len(spans) == 10 })
	}
	replaceToken(t, file, "new-token")
	for by, see := range all {
		eventually(t, patience, "the end of "+by, see.ended)
	}
	for _, see := range []*sight{plain, multiplexed} {
		code, _ := see.told()
		assert.Equal(t, 4401, code)
	}
	assert.Equal(t, 401, s.status(t, "/api/executions/"+id+"/trace", nil))
	s.send(t, sender, id, batch(trace, id, 11, 10, 100))

	s.header = bearer("new-token")
	for by, see := range map[string]*sight{"plain": s.bySocket(t, id, plain), "multiplexed": s.byMultiplexed(t, id, multiplexed), "events": s.byEvents(t, id, events)} {
		s.equalToTheStore(t, see, id)
		see.mu.Lock()
		assert.Equal(t, "live", see.last.Phase, "%s resumed where it was", by)
		see.mu.Unlock()
		see.close()
	}
	assertWell(t, s)
}
