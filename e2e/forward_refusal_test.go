package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestAProfileThatCannotBeRightDoesNotStart looks at the binary's own words; the whole table is beside package environment.
func TestAProfileThatCannotBeRightDoesNotStart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		setup setup
		says  []string
	}{
		{
			"a loop, as an .env shared with the backend makes it",
			profile("staging", "CANVAS_OTLP_HTTP_ENDPOINT=localhost:24318", "ORCHEO_TRACING_EXPORTER=otlp", "ORCHEO_TRACING_ENDPOINT=http://127.0.0.1:24318/v1/traces"),
			[]string{"ORCHEO_TRACING_ENDPOINT leads to 127.0.0.1:24318, which is our own receiver", "set CANVAS_FORWARD_ENDPOINT to your backend"},
		},
		{
			"several bad values, told at once",
			profile("staging", "CANVAS_FORWARD_EXPORTER=zipkin", "CANVAS_FORWARD_SAMPLE_RATIO=25"),
			[]string{`"zipkin": write one of none, console, otlp`, `"25": write the share of traces to forward as a number from 0 (none) to 1 (all)`},
		},
		{"production without a token", profile("production"), []string{"CANVAS_AUTH_TOKEN_FILE"}},
		{
			"receivers that others can reach, without a token",
			profile("local", "CANVAS_OTLP_GRPC_ENDPOINT=0.0.0.0:24317"),
			[]string{"CANVAS_OTLP_GRPC_ENDPOINT is 0.0.0.0:24317, which other machines can reach", "CANVAS_INGEST_TOKEN"},
		},
		{"a server that others can reach, without a token", profile("staging", "CANVAS_SERVER_ENDPOINT=0.0.0.0:0"), []string{"has no authentication"}},
		{"a profile that there is none of", profile("prod"), []string{"there are: local, production, router, staging"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			said := startAndFail(t, tt.setup)
			for _, words := range tt.says {
				assert.Contains(t, said, words)
			}
		})
	}
}

// TestTokensAreAskedFor: with tokens set, nobody sends or watches without one, and viewers cannot send.
func TestTokensAreAskedFor(t *testing.T) {
	file := filepath.Join(t.TempDir(), "viewers")
	require.NoError(t, os.WriteFile(file, []byte("viewers-token\n"), 0o600))
	c := start(t, profile("production", "CANVAS_AUTH_TOKEN_FILE="+file, "CANVAS_INGEST_TOKEN=senders-token"))
	status := func(method, url, token string) int {
		req, err := http.NewRequestWithContext(testContext(t), method, url, http.NoBody)
		require.NoError(t, err)
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		req.Header.Set("Content-Type", "application/x-protobuf")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	list, intake := "http://"+c.server+"/api/executions", "http://"+c.http+"/v1/traces"
	assert.Equal(t, http.StatusUnauthorized, status(http.MethodGet, list, ""))
	assert.Equal(t, http.StatusUnauthorized, status(http.MethodGet, list, "senders-token"))
	assert.Equal(t, http.StatusOK, status(http.MethodGet, list, "viewers-token"))
	assert.Equal(t, http.StatusUnauthorized, status(http.MethodPost, intake, ""))
	assert.Equal(t, http.StatusUnauthorized, status(http.MethodPost, intake, "viewers-token"))
	assert.Equal(t, http.StatusOK, status(http.MethodPost, intake, "senders-token"))

	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	require.ErrorContains(t, sender.Send(testContext(t), rich()), "Unauthenticated")
}
