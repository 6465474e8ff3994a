package canvasserverextension

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// conversation is what the real backend said over its WebSocket, see testdata/workflow-socket.
type conversation struct {
	Execution string            `json:"execution_id"`
	Frames    []json.RawMessage `json:"frames"`
}

func recordedConversation(t *testing.T, name string) (execution, trace string, frames []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/workflow-socket/" + name + ".json")
	require.NoError(t, err)
	var c conversation
	require.NoError(t, json.Unmarshal(text, &c))
	for _, f := range c.Frames {
		var frame string
		if json.Unmarshal(f, &frame) == nil { // the last is the close
			frames = append(frames, frame)
		}
	}
	var first struct {
		Trace string `json:"trace_id"`
	}
	require.NoError(t, json.Unmarshal([]byte(frames[0]), &first))
	return c.Execution, first.Trace, frames
}

// isUpdate says whether a frame is a trace:update, the backend's or this server's.
func isUpdate(frame string) bool { return strings.Contains(frame, `"trace:update"`) }

// speaking stands in for a backend that speaks over WebSockets. talk gets each connection and the request for it.
func speaking(t *testing.T, talk func(conn *websocket.Conn, r *http.Request)) *orcheo {
	return newOrcheo(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/ws/workflow/") {
			http.NotFound(w, r)
			return
		}
		upgrader := websocket.Upgrader{Subprotocols: []string{"orcheo-auth"}, CheckOrigin: func(*http.Request) bool { return true }}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		talk(conn, r)
	})
}

// reciting answers the first message with frames, and closes as Orcheo does. next is read before each frame.
func reciting(frames []string, next <-chan struct{}) func(*websocket.Conn, *http.Request) {
	return func(conn *websocket.Conn, _ *http.Request) {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
		for _, f := range frames {
			if next != nil {
				<-next
			}
			if conn.WriteMessage(websocket.TextMessage, []byte(f)) != nil {
				return
			}
		}
		_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
		_, _, _ = conn.ReadMessage()
	}
}

func passingOn(o *orcheo, more func(*Config)) setup {
	return before(o, func(c *Config) {
		c.Backend.WorkflowSocket = true
		if more != nil {
			more(c)
		}
	})
}

func (w *world) runOver(t *testing.T, protocols ...string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: protocols}
	conn, resp, err := dialer.DialContext(t.Context(), "ws://"+w.addr+"/ws/workflow/wf-1", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// listenToAll reads until the connection is closed.
func listenToAll(t *testing.T, conn *websocket.Conn) (frames []string, closed *websocket.CloseError) {
	t.Helper()
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			require.ErrorAs(t, err, &closed)
			return frames, closed
		}
		frames = append(frames, string(data))
	}
}

func split(frames []string) (updates, others []string) {
	for _, f := range frames {
		if isUpdate(f) {
			updates = append(updates, f)
		} else {
			others = append(others, f)
		}
	}
	return updates, others
}

func TestTheWorkflowsWebSocketGoesOnAsItIsButForItsTraceUpdates(t *testing.T) {
	for _, name := range []string{"completed", "failed"} {
		t.Run(name, func(t *testing.T) {
			execution, trace, frames := recordedConversation(t, name)
			next := make(chan struct{})
			o := speaking(t, reciting(frames, next))
			w := newWorld(t, passingOn(o, nil))
			conn := w.runOver(t)
			const run = `{"type": "run_workflow",  "inputs": {"ü": 1.50}}`
			require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(run)))
			next <- struct{}{}
			_, first, err := conn.ReadMessage()
			require.NoError(t, err)
			assert.Contains(t, string(first), `"spans":[]`, "in the place of the backend's first update")
			_, err = w.views.Append(t.Context(), batchOf(t, trace, made{id: 7, parent: 1, name: "first"}.span())) // it names nothing: the update did
			require.NoError(t, err)
			go func() {
				for range len(frames) - 1 {
					next <- struct{}{}
				}
			}()
			got, closed := listenToAll(t, conn)
			assert.Equal(t, websocket.CloseNormalClosure, closed.Code)
			theirs, want := split(frames)
			updates, others := split(got)
			assert.Equal(t, want, others, "every other byte, in its order")
			assert.Contains(t, strings.Join(updates, ""), `"name":"first"`)
			assert.Contains(t, strings.Join(updates, ""), `"0000000000000007"`, "with the ids of the spans that were sent")
			for _, frame := range updates {
				assert.Contains(t, frame, `"execution_id":"`+execution+`"`)
				for _, f := range theirs {
					assert.NotEqual(t, f, frame)
				}
				assert.NotContains(t, frame, `"span_id":"`+trace[:16]+`"`, "an id of the backend's making")
			}
		})
	}
}

func TestTheClientsWordsReachTheBackendAsTheyAre(t *testing.T) {
	said, who := make(chan []byte, 4), make(chan *http.Request, 1)
	closed := make(chan error, 1)
	o := speaking(t, func(conn *websocket.Conn, r *http.Request) {
		who <- r
		for {
			kind, data, err := conn.ReadMessage()
			if err != nil {
				closed <- err
				return
			}
			said <- append([]byte{byte(kind)}, data...)
		}
	})
	w := newWorld(t, passingOn(o, nil))
	conn := w.runOver(t, "orcheo-auth", "bearer.viewers-token")
	assert.Equal(t, "orcheo-auth", conn.Subprotocol(), "as the backend has chosen")
	r := <-who
	assert.Equal(t, "Bearer viewers-token", r.Header.Get("Authorization"))
	assert.Equal(t, "/ws/workflow/wf-1", r.RequestURI)
	large := strings.Repeat("x", 300_000) // graphs are large
	require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(large)))
	require.NoError(t, conn.WriteMessage(websocket.BinaryMessage, []byte{0, 255, 1}))
	assert.Equal(t, append([]byte{websocket.TextMessage}, large...), <-said)
	assert.Equal(t, []byte{websocket.BinaryMessage, 0, 255, 1}, <-said)
	require.NoError(t, conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4000, "enough")))
	var err *websocket.CloseError
	require.ErrorAs(t, <-closed, &err)
	assert.Equal(t, 4000, err.Code)
	assert.Equal(t, "enough", err.Text)
	w.eventually(func() bool { return w.connections(transportWorkflow) == 0 })
}

func TestTheBackendsBinaryMessagesAndCodesReachTheClient(t *testing.T) {
	o := speaking(t, func(conn *websocket.Conn, _ *http.Request) {
		_ = conn.WriteMessage(websocket.BinaryMessage, []byte(`"trace:update"`))
		_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"other","about":"trace:update"}`))
		_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4401, "token expired"))
		_, _, _ = conn.ReadMessage()
	})
	conn := newWorld(t, passingOn(o, nil)).runOver(t)
	kind, data, err := conn.ReadMessage()
	require.NoError(t, err)
	assert.Equal(t, websocket.BinaryMessage, kind)
	assert.Equal(t, `"trace:update"`, string(data))
	got, closed := listenToAll(t, conn)
	assert.Equal(t, []string{`{"type":"other","about":"trace:update"}`}, got)
	assert.Equal(t, &websocket.CloseError{Code: 4401, Text: "token expired"}, closed)
}

// Whoever may not see the execution here keeps what the backend shows, with the backend's ids alone.
func TestWithoutTheTraceTabTheBackendsUpdatesGoOn(t *testing.T) {
	_, _, frames := recordedConversation(t, "completed")
	o := speaking(t, reciting(frames, nil))
	rules := t.TempDir() + "/expose.yaml"
	require.NoError(t, os.WriteFile(rules, []byte("default: disabled\n"), 0o600))
	w := newWorld(t, passingOn(o, func(c *Config) { c.ExposeFile = rules }))
	conn := w.runOver(t)
	require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"run_workflow"}`)))
	got, _ := listenToAll(t, conn)
	assert.Equal(t, frames, got)
}

func TestTheWorkflowsWebSocketIsOffUnlessItIsSwitchedOn(t *testing.T) {
	o := speaking(t, func(*websocket.Conn, *http.Request) {})
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+newWorld(t, before(o, nil)).addr+"/ws/workflow/wf-1", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	assert.Zero(t, o.count())
}

func TestARefusalOfTheBackendIsTold(t *testing.T) {
	o := newOrcheo(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	w := newWorld(t, passingOn(o, nil))
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+w.addr+"/ws/workflow/wf-1", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, http.StatusForbidden, resp.StatusCode)
	o.Close()
	_, resp, err = websocket.DefaultDialer.DialContext(t.Context(), "ws://"+w.addr+"/ws/workflow/wf-1", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, http.StatusBadGateway, resp.StatusCode)
	assert.Equal(t, http.StatusUpgradeRequired, w.ask(http.MethodGet, "/ws/workflow/wf-1", nil).status)
}

func TestAStoppingServerEndsAWorkflowsWebSocket(t *testing.T) {
	gone := make(chan error, 1)
	o := speaking(t, func(conn *websocket.Conn, _ *http.Request) {
		_, _, err := conn.ReadMessage()
		gone <- err
	})
	w := newWorld(t, passingOn(o, nil))
	conn := w.runOver(t)
	stopped := make(chan error, 1)
	go func() { stopped <- w.server.Shutdown(t.Context()) }()
	_, closed := listenToAll(t, conn)
	assert.Equal(t, closeGoingAway, closed.Code)
	require.Error(t, <-gone)
	require.NoError(t, <-stopped)
}

func TestWorkflowsAreRunInTheViewersNameOnly(t *testing.T) {
	c := createDefaultConfig().(*Config)
	c.Backend.Endpoint, c.Backend.WorkflowSocket, c.Backend.Token = "http://localhost:8000", true, "service"
	require.ErrorContains(t, c.Validate(), "workflow_socket and token or auth together")
}
