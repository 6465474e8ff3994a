package e2e

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestNoSecretReachesAViewerOrTheLog replays the failed run, in which Orcheo redacts its events and leaves a token and an
// address in status messages and exceptions.
func TestNoSecretReachesAViewerOrTheLog(t *testing.T) {
	secrets := []string{"abcdefgh12345678", "user@example.com"}
	c := startCollector(t, quickly)
	run := freshRun(t, "error")
	sent := 0
	for _, s := range run.Expect.Spans {
		for _, secret := range secrets {
			if strings.Contains(s.Message, secret) {
				sent++
			}
		}
	}
	require.Positive(t, sent, "the recording holds what this test looks for")

	v := c.watch(t, run.Expect.ExecutionID, "")
	c.send(t, otlpreplay.HTTPProtobuf, run, otlpreplay.Recorded)
	eventually(t, patience, "complete", func() bool { return v.state().complete })

	id := url.PathEscape(run.Expect.ExecutionID)
	routes := []string{
		"/api/executions/" + id + "/trace", "/api/executions/" + id + "/trace/otlp", "/api/executions",
		"/api/workflows/" + url.PathEscape(run.Expect.WorkflowID) + "/executions", "/api/info", "/",
	}
	for span := range run.Expect.Spans {
		routes = append(routes, "/api/executions/"+id+"/traces/"+run.Expect.TraceID+"/spans/"+span)
	}
	shown := map[string]string{"the log": c.log.String()}
	for _, route := range routes {
		resp, err := http.Get("http://" + c.server + route)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode, route)
		shown[route] = string(body)
	}
	for key, raw := range v.state().spans {
		shown["the socket's span "+key] = string(raw)
	}
	assert.Contains(t, shown["/api/executions/"+id+"/trace"], "[REDACTED]")
	for where, text := range shown {
		for _, secret := range secrets {
			assert.NotContains(t, text, secret, where)
		}
	}
}
