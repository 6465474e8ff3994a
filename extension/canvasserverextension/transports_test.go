package canvasserverextension

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// roamer is a client as the wire contract describes one, whatever it is connected by: it keys spans by trace and span, clears
// a trace on reset, and keeps one cursor.
type roamer struct {
	w      *world
	id     string // of the execution
	cursor string
	spans  map[string]string // trace and span → the span as it was sent
	twice  []string          // spans that were sent again though nothing changed
}

// rawFrame is a frame or an answer with its spans as they were sent.
type rawFrame struct {
	Type     string            `json:"type"`
	Spans    []json.RawMessage `json:"spans"`
	Cursor   string            `json:"cursor"`
	Phase    string            `json:"phase"`
	Last     bool              `json:"last"`
	Reset    bool              `json:"reset"`
	TraceID  string            `json:"trace_id"`
	PageInfo struct {
		Cursor string `json:"cursor"`
	} `json:"page_info"`
}

func rawKey(span json.RawMessage) (trace, key string) {
	var id struct {
		Trace string `json:"trace_id"`
		Span  string `json:"span_id"`
	}
	_ = json.Unmarshal(span, &id)
	return id.Trace, id.Trace + id.Span
}

func (r *roamer) take(f *rawFrame) {
	if f.Reset { // the frames of this test have spans of their trace, or the primary one's id
		trace := f.TraceID
		if len(f.Spans) > 0 {
			trace, _ = rawKey(f.Spans[0])
		}
		for k := range r.spans {
			if strings.HasPrefix(k, trace) {
				delete(r.spans, k)
			}
		}
	}
	for _, s := range f.Spans {
		_, key := rawKey(s)
		// A placeholder may come again: what it is derived from changed to and fro.
		if r.spans[key] == string(s) && f.Phase == "live" && !f.Reset && !strings.Contains(string(s), `"state":"missing"`) {
			r.twice = append(r.twice, key)
		}
		r.spans[key] = string(s)
	}
	r.cursor = f.Cursor
}

// read takes at most so many frames, and no more than one flush.
func (r *roamer) read(most int, next func() *rawFrame) {
	for range most {
		f := next()
		r.take(f)
		if f.Last {
			return
		}
	}
}

func (r *roamer) bySocket(most int) {
	conn, resp, err := websocket.DefaultDialer.Dial("ws://"+r.w.addr+"/ws/executions/"+r.id+"?cursor="+url.QueryEscape(r.cursor), nil)
	require.NoError(r.w.t, err)
	require.NoError(r.w.t, resp.Body.Close())
	defer conn.Close()
	r.read(most, func() *rawFrame { return r.message(conn) })
}

func (r *roamer) byMultiplexed(most int) {
	d := websocket.Dialer{Subprotocols: []string{protocolTrace}}
	conn, resp, err := d.Dial("ws://"+r.w.addr+"/ws", nil)
	require.NoError(r.w.t, err)
	require.NoError(r.w.t, resp.Body.Close())
	defer conn.Close()
	since, err := json.Marshal(r.cursor)
	require.NoError(r.w.t, err)
	if r.cursor == "" {
		since = []byte("null")
	}
	for _, text := range []string{`{"type":"init"}`, fmt.Sprintf(`{"type":"subscribe","id":"a","execution_id":%q,"since":%s}`, r.id, since)} {
		require.NoError(r.w.t, conn.WriteMessage(websocket.TextMessage, []byte(text)))
	}
	r.read(most, func() *rawFrame {
		for {
			if f := r.message(conn); f.Type == "trace:update" {
				return f
			}
		}
	})
}

func (r *roamer) message(conn *websocket.Conn) *rawFrame {
	require.NoError(r.w.t, conn.SetReadDeadline(time.Now().Add(patience)))
	_, text, err := conn.ReadMessage()
	require.NoError(r.w.t, err)
	f := &rawFrame{}
	require.NoError(r.w.t, json.Unmarshal(text, f))
	return f
}

func (r *roamer) byEvents(most int) {
	header := map[string]string{}
	if r.cursor != "" {
		header["Last-Event-ID"] = r.cursor
	}
	l := r.w.listen("/api/executions/"+r.id+"/events", header)
	defer l.cancel()
	r.read(most, func() *rawFrame {
		for {
			e, ok := l.next()
			require.True(r.w.t, ok)
			if e.data != "" {
				f := &rawFrame{}
				require.NoError(r.w.t, json.Unmarshal([]byte(e.data), f))
				return f
			}
		}
	})
}

func (r *roamer) byPoll(int) {
	path := "/api/executions/" + r.id + "/trace?wait=1ms"
	if r.cursor != "" {
		path += "&since=" + url.QueryEscape(r.cursor)
	}
	f := r.answer(path)
	if f.Phase == "snapshot" {
		clear(r.spans)
	}
	f.Cursor = f.PageInfo.Cursor
	r.take(f)
}

func (r *roamer) answer(path string) *rawFrame {
	a := r.w.get(path)
	require.Equal(r.w.t, http.StatusOK, a.status, a.body)
	f := &rawFrame{}
	require.NoError(r.w.t, json.Unmarshal([]byte(a.body), f))
	return f
}

// hasAll says whether the client has what the store has.
func (r *roamer) hasAll() bool {
	all := r.answer("/api/executions/" + r.id + "/trace").Spans
	if len(all) != len(r.spans) {
		return false
	}
	for _, s := range all {
		if _, key := rawKey(s); r.spans[key] != string(s) {
			return false
		}
	}
	return true
}

// move is what a client does next: add spans, or read by a transport.
type move struct {
	add  []made
	by   int
	most int
}

func drawMove(t *rapid.T) move {
	m := move{by: rapid.IntRange(0, 3).Draw(t, "transport"), most: rapid.IntRange(1, 4).Draw(t, "frames")}
	for i := range rapid.IntRange(0, 5).Draw(t, "spans") {
		m.add = append(m.add, made{
			trace: uint64(rapid.IntRange(0, 1).Draw(t, "trace")), id: uint64(rapid.IntRange(2, 9).Draw(t, "span")),
			parent: uint64(rapid.IntRange(1, 9).Draw(t, "parent")), name: "node", open: rapid.Bool().Draw(t, "open"), version: int64(i),
		})
	}
	return m
}

// TestAClientThatChangesItsTransportEndsEqualToTheStore: by plain and multiplexed WebSocket, event stream and long poll in any
// order, leaving in the middle of a flush, while spans arrive.
func TestAClientThatChangesItsTransportEndsEqualToTheStore(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) {
		c.MaxFrameBytes, c.HandshakeRate, c.FlushInterval = minFrameBytes, 0, 0
	}})
	runs, versions := uint64(0), int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		moves := rapid.SliceOfN(rapid.Custom(drawMove), 1, 12).Draw(rt, "moves")
		runs++
		r := &roamer{w: w, id: fmt.Sprintf("run-%d", runs), spans: map[string]string{}}
		for _, m := range moves {
			for i := range m.add {
				s := &m.add[i]
				versions++
				s.trace, s.execution, s.version = 2*runs+s.trace, r.id, versions
				s.text = fmt.Sprint(versions, strings.Repeat("x", 900)) // a few fill a frame
			}
			if len(m.add) > 0 {
				w.add(m.add...)
			}
			[]func(int){r.bySocket, r.byMultiplexed, r.byEvents, r.byPoll}[m.by](m.most)
		}
		last := moves[len(moves)-1].by
		deadline := time.Now().Add(patience)
		for !r.hasAll() {
			if time.Now().After(deadline) {
				rt.Fatalf("the client has %d spans and will not have what the store has", len(r.spans))
			}
			[]func(int){r.bySocket, r.byMultiplexed, r.byEvents, r.byPoll}[last](1 << 20)
		}
		if len(r.twice) > 0 {
			rt.Fatalf("sent again though nothing changed: %v", r.twice)
		}
	})
}
