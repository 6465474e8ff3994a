package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// collector counts the spans that arrive over OTLP/HTTP.
func collector(t *testing.T, status int) (url string, spans *atomic.Int64) {
	t.Helper()
	spans = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		request := ptraceotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil || r.URL.Path != "/v1/traces" {
			http.Error(w, "not an OTLP export", http.StatusBadRequest)
			return
		}
		spans.Add(int64(request.Traces().SpanCount()))
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, spans
}

func TestDemoSendsEveryRunAndSaysWhereToLook(t *testing.T) {
	url, spans := collector(t, http.StatusOK)
	var out strings.Builder
	require.NoError(t, demoCommand(t.Context(), []string{"-endpoint", url + "/", "-duration", "0", "-parallel", "3", "-server", "http://127.0.0.1:9"}, &out))
	assert.EqualValues(t, 3*16, spans.Load())
	assert.Equal(t, 3, strings.Count(out.String(), "  http://127.0.0.1:9/executions/run-"))
	assert.Contains(t, out.String(), "Post to chat")
	assert.Contains(t, out.String(), "Done: every span was accepted.")
}

func TestDemoFailsWhereTheCollectorRefuses(t *testing.T) {
	url, _ := collector(t, http.StatusForbidden)
	var out strings.Builder
	err := demoCommand(t.Context(), []string{"-endpoint", url, "-duration", "0"}, &out)
	require.ErrorContains(t, err, "403")
	assert.NotContains(t, out.String(), "Done")
}

func TestDemoSaysThatNoCollectorAnswers(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	err := demoCommand(t.Context(), []string{"-endpoint", gone.URL}, io.Discard)
	require.ErrorContains(t, err, "no collector answers at "+gone.URL+" (start one with `make run`")
}

func TestDemoRefusesFlagsThatMakeNoSense(t *testing.T) {
	for _, tt := range []struct{ name, args, want string }{
		{"an endpoint without a scheme", "-endpoint localhost:4318", "it must be a URL such as http://localhost:4318"},
		{"no run", "-parallel 0", "it must be from 1 to 1000"},
		{"a negative duration", "-duration -1s", "it must not be negative"},
		{"an argument", "fast", `demo takes flags only, not "fast"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.ErrorContains(t, demoCommand(t.Context(), strings.Fields(tt.args), io.Discard), tt.want)
		})
	}
}

func TestAnUnknownCommandNamesThoseThereAre(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), []string{"demmo"}), `no command "demmo"; there are: demo, rollout check, health`)
}
