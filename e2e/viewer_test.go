package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// The shapes of the wire contract, as far as these tests look at them. A pointer tells null from absent where that matters.

type executionJSON struct {
	ID             string  `json:"id"`
	Status         string  `json:"status"`
	ThreadID       *string `json:"thread_id"`
	StartedAt      *string `json:"started_at"`
	FinishedAt     *string `json:"finished_at"`
	TraceID        *string `json:"trace_id"`
	WorkflowID     *string `json:"workflow_id"`
	RunName        *string `json:"run_name"`
	Complete       bool    `json:"complete"`
	CompleteReason *string `json:"complete_reason"`
	SpanCount      int     `json:"span_count"`
	ErrorCount     int     `json:"error_count"`
	DroppedSpans   int     `json:"dropped_spans"`
	TokenUsage     struct {
		Input  int64 `json:"input"`
		Output int64 `json:"output"`
	} `json:"token_usage"`
	Traces []string `json:"traces"`
}

type spanJSON struct {
	SpanID     string         `json:"span_id"`
	TraceID    string         `json:"trace_id"`
	Parent     *string        `json:"parent_span_id"`
	Name       string         `json:"name"`
	StartTime  *string        `json:"start_time"`
	EndTime    *string        `json:"end_time"`
	Attributes map[string]any `json:"attributes"`
	Events     []struct {
		Name       string         `json:"name"`
		Attributes map[string]any `json:"attributes"`
	} `json:"events"`
	Status struct {
		Code    string  `json:"code"`
		Message *string `json:"message"`
	} `json:"status"`
	State string `json:"state"`
}

type traceJSON struct {
	Execution executionJSON     `json:"execution"`
	Spans     []json.RawMessage `json:"spans"`
	PageInfo  struct {
		HasNextPage bool    `json:"has_next_page"`
		Cursor      *string `json:"cursor"`
		AtEnd       bool    `json:"at_end"`
	} `json:"page_info"`
	Known bool   `json:"known"`
	Phase string `json:"phase"`
}

type frameJSON struct {
	Type        string            `json:"type"`
	ExecutionID string            `json:"execution_id"`
	TraceID     *string           `json:"trace_id"`
	Spans       []json.RawMessage `json:"spans"`
	Complete    bool              `json:"complete"`
	Epoch       *string           `json:"epoch"`
	Seq         int64             `json:"seq"`
	PrevSeq     int64             `json:"prev_seq"`
	Cursor      string            `json:"cursor"`
	Phase       string            `json:"phase"`
	Last        bool              `json:"last"`
	Reset       bool              `json:"reset"`
	Execution   executionJSON     `json:"execution"`
}

// forbiddenKeys at the top level of a frame would make today's Canvas end the run.
var forbiddenKeys = []string{"status", "error", "message", "node"}

// get fetches a route of the server and decodes the answer.
func (c *collector) get(t testing.TB, route string, into any) int {
	t.Helper()
	resp, err := http.Get("http://" + c.server + route)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.True(t, json.Valid(body), "GET %s: not JSON: %.300s", route, body)
	if into != nil {
		require.NoError(t, json.Unmarshal(body, into), "GET %s: %.300s", route, body)
	}
	return resp.StatusCode
}

func (c *collector) trace(t testing.TB, id string) traceJSON {
	t.Helper()
	var answer traceJSON
	require.Equal(t, http.StatusOK, c.get(t, "/api/executions/"+url.PathEscape(id)+"/trace", &answer))
	return answer
}

func parseSpan(t testing.TB, raw json.RawMessage) spanJSON {
	t.Helper()
	var s spanJSON
	require.NoError(t, json.Unmarshal(raw, &s), "%s", raw)
	return s
}

// bodyOf is the part of a span that must be the same bytes wherever it is shown: all before the tail.
func bodyOf(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	at := bytes.LastIndex(raw, []byte(`,"state":`))
	require.Positive(t, at, "a span without a tail: %s", raw)
	return string(raw[:at])
}

// viewer is a client of the plain socket that keeps what it is told: spans by (trace, span), the latest wins.
type viewer struct {
	conn *websocket.Conn
	done chan struct{}

	mu        sync.Mutex
	spans     map[string]json.RawMessage
	frames    int
	last      frameJSON
	complete  bool
	problems  []string
	closeCode int
	arrived   map[string]time.Time
}

// watch opens the plain socket for an execution.
func (c *collector) watch(t testing.TB, id, query string) *viewer {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial("ws://"+c.server+"/ws/executions/"+url.PathEscape(id)+query, nil)
	require.NoError(t, err, "open the socket of %s", id)
	_ = resp.Body.Close()
	v := &viewer{conn: conn, done: make(chan struct{}), spans: map[string]json.RawMessage{}, arrived: map[string]time.Time{}}
	go v.read()
	t.Cleanup(func() { _ = conn.Close(); <-v.done })
	return v
}

func (v *viewer) read() {
	defer close(v.done)
	for {
		kind, message, err := v.conn.ReadMessage()
		if err != nil {
			v.mu.Lock()
			if ce, ok := err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla returns it bare
				v.closeCode = ce.Code
			}
			v.mu.Unlock()
			return
		}
		v.take(kind, message)
	}
}

func (v *viewer) take(kind int, message []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if kind != websocket.TextMessage {
		v.problems = append(v.problems, "a frame that is not text")
		return
	}
	var keys map[string]json.RawMessage
	var f frameJSON
	if json.Unmarshal(message, &keys) != nil || json.Unmarshal(message, &f) != nil {
		v.problems = append(v.problems, "not JSON: "+string(message))
		return
	}
	for _, k := range forbiddenKeys {
		if _, has := keys[k]; has {
			v.problems = append(v.problems, "top-level key "+k)
		}
	}
	if f.Type != "trace:update" {
		v.problems = append(v.problems, "type "+f.Type)
	}
	if v.complete && !f.Complete && f.Last {
		v.problems = append(v.problems, "complete was taken back")
	}
	v.frames++
	v.last = f
	v.complete = v.complete || f.Complete
	if f.Reset {
		v.spans = map[string]json.RawMessage{}
	}
	for _, raw := range f.Spans {
		var s spanJSON
		if json.Unmarshal(raw, &s) != nil {
			v.problems = append(v.problems, "span: "+string(raw))
			continue
		}
		key := s.TraceID + "/" + s.SpanID
		if _, seen := v.arrived[key]; !seen {
			v.arrived[key] = time.Now()
		}
		v.spans[key] = raw
	}
}

// state is what the viewer has now.
type viewerState struct {
	spans    map[string]json.RawMessage
	frames   int
	last     frameJSON
	complete bool
	problems []string
}

func (v *viewer) state() viewerState {
	v.mu.Lock()
	defer v.mu.Unlock()
	return viewerState{spans: maps.Clone(v.spans), frames: v.frames, last: v.last, complete: v.complete, problems: v.problems}
}
