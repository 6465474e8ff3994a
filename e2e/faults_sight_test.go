package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// sight is what somebody sees of one execution, by whatever transport.
type sight struct {
	stop func() // has run return
	done chan struct{}

	mu       sync.Mutex
	spans    map[string]json.RawMessage
	seqs     map[string]int64 // of each trace: where the last frame led
	complete bool
	last     muxJSON
	cursor   string
	frames   int
	code     int      // with which a socket was closed
	errors   []string // what a multiplexed socket was told, and what was no frame
}

// muxJSON is a message of a multiplexed socket, as far as these tests look at it; a frame is one, too.
type muxJSON struct {
	frameJSON
	Sub       string `json:"sub"`
	ID        string `json:"id"`
	Mode      string `json:"mode"`
	Code      int    `json:"code"`
	Message   string `json:"message"`
	Retryable bool   `json:"retryable"`
}

func (s *sight) state() (map[string]json.RawMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.spans), s.complete
}

// ended says whether the server ended it.
func (s *sight) ended() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

func (s *sight) told() (code int, errors []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.code, append([]string{}, s.errors...)
}

func (s *sight) close() {
	s.stop()
	<-s.done
}

// seeing starts to watch: run feeds the sight until it is told to stop, or the server ends it. Who was told something before
// (or nil) still has it, and a cursor.
func (s *subject) seeing(t testing.TB, before *sight, stop func(), run func(*sight)) *sight {
	see := &sight{stop: stop, done: make(chan struct{}), spans: map[string]json.RawMessage{}, seqs: map[string]int64{}}
	if before != nil {
		see.spans, _ = before.state()
		see.cursor = before.cursor
	}
	go func() {
		defer close(see.done)
		run(see)
	}()
	s.guests = append(s.guests, see.close)
	t.Cleanup(see.close)
	return see
}

func (s *sight) take(text []byte) {
	var m muxJSON
	err := json.Unmarshal(text, &m)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		s.errors = append(s.errors, "not JSON: "+string(text))
	case m.Type == "error":
		s.errors = append(s.errors, m.Message)
	case m.Type == "trace:update":
		s.follow(&m.frameJSON)
		s.last, s.cursor, s.complete = m, m.Cursor, s.complete || m.Complete
		s.frames++
		if m.Reset {
			clear(s.spans) // the executions of these tests have one trace
		}
		s.keep(m.Spans)
	}
}

// follow holds a frame to beginning where the last one of its trace ended, and to going forth.
func (s *sight) follow(f *frameJSON) {
	if f.TraceID == nil {
		return
	}
	last, seen := s.seqs[*f.TraceID]
	if seen && !f.Reset && f.PrevSeq != last || f.Seq < f.PrevSeq {
		s.errors = append(s.errors, fmt.Sprintf("a frame from %d to %d after one to %d", f.PrevSeq, f.Seq, last))
	}
	s.seqs[*f.TraceID] = f.Seq
}

func (s *sight) keep(spans []json.RawMessage) {
	for _, raw := range spans {
		var id spanJSON
		if json.Unmarshal(raw, &id) != nil {
			s.errors = append(s.errors, "not a span: "+string(raw))
		}
		s.spans[id.TraceID+"/"+id.SpanID] = raw
	}
}

func spanKeyOf(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	span := parseSpan(t, raw)
	return span.TraceID + "/" + span.SpanID
}

// sights watches an execution by every transport.
func (s *subject) sights(t testing.TB, id string) map[string]*sight {
	t.Helper()
	return map[string]*sight{
		"plain WebSocket":       s.bySocket(t, id, nil),
		"multiplexed WebSocket": s.byMultiplexed(t, id, nil),
		"server-sent events":    s.byEvents(t, id, nil),
		"long poll":             s.byPoll(t, id, nil),
	}
}

func (s *subject) bySocket(t testing.TB, id string, before *sight) *sight {
	t.Helper()
	return s.byPlain(t, "/ws/executions/"+url.PathEscape(id)+before.query("?cursor="), before)
}

func (s *subject) byPlain(t testing.TB, route string, before *sight) *sight {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial("ws://"+s.server+route, s.header)
	require.NoError(t, err, route)
	require.NoError(t, resp.Body.Close())
	return s.seeing(t, before, func() { _ = conn.Close() }, func(see *sight) { see.read(conn) })
}

// query is the cursor of one who was told something before, and nothing of one who was not.
func (s *sight) query(name string) string {
	if s == nil {
		return ""
	}
	return name + url.QueryEscape(s.cursor)
}

func (s *subject) byMultiplexed(t testing.TB, id string, before *sight) *sight {
	t.Helper()
	ask := map[string]string{"type": "subscribe", "id": "a", "execution_id": id}
	if before != nil {
		ask["since"] = before.cursor
	}
	return s.talking(t, before, ask)
}

// talking opens a multiplexed socket and subscribes.
func (s *subject) talking(t testing.TB, before *sight, subscribe ...any) *sight {
	t.Helper()
	conn := s.multiplexed(t)
	for _, message := range append([]any{map[string]string{"type": "init"}}, subscribe...) {
		require.NoError(t, conn.WriteJSON(message))
	}
	return s.seeing(t, before, func() { _ = conn.Close() }, func(see *sight) { see.read(conn) })
}

func (s *subject) multiplexed(t testing.TB) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"orcheo-trace.v1"}}
	conn, resp, err := dialer.Dial("ws://"+s.server+"/ws", s.header)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return conn
}

func (s *sight) read(conn *websocket.Conn) {
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			if ce, ok := err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla returns it bare
				s.mu.Lock()
				s.code = ce.Code
				s.mu.Unlock()
			}
			_ = conn.Close()
			return
		}
		s.take(text)
	}
}

// fetch asks the server as those who watch do; the answer's body ends with the context.
func (s *subject) fetch(ctx context.Context, route string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.server+route, nil)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, s.header)
	return http.DefaultClient.Do(req)
}

// status fetches a route, decodes the answer unless into is nil, and returns its status.
func (s *subject) status(t testing.TB, route string, into any) int {
	t.Helper()
	resp, err := s.fetch(testContext(t), route)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	if into != nil && resp.StatusCode == http.StatusOK {
		require.NoError(t, json.Unmarshal(body, into), "GET %s: %.300s", route, body)
	}
	return resp.StatusCode
}

func (s *subject) byEvents(t testing.TB, id string, before *sight) *sight {
	t.Helper()
	return s.byStream(t, "/api/executions/"+url.PathEscape(id)+"/events"+before.query("?cursor="), before)
}

func (s *subject) byStream(t testing.TB, route string, before *sight) *sight {
	t.Helper()
	ctx, cancel := context.WithCancel(testContext(t))
	resp, err := s.fetch(ctx, route)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, route)
	return s.seeing(t, before, cancel, func(see *sight) {
		defer resp.Body.Close()
		in := bufio.NewReader(resp.Body)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			if data, ok := strings.CutPrefix(line, "data:"); ok {
				see.take([]byte(data))
			}
		}
	})
}

func (s *subject) byPoll(t testing.TB, id string, before *sight) *sight {
	t.Helper()
	ctx, cancel := context.WithCancel(testContext(t))
	return s.seeing(t, before, cancel, func(see *sight) {
		for see.poll(ctx, s, "/api/executions/"+url.PathEscape(id)+"/trace?wait=20s") {
		}
	})
}

// poll takes one answer; it returns false where there is none.
func (s *sight) poll(ctx context.Context, from *subject, route string) bool {
	if s.cursor != "" {
		route += "&since=" + url.QueryEscape(s.cursor)
	}
	resp, err := from.fetch(ctx, route)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	var answer traceJSON
	if resp.StatusCode != http.StatusOK || json.NewDecoder(resp.Body).Decode(&answer) != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if answer.Phase == "snapshot" {
		clear(s.spans)
	}
	s.keep(answer.Spans)
	s.complete = s.complete || answer.Execution.Complete
	if answer.PageInfo.Cursor != nil {
		s.cursor = *answer.PageInfo.Cursor
	}
	return !s.complete
}
