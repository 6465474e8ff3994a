package e2e

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestOneSourceOfSpanIDs: what the collector never saw is the backend's answer; from the first span on it is the collector's,
// also while no span names the execution. What else is passed on is what is on the list.
func TestOneSourceOfSpanIDs(t *testing.T) {
	recording, err := os.ReadFile("../internal/otlpreplay/testdata/orcheo/rich/golden-rest.json")
	require.NoError(t, err)
	const theirs = "87ddee9f1b60ad34" // of the backend's making
	var asked atomic.Int64
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch {
		case strings.HasSuffix(r.URL.Path, "/trace"):
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(recording)
		case strings.HasSuffix(r.URL.Path, "/download"):
			_, _ = io.WriteString(w, "an artifact")
		default:
			http.Error(w, `{"detail":"Not Found"}`, http.StatusNotFound)
		}
	}))
	defer backend.Close()
	c := startCollector(t, "--set=extensions.canvasserver.backend.endpoint="+backend.URL)
	const id = "run-11111111-1111-4111-8111-111111111111"

	answer := c.trace(t, id)
	assert.Equal(t, theirs, parseSpan(t, answer.Spans[0]).SpanID)
	assert.Equal(t, 1.0, c.metric(t, "otelcol_canvasserver_backend_requests", `kind="trace"`, `result="answered"`))
	resp, err := http.Get("http://" + c.server + "/api/artifacts/a%201/download")
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, "an artifact", string(text))
	assert.Equal(t, http.StatusNotFound, c.get(t, "/api/credentials", nil))
	assert.EqualValues(t, 2, asked.Load())

	var trace pcommon.TraceID
	_, err = hex.Decode(trace[:], []byte("87ddee9f1b60ad34ca7fea5e2e5ddebe"))
	require.NoError(t, err)
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	require.NoError(t, sender.Send(testContext(t), batch(trace, "", 2, 3, 10))) // children, which name nothing
	answer = c.trace(t, id)
	require.Len(t, answer.Spans, 4, "three and a place for their parent")
	for _, raw := range answer.Spans {
		assert.NotEqual(t, theirs, parseSpan(t, raw).SpanID)
	}
	n := asked.Load()
	c.trace(t, id)
	assert.Equal(t, n, asked.Load(), "the backend is not asked any more")
}
