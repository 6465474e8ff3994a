package e2e

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestAWorkflowIsRunThroughTheCollector recites what the real Orcheo backend says while it runs one, and sends a span of it meanwhile.
func TestAWorkflowIsRunThroughTheCollector(t *testing.T) {
	text, err := os.ReadFile("../extension/canvasserverextension/testdata/workflow-socket/completed.json")
	require.NoError(t, err)
	var recording struct {
		Execution string            `json:"execution_id"`
		Frames    []json.RawMessage `json:"frames"`
	}
	require.NoError(t, json.Unmarshal(text, &recording))
	var frames []string
	for _, f := range recording.Frames[:len(recording.Frames)-1] { // the last is the close
		var frame string
		require.NoError(t, json.Unmarshal(f, &frame))
		frames = append(frames, frame)
	}
	var first frameJSON
	require.NoError(t, json.Unmarshal([]byte(frames[0]), &first))
	var trace pcommon.TraceID
	_, err = hex.Decode(trace[:], []byte(*first.TraceID))
	require.NoError(t, err)

	next := make(chan struct{})
	orcheo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ws/workflow/wf-1" || r.Header.Get("Authorization") != "Bearer ann" {
			http.Error(w, `{"detail":"Not Found"}`, http.StatusNotFound)
			return
		}
		conn, err := (&websocket.Upgrader{Subprotocols: []string{"orcheo-auth"}, CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		_, asked, err := conn.ReadMessage()
		if err != nil || !strings.Contains(string(asked), "run_workflow") {
			return
		}
		for _, f := range frames {
			<-next
			_ = conn.WriteMessage(websocket.TextMessage, []byte(f))
		}
		_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
		_, _, _ = conn.ReadMessage()
	}))
	t.Cleanup(orcheo.Close)
	c := startCollector(t, "--set=extensions.canvasserver.backend.endpoint="+orcheo.URL, "--set=extensions.canvasserver.backend.workflow_socket=true")

	dialer := websocket.Dialer{Subprotocols: []string{"orcheo-auth", "bearer.ann"}} // as Canvas does
	conn, resp, err := dialer.DialContext(t.Context(), "ws://"+c.server+"/ws/workflow/wf-1", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	defer conn.Close()
	assert.Equal(t, "orcheo-auth", conn.Subprotocol())
	require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"run_workflow","execution_id":"`+recording.Execution+`"}`)))
	next <- struct{}{}
	_, message, err := conn.ReadMessage()
	require.NoError(t, err)
	require.Contains(t, string(message), `"trace:update"`)
	c.post(t, otlpreplay.GRPC, batch(trace, "", 2, 1, 10)) // it names no execution
	ours := ""
	for !strings.Contains(ours, `"span_id":"`+spanIDOf(2).String()+`"`) {
		_, message, err = conn.ReadMessage()
		require.NoError(t, err)
		ours += string(message)
	}
	go func() {
		for range len(frames) - 1 {
			next <- struct{}{}
		}
	}()
	var others []string
	for {
		_, message, err = conn.ReadMessage()
		if err != nil {
			break
		}
		if text := string(message); strings.Contains(text, `"trace:update"`) {
			assert.NotContains(t, frames, text)
		} else {
			others = append(others, text)
		}
	}
	assert.True(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), "%v", err)
	var want []string
	for _, f := range frames {
		if !strings.Contains(f, `"trace:update"`) {
			want = append(want, f)
		}
	}
	assert.Equal(t, want, others)
}
