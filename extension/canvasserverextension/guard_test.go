package canvasserverextension

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHostsAndOrigins(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.AllowedOrigins = []string{"http://localhost:5173"} }})
	_, port, _ := strings.Cut(w.addr, ":")
	for _, tc := range []struct {
		name, host, origin string
		want               int
	}{
		{name: "our address", want: http.StatusOK},
		{name: "localhost", host: "localhost:" + port, want: http.StatusOK},
		{name: "our own page", host: "localhost:" + port, origin: "http://localhost:" + port, want: http.StatusOK},
		{name: "a listed page", origin: "http://localhost:5173", want: http.StatusOK},
		{name: "rebinding", host: "attacker.example:" + port, origin: "http://attacker.example:" + port, want: http.StatusForbidden},
		{name: "a foreign name without origin", host: "attacker.example", want: http.StatusForbidden},
		{name: "a foreign page", origin: "http://attacker.example", want: http.StatusForbidden},
		{name: "an opaque page", origin: "null", want: http.StatusForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			header := map[string]string{}
			if tc.host != "" {
				header["Host"] = tc.host
			}
			if tc.origin != "" {
				header["Origin"] = tc.origin
			}
			r := w.ask(http.MethodGet, "/api/info", header)
			assert.Equal(t, tc.want, r.status, r.body)
			if tc.want != http.StatusOK {
				assert.Contains(t, r.body, `{"detail":"`)
				assert.Empty(t, r.header.Get("Access-Control-Allow-Origin"))
			}
			assert.Equal(t, http.StatusOK, w.ask(http.MethodGet, "/healthz", header).status, "probes ask by any name")
			if tc.host == "" {
				assert.Equal(t, http.StatusOK, w.ask(http.MethodGet, "/assets/shell.css", header).status, "files of the page are for every page")
			}

			ws := http.Header{}
			for k, v := range header {
				ws.Set(k, v)
			}
			conn, resp, err := w.dial("/ws/executions/run-1", ws)
			if tc.want != http.StatusOK {
				assert.Error(t, err)
				assert.Equal(t, tc.want, resp.StatusCode)
				return
			}
			if assert.NoError(t, err) {
				assert.NoError(t, conn.Close())
			}
		})
	}
}

func TestCORSFollowsTheListOfOrigins(t *testing.T) {
	w := newWorld(t, protected(t, func(c *Config) { c.AllowedOrigins = []string{"http://localhost:5173"} }))
	preflight := map[string]string{
		"Origin": "http://localhost:5173", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization",
	}
	r := w.ask(http.MethodOptions, "/api/executions/run-1/trace", preflight)
	assert.Equal(t, "http://localhost:5173", r.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "authorization", r.header.Get("Access-Control-Allow-Headers"))
	preflight["Origin"] = "http://attacker.example"
	assert.Empty(t, w.ask(http.MethodOptions, "/api/executions/run-1/trace", preflight).header.Get("Access-Control-Allow-Origin"))
	refused := w.ask(http.MethodGet, "/api/info", map[string]string{"Origin": "http://localhost:5173"})
	assert.Equal(t, http.StatusUnauthorized, refused.status)
	assert.Equal(t, "http://localhost:5173", refused.header.Get("Access-Control-Allow-Origin"), "the page must be able to read the 401")
}

func TestNothingElseIsAskedForAsAFileOfThePage(t *testing.T) {
	w := newWorld(t, setup{})
	for _, path := range []string{"/assets/../api/info", "/assets/%2e%2e/api/info", "/assets//../../api/info", "/assets/..%2fapi/info"} {
		r := w.ask(http.MethodGet, path, map[string]string{"Origin": "http://attacker.example"})
		assert.NotEqual(t, http.StatusOK, r.status, path)
		assert.NotContains(t, r.body, "max_trace_limit", path)
	}
}
