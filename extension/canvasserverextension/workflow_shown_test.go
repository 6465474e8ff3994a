package canvasserverextension

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// telling says frames as they come, and closes behind the last.
func telling(frames <-chan string) func(*websocket.Conn, *http.Request) {
	return func(conn *websocket.Conn, _ *http.Request) {
		for f := range frames {
			if conn.WriteMessage(websocket.TextMessage, []byte(f)) != nil {
				return
			}
		}
		_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
		_, _, _ = conn.ReadMessage()
	}
}

// backendUpdate is a trace:update of the backend's about a run, with a span id of its making.
func backendUpdate(run int) string {
	return fmt.Sprintf(`{"type":"trace:update","execution_id":"run-%d","trace_id":"%s","spans":[{"span_id":"theirs"}],"complete":false}`, run, traceID(uint64(run)))
}

// passage is the only one that the server has.
func (w *world) passage() (p *passage) {
	h := w.server.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	for m := range h.clients {
		p = m.(*passage)
	}
	require.NotNil(w.t, p)
	return p
}

// ended waits until the server has let go of all clients.
func (w *world) ended() {
	w.eventually(func() bool {
		h := w.server.hub
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.clients) == 0
	})
}

// TestRunsThatFollowEachOtherOverOneWebSocketAreAllShown runs three times as many as are shown at a time, and one of the first again.
func TestRunsThatFollowEachOtherOverOneWebSocketAreAllShown(t *testing.T) {
	frames := make(chan string)
	w := newWorld(t, passingOn(speaking(t, telling(frames)), nil))
	conn := w.runOver(t)
	next := func() string {
		_, data, err := conn.ReadMessage()
		require.NoError(t, err)
		require.NotContains(t, string(data), "theirs")
		return string(data)
	}
	for run := 1; run <= 3*maxFollowed; run++ {
		frames <- backendUpdate(run)
		id := fmt.Sprintf(`"execution_id":"run-%d"`, run)
		require.Contains(t, next(), id)
		w.add(made{trace: uint64(run), id: 7, name: "workflow.execution", execution: fmt.Sprint("run-", run), count: 1})
		for frame := ""; !strings.Contains(frame, `"complete":true`); {
			frame = next()
			require.Contains(t, frame, id)
		}
	}
	frames <- backendUpdate(1)
	again := next()
	assert.Contains(t, again, `"execution_id":"run-1"`)
	assert.Contains(t, again, `"0000000000000007"`, "what was let go is taken up again from its start")

	p := w.passage()
	close(frames)
	_, closed := listenToAll(t, conn)
	assert.Equal(t, websocket.CloseNormalClosure, closed.Code)
	w.ended()
	assert.Len(t, p.shown, maxFollowed)
}

// TestExecutionsThatAreNotShownFromHereAreForgottenInTheEnd has a backend tell of many, and a server without a store.
func TestExecutionsThatAreNotShownFromHereAreForgottenInTheEnd(t *testing.T) {
	frames := make(chan string)
	s := passingOn(speaking(t, telling(frames)), nil)
	s.empty = true
	w := newWorld(t, s)
	conn := w.runOver(t)
	go func() {
		defer close(frames)
		for run := range 2 * maxKnown {
			frames <- backendUpdate(run + 1)
		}
		frames <- strings.Replace(backendUpdate(1), `"run-1"`, `"`+strings.Repeat("x", 100_000)+`"`, 1) // no id of an execution
	}()
	p := w.passage()
	got, closed := listenToAll(t, conn)
	assert.Equal(t, websocket.CloseNormalClosure, closed.Code)
	require.Len(t, got, 2*maxKnown+1)
	for run, frame := range got[:2*maxKnown] {
		require.Equal(t, backendUpdate(run+1), frame)
	}
	w.ended()
	assert.Len(t, p.shown, maxKnown)
}
