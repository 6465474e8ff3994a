package canvasserverextension

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func lastFrame(f wireFrame) bool { return f.Last }

func TestAClientGetsASnapshotThenChanges(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 3)
	v := w.view("/ws/executions/run-1")
	spans, f := v.until(lastFrame)
	assert.Len(t, spans, 4)
	assert.Equal(t, "snapshot", f.Phase)
	assert.Equal(t, "run-1", f.ExecutionID)
	assert.Equal(t, traceID(1).String(), *f.TraceID)
	assert.True(t, f.Complete)
	assert.True(t, f.Execution.Complete)

	w.add(made{trace: 1, id: 9, parent: 1, name: "late"})
	late, next := v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	assert.Contains(t, late, traceID(1).String()+spanID(9).String(), "the socket stays open for late spans")
	assert.Equal(t, "live", next.Phase)
	assert.Equal(t, f.Seq, next.PrevSeq)
}

func TestAClientThatComesBeforeTheFirstSpanSeesAllAndTheEnd(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.view("/ws/executions/run-1")
	first := v.frame()
	assert.Empty(t, first.Spans)
	assert.Equal(t, "pending", first.Execution.Status)
	assert.False(t, first.Execution.Known)
	assert.Equal(t, first.Seq, first.PrevSeq)

	w.add(made{trace: 1, id: 2, parent: 1, name: "node"}, made{trace: 1, id: 3, parent: 1, name: "node"}) // nobody names the execution
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", count: 3})
	spans, f := v.until(func(f wireFrame) bool { return f.Complete })
	assert.Len(t, spans, 3)
	assert.Equal(t, "span_count", *f.CompleteReason)
}

func TestAHintShowsATraceBeforeAnySpanNamesTheExecution(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.view("/ws/executions/run-1?trace_id=" + traceID(1).String())
	v.frame()
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"})
	spans, f := v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	assert.Contains(t, spans, traceID(1).String()+spanID(2).String())
	assert.Equal(t, "run-1", f.ExecutionID)
	other := w.trace("/api/executions/run-1/trace")
	assert.False(t, other.Known, "a viewer's belief is its own")
}

func TestEveryCursorResumes(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.MaxFrameBytes = minFrameBytes }})
	w.run("run-1", 1, 60)
	v := w.view("/ws/executions/run-1")
	var frames []wireFrame
	v.until(func(f wireFrame) bool { frames = append(frames, f); return f.Last })
	require.Greater(t, len(frames), 3)
	for cut := range frames {
		have := map[string]bool{}
		for _, f := range frames[:cut+1] {
			for _, s := range f.Spans {
				have[s.SpanID] = true
			}
		}
		again := w.view("/ws/executions/run-1?cursor=" + url.QueryEscape(frames[cut].Cursor))
		again.until(func(f wireFrame) bool {
			for _, s := range f.Spans {
				have[s.SpanID] = true
			}
			return f.Last
		})
		assert.Len(t, have, 61, "resumed after frame %d", cut)
		_ = again.conn.Close()
	}
}

func TestFramesHoldAtMostMaxFrameBytesUnlessOneSpanIsLarger(t *testing.T) {
	w := newWorld(t, setup{})
	big := strings.Repeat("x", 15<<10)
	var spans []made
	for i := range 40 {
		spans = append(spans, made{trace: 1, id: uint64(i) + 2, parent: 1, name: "node", execution: "run-1", text: big})
	}
	for i := range 400 {
		spans = append(spans, made{trace: 1, id: uint64(i) + 100, parent: 1, name: "small"})
	}
	w.add(spans...)
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 441 })
	v := w.view("/ws/executions/run-1")
	seq := uint64(0)
	all, _ := v.until(func(f wireFrame) bool {
		assert.LessOrEqual(t, f.size, 64<<10)
		assert.Equal(t, seq, f.PrevSeq)
		seq = f.Seq
		return f.Last
	})
	assert.Len(t, all, 441)
}

func TestManyChangesWithinAnIntervalAreOneFlush(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 200 * time.Millisecond }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	v := w.view("/ws/executions/run-1")
	v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	const changes = 100
	for i := range changes {
		w.add(made{trace: 1, id: uint64(i) + 2, parent: 1, name: "node"})
		w.add(made{trace: 1, id: 2, parent: 1, name: "node", version: int64(i)})
	}
	frames := 0
	have := map[string]bool{}
	v.until(func(f wireFrame) bool {
		frames++
		for _, s := range f.Spans {
			have[s.SpanID] = true
		}
		return len(have) == changes
	})
	assert.Less(t, frames, changes/2)
}

func TestTheAnswerNamesTheOfferedProtocolAndNeverTheToken(t *testing.T) {
	w := newWorld(t, setup{})
	for _, tc := range []struct {
		offered []string
		want    string
	}{
		{nil, ""},
		{[]string{"orcheo-auth"}, "orcheo-auth"},
		{[]string{"orcheo-auth", "bearer.secret"}, "orcheo-auth"},
		{[]string{"bearer.secret"}, ""},
		{[]string{"orcheo-trace.v9"}, ""},
	} {
		conn, resp, err := w.dial("/ws/executions/run-1", nil, tc.offered...)
		require.NoError(t, err)
		assert.Equal(t, tc.want, resp.Header.Get("Sec-Websocket-Protocol"))
		require.NoError(t, conn.Close())
	}
}

func TestHandshakesThatAreTurnedAway(t *testing.T) {
	w := newWorld(t, setup{})
	for _, tc := range []struct {
		name, path string
		header     http.Header
		want       int
	}{
		{"a malformed cursor", "/ws/executions/run-1?cursor=zzz", nil, http.StatusBadRequest},
		{"a page cursor", "/ws/executions/run-1?cursor=p.AAAA", nil, http.StatusBadRequest},
		{"a malformed hint", "/ws/executions/run-1?trace_id=xyz", nil, http.StatusBadRequest},
		{"the zero hint", "/ws/executions/run-1?trace_id=" + strings.Repeat("0", 32), nil, http.StatusBadRequest},
		{"an id that is too long", "/ws/executions/" + strings.Repeat("a", 257), nil, http.StatusBadRequest},
		{"an unprintable id", "/ws/executions/a%00b", nil, http.StatusBadRequest},
		{"a foreign origin", "/ws/executions/run-1", http.Header{"Origin": {"http://attacker.example"}}, http.StatusForbidden},
		{"another path", "/ws/workflow/wf", nil, http.StatusNotFound},
	} {
		_, resp, err := w.dial(tc.path, tc.header)
		require.ErrorIs(t, err, websocket.ErrBadHandshake, tc.name)
		assert.Equal(t, tc.want, resp.StatusCode, tc.name)
	}
	assert.Equal(t, http.StatusUpgradeRequired, w.get("/ws/executions/run-1").status)
	assert.Equal(t, int64(1), w.rejections(rejectedOrigin))
	assert.Equal(t, int64(7), w.rejections(rejectedBadRequest))
	assert.Zero(t, w.connections(transportWebSocket))
}

func TestConnectionsAreLimited(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.MaxConnectionsPerPrincipal = 2 }})
	first := w.view("/ws/executions/run-1")
	w.view("/ws/executions/run-1")
	_, resp, err := w.dial("/ws/executions/run-1", nil)
	require.Error(t, err)
	assert.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
	assert.NotEmpty(t, resp.Header.Get("Retry-After"))
	assert.Equal(t, http.StatusTooManyRequests, w.get("/api/executions/run-1/trace?wait=1s").status, "a long poll is a connection, too")
	assert.Equal(t, int64(2), w.rejections(rejectedPrincipalConnections))
	require.NoError(t, first.conn.Close())
	w.eventually(func() bool { return w.connections(transportWebSocket) == 1 })
	w.view("/ws/executions/run-1")
}

func TestHandshakesAreLimited(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.HandshakeRate = 0.01 }})
	w.view("/ws/executions/run-1")
	_, resp, err := w.dial("/ws/executions/run-1", nil)
	require.Error(t, err)
	assert.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
	assert.Equal(t, "100", resp.Header.Get("Retry-After"))
	assert.Equal(t, int64(1), w.rejections(rejectedRate))
}

func TestWhatAClientSendsIsBounded(t *testing.T) {
	for _, compression := range []bool{false, true} {
		w := newWorld(t, setup{config: func(c *Config) { c.Compression = compression }})
		d := websocket.Dialer{EnableCompression: true}
		conn, resp, err := d.DialContext(t.Context(), "ws://"+w.addr+"/ws/executions/run-1", nil)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		v := &watcher{t: t, conn: conn}
		v.frame()
		require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte("ignored")))
		size := 17 << 10
		if compression {
			size = 2 << 20 // a few kilobytes when deflated
		}
		require.NoError(t, conn.WriteMessage(websocket.TextMessage, make([]byte, size)))
		assert.Equal(t, closeTooBig, v.closed())
		w.eventually(func() bool { return w.endings(endedTooBig) == 1 })
		_ = conn.Close()
	}
}

func TestAClientThatTalksTooMuchIsClosed(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.view("/ws/executions/run-1")
	for range 60 {
		if err := v.conn.WriteMessage(websocket.PingMessage, nil); err != nil {
			break
		}
	}
	assert.Equal(t, closeTooMany, v.closed())
	w.eventually(func() bool { return w.endings(endedRate) == 1 })
}

func TestPingsKeepAnIdleClientAndEndASilentOne(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) {
		c.PingInterval, c.ReadTimeout, c.MessageRate = 40*time.Millisecond, 2*time.Second, 0
	}})
	v := w.view("/ws/executions/run-1")
	pings := 0
	answer := v.conn.PingHandler()
	enough := make(chan struct{})
	v.conn.SetPingHandler(func(data string) error {
		if pings++; pings == 60 { // longer than read_timeout
			close(enough)
		}
		return answer(data)
	})
	ended := make(chan error, 1)
	go func() {
		for {
			if _, _, err := v.conn.ReadMessage(); err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case <-enough:
	case err := <-ended:
		t.Fatalf("the client that answers was dropped: %v", err)
	}
	assert.Equal(t, int64(1), w.connections(transportWebSocket))

	silent := w.view("/ws/executions/run-1") // never reads, so never answers
	w.eventually(func() bool { return w.endings(endedSilent) == 1 })
	_ = silent.conn.Close()
	w.eventually(func() bool { return w.connections(transportWebSocket) == 1 })
}

func TestAShutdownSendsWhatIsPendingAndCloses1001(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = time.Hour }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 1 })
	v := w.view("/ws/executions/run-1")
	v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	// The first change goes out at once, the next would wait for an hour.
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"})
	v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	w.add(made{trace: 1, id: 3, parent: 1, name: "node"})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 3 })

	stopped := make(chan error, 1)
	go func() { stopped <- w.server.Shutdown(context.Background()) }()
	spans, _ := v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	assert.Contains(t, spans, traceID(1).String()+spanID(3).String())
	assert.Equal(t, closeGoingAway, v.closed())
	require.NoError(t, <-stopped)
	assert.Equal(t, int64(1), w.endings(endedShutdown))
}

// frozenDialer connects with small buffers and then never reads.
func frozenDialer() *websocket.Dialer {
	return &websocket.Dialer{NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(4 << 10)
		}
		return c, err
	}}
}

func TestClientsThatNeverReadHoldUpNobody(t *testing.T) {
	const frozen, writeTimeout = 100, 3 * time.Second
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 0; c.WriteTimeout = writeTimeout }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	for range frozen {
		conn, resp, err := frozenDialer().DialContext(t.Context(), "ws://"+w.addr+"/ws/executions/run-1", nil)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		t.Cleanup(func() { _ = conn.Close() })
	}
	v := w.view("/ws/executions/run-1")
	text := strings.Repeat("x", 15<<10)
	const spans = 400 // about 6 MB: more than the buffers of a connection take
	slowest := make(chan time.Duration, 1)
	go func() { // while the viewer reads: one that does not for a while would be stalled like the others
		var d time.Duration
		for i := range spans {
			begun := time.Now()
			w.add(made{trace: 1, id: uint64(i) + 2, parent: 1, name: "node", text: text})
			d = max(d, time.Since(begun))
		}
		slowest <- d
	}()
	have := map[string]bool{}
	v.until(func(f wireFrame) bool {
		for _, s := range f.Spans {
			have[s.SpanID] = true
		}
		return len(have) == spans+1
	})
	assert.Less(t, <-slowest, writeTimeout, "appending waits for no viewer")
	w.eventually(func() bool { return w.endings(endedStalled) == frozen })
	assert.Equal(t, int64(frozen), w.counted("stalls", "", ""))
	assert.Equal(t, int64(1), w.connections(transportWebSocket))
}

func TestAShutdownDoesNotWaitForClientsThatNeverRead(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 0 }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	conn, resp, err := frozenDialer().DialContext(t.Context(), "ws://"+w.addr+"/ws/executions/run-1", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	defer conn.Close()
	text := strings.Repeat("x", 15<<10)
	for i := range 400 {
		w.add(made{trace: 1, id: uint64(i) + 2, parent: 1, name: "node", text: text})
	}
	w.eventually(func() bool { return w.counted("frames", "", "") > 0 })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.NoError(t, w.server.Shutdown(ctx))
	assert.Zero(t, w.connections(transportWebSocket))
}

func TestLatencyAndVolumeAreMeasured(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 0 }})
	v := w.view("/ws/executions/run-1")
	v.frame()
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", count: 1})
	v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	w.eventually(func() bool { return w.counted("frame_spans", "phase", "live") == 1 })
	assert.Positive(t, w.counted("frame_bytes", "phase", "live"))
	m, err := w.tel.GetMetric("otelcol_canvasserver_receive_to_frame")
	require.NoError(t, err)
	assert.NotNil(t, m.Data)
}
