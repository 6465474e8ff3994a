package canvasserverextension

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listener is a client of the event stream.
type listener struct {
	t      *testing.T
	resp   *http.Response
	lines  *bufio.Reader
	cancel context.CancelFunc
}

// event is one server-sent event, or a comment.
type event struct {
	name, id, data, comment, retry string
}

func (w *world) listenWith(client *http.Client, base, path string, header map[string]string) *listener {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	w.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, http.NoBody)
	require.NoError(w.t, err)
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := client.Do(req)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = resp.Body.Close() })
	return &listener{t: w.t, resp: resp, lines: bufio.NewReader(resp.Body), cancel: cancel}
}

func (w *world) listen(path string, header map[string]string) *listener {
	w.t.Helper()
	l := w.listenWith(w.client, "http://"+w.addr, path, header)
	require.Equal(w.t, http.StatusOK, l.resp.StatusCode)
	return l
}

// next reads one event; ok is false at the end of the stream.
func (l *listener) next() (e event, ok bool) {
	l.t.Helper()
	for {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			return e, false
		}
		line = strings.TrimSuffix(line, "\n")
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "":
			if line == "" {
				return e, true
			}
			e.comment = value
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "retry":
			e.retry = value
		default:
			require.Fail(l.t, "a line of no known field", line)
		}
	}
}

// frame reads until the next frame, and checks that its event names it.
func (l *listener) frame() (f wireFrame) {
	l.t.Helper()
	for {
		e, ok := l.next()
		require.True(l.t, ok, "the stream ended")
		if e.data == "" {
			continue
		}
		require.Equal(l.t, "trace:update", e.name)
		require.NoError(l.t, json.Unmarshal([]byte(e.data), &f), e.data)
		require.Equal(l.t, f.Cursor, e.id)
		return f
	}
}

func (l *listener) until(fits func(wireFrame) bool) (spans map[string]wireSpan, last wireFrame) {
	l.t.Helper()
	spans = map[string]wireSpan{}
	for {
		f := l.frame()
		for _, s := range f.Spans {
			spans[s.TraceID+s.SpanID] = s
		}
		if fits(f) {
			return spans, f
		}
	}
}

// listenerTimeout is one that handshakes keep on a busy machine.
const listenerTimeout = time.Second

// outlast returns when the listener's time-outs are over.
func (w *world) outlast() {
	begun := time.Now()
	w.eventually(func() bool { return time.Since(begun) > listenerTimeout+100*time.Millisecond })
}

func TestAnEventStreamHasTheSnapshotThenChanges(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.HTTP.WriteTimeout, c.HTTP.ReadTimeout = listenerTimeout, listenerTimeout }})
	w.run("run-1", 1, 3)
	l := w.listen("/api/executions/run-1/events", nil)
	assert.Equal(t, "text/event-stream", l.resp.Header.Get("Content-Type"))
	assert.Equal(t, "no", l.resp.Header.Get("X-Accel-Buffering"))
	assert.Equal(t, "no-store, no-transform", l.resp.Header.Get("Cache-Control"))
	spans, f := l.until(lastFrame)
	assert.Len(t, spans, 4)
	w.outlast()
	w.add(made{trace: 1, id: 9, parent: 1, name: "late"})
	spans, next := l.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	assert.Contains(t, spans, spanKey(1, 9))
	assert.Equal(t, f.Seq, next.PrevSeq)
	assert.Equal(t, int64(1), w.connections(transportEvents))
	l.cancel()
	w.eventually(func() bool { return w.connections(transportEvents) == 0 })
	assert.Equal(t, int64(1), w.endings(endedClient))
}

func TestLastEventIDResumesAndIsNewerThanTheAddress(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 1)
	_, old := w.listen("/api/executions/run-1/events", nil).until(lastFrame)
	w.add(made{trace: 1, id: 8, parent: 1, name: "late"})
	_, newer := w.listen("/api/executions/run-1/events?cursor="+url.QueryEscape(old.Cursor), nil).until(func(f wireFrame) bool { return len(f.Spans) == 1 })
	w.add(made{trace: 1, id: 9, parent: 1, name: "later"})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 4 })
	spans, _ := w.listen("/api/executions/run-1/events?cursor="+url.QueryEscape(old.Cursor), map[string]string{"Last-Event-ID": newer.Cursor}).until(lastFrame)
	assert.Len(t, spans, 1)
	assert.Contains(t, spans, spanKey(1, 9))
}

func TestAnIdleEventStreamIsKeptAliveByComments(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.PingInterval = 20 * time.Millisecond }})
	l := w.listen("/api/executions/run-1/events", nil)
	e, ok := l.next()
	assert.True(t, ok)
	assert.Equal(t, "2000", e.retry)
	for range 2 {
		for e.comment = ""; e.comment != "heartbeat" && ok; {
			e, ok = l.next()
		}
		assert.True(t, ok)
	}
}

func TestEventStreamsThatAreTurnedAway(t *testing.T) {
	w := newWorld(t, protected(t, func(c *Config) { c.MaxConnectionsPerPrincipal = 1 }))
	right := map[string]string{"Authorization": "Bearer " + rightToken}
	assert.Equal(t, http.StatusUnauthorized, w.get("/api/executions/run-1/events").status)
	for _, cursor := range []string{"x", "p.AAAA", "c.!"} {
		r := w.ask(http.MethodGet, "/api/executions/run-1/events", map[string]string{"Authorization": "Bearer " + rightToken, "Last-Event-ID": cursor})
		assert.Equal(t, http.StatusBadRequest, r.status, cursor)
	}
	assert.Equal(t, http.StatusOK, w.ask(http.MethodHead, "/api/executions/run-1/events", right).status, "a look at the headers does not stay")
	w.listen("/api/executions/run-1/events", right)
	r := w.ask(http.MethodGet, "/api/executions/run-1/events", right)
	assert.Equal(t, http.StatusTooManyRequests, r.status)
	assert.NotEmpty(t, r.header.Get("Retry-After"))
	assert.Equal(t, int64(1), w.rejections(rejectedPrincipalConnections))
}

func TestAShutdownSendsEventStreamsWhatIsPendingAndEndsThem(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = time.Hour }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 1 })
	l := w.listen("/api/executions/run-1/events", nil)
	l.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"})
	l.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	w.add(made{trace: 1, id: 3, parent: 1, name: "node"})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 3 })
	stopped := make(chan error, 1)
	go func() { stopped <- w.server.Shutdown(context.Background()) }()
	spans, _ := l.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	assert.Contains(t, spans, spanKey(1, 3))
	_, ok := l.next()
	assert.False(t, ok)
	require.NoError(t, <-stopped)
	assert.Equal(t, int64(1), w.endings(endedShutdown))
}

// flood adds spans to run-1 until so many bytes came together.
func (w *world) flood(bytes int) {
	w.t.Helper()
	text := strings.Repeat("x", 15<<10)
	for i := range bytes / len(text) {
		w.add(made{trace: 1, id: uint64(i) + 2, parent: 1, name: "node", execution: "run-1", text: text})
	}
}

func TestAnEventStreamThatIsNotReadIsAStall(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 0; c.WriteTimeout = time.Second }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	conn, err := frozenDialer().NetDialContext(t.Context(), "tcp", w.addr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET /api/executions/run-1/events HTTP/1.1\r\nHost: "+w.addr+"\r\n\r\n")
	require.NoError(t, err)
	w.eventually(func() bool { return w.connections(transportEvents) == 1 })
	w.flood(8 << 20)
	w.eventually(func() bool { return w.endings(endedStalled) == 1 })
	assert.Equal(t, int64(1), w.counted("stalls", "", ""))
	w.eventually(func() bool { return w.connections(transportEvents) == 0 })
}

// secure runs the server's handler behind TLS, as the listener does where tls is configured.
func (w *world) secure() (client *http.Client, base string) {
	srv := httptest.NewUnstartedServer(w.server.server.Handler)
	srv.EnableHTTP2 = true
	srv.Config.WriteTimeout = listenerTimeout
	srv.StartTLS()
	w.t.Cleanup(srv.Close)
	transport := srv.Client().Transport.(*http.Transport).Clone()
	transport.ForceAttemptHTTP2 = true
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}
	transport.TLSClientConfig.MinVersion = tls.VersionTLS12
	w.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}, srv.URL
}

func TestEventStreamsOverHTTP2(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 0; c.WriteTimeout = time.Second }})
	w.run("run-1", 1, 1)
	client, base := w.secure()
	l := w.listenWith(client, base, "/api/executions/run-1/events", nil)
	require.Equal(t, 2, l.resp.ProtoMajor)
	l.until(lastFrame)
	w.outlast()
	w.add(made{trace: 1, id: 9, parent: 1, name: "late"})
	spans, _ := l.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	assert.Contains(t, spans, spanKey(1, 9))

	idle := w.listenWith(client, base, "/api/executions/run-1/events", nil) // is not read: its window fills up
	w.flood(12 << 20)
	w.eventually(func() bool { return w.endings(endedStalled) >= 1 })
	idle.cancel()
	l.cancel()
	w.eventually(func() bool { return w.connections(transportEvents) == 0 })
}
