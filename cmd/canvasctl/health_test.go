package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHealthSaysHowTheServerIs(t *testing.T) {
	status := http.StatusOK
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	plain, secured := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	defer plain.Close()
	defer secured.Close()
	unset := func(string) string { return "" }
	for _, url := range []string{plain.URL, secured.URL} {
		var out strings.Builder
		status = http.StatusOK
		require.NoError(t, healthCommand(t.Context(), []string{"-url", url}, unset, &out))
		assert.Contains(t, out.String(), "well: "+url)
		status = http.StatusServiceUnavailable
		require.ErrorContains(t, healthCommand(t.Context(), []string{"-url", url}, unset, &out), "503")
	}
	plain.Close()
	err := healthCommand(t.Context(), []string{"-url", plain.URL}, unset, &strings.Builder{})
	require.ErrorContains(t, err, "not well")
	assert.Equal(t, 1, exitCode(err))
}

func TestHealthAsksWhereTheEnvironmentSaysThatItIs(t *testing.T) {
	for want, env := range map[string]map[string]string{
		"http://localhost:8090/healthz": {},
		"http://localhost:9/healthz":    {"CANVAS_SERVER_ENDPOINT": "0.0.0.0:9"},
		"https://localhost:9/healthz":   {"CANVAS_SERVER_ENDPOINT": ":9", "CANVAS_TLS_CERT_FILE": "cert.pem"},
		"http://[::1]:9/healthz":        {"CANVAS_SERVER_ENDPOINT": "[::1]:9", "CANVAS_HEALTH_ENDPOINT": "none"},
		"http://localhost:13133/status": {"CANVAS_HEALTH_ENDPOINT": "0.0.0.0:13133"},
		"http://10.1.2.3:13133/status":  {"CANVAS_HEALTH_ENDPOINT": "10.1.2.3:13133"},
	} {
		assert.Equal(t, want, healthURL(func(name string) string { return env[name] }))
	}
}
