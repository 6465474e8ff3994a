package canvasserverextension

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEverythingIsServedBelowTheBasePathAndWithoutIt(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.BasePath = "/tools/canvas" }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run/1", count: 1})
	for _, base := range []string{"", "/tools/canvas"} {
		for _, path := range []string{"/", "/executions/run%2F1", "/compare", "/assets/shell.css", "/healthz", "/api/info", "/api/executions"} {
			assert.Equal(t, http.StatusOK, w.get(base+path).status, base+path)
		}
		assert.Contains(t, w.get(base+"/api/executions/run%2F1/trace").body, `"name":"workflow.execution"`, "an escaped slash stays one")
		assert.Equal(t, http.StatusNotFound, w.get(base+"/api/nothing").status)
		conn, _, err := w.dial(base+"/ws/executions/run%2F1", nil)
		require.NoError(t, err, base)
		_, frame, err := conn.ReadMessage()
		require.NoError(t, err)
		assert.Contains(t, string(frame), `"execution_id":"run/1"`)
		require.NoError(t, conn.Close())
	}
	assert.Equal(t, http.StatusOK, w.get("/tools/canvas").status, "the slash at the end may be missing")
	assert.Equal(t, http.StatusNotFound, w.get("/tools/canvasapi/info").status)
	assert.Equal(t, http.StatusNotFound, w.get("/tools/canvas/tools/canvas/api/info").status, "it is taken off once")
}

func TestThePageResolvesItsLinksAgainstTheBasePath(t *testing.T) {
	for base, want := range map[string]string{"": `<base href="/">`, "/tools/canvas": `<base href="/tools/canvas/">`} {
		w := newWorld(t, setup{config: func(c *Config) { c.BasePath = base }})
		r := w.ask(http.MethodGet, "/executions/run-1", map[string]string{"X-Forwarded-Prefix": "/evil"})
		assert.Contains(t, r.body, want)
		assert.Equal(t, 1, strings.Count(r.body, "<base "))
		assert.NotContains(t, r.body, "evil")
	}
}

func TestTheBasePathIsNoWayAroundTheGuards(t *testing.T) {
	s := protected(t, func(c *Config) { c.BasePath = "/canvas" })
	w := newWorld(t, s)
	for _, path := range []string{"/canvas/api/info", "/canvas/ws/executions/run-1", "/canvas/api/nothing"} {
		assert.Equal(t, http.StatusUnauthorized, w.get(path).status, path)
		assert.Equal(t, http.StatusForbidden, w.ask(http.MethodGet, path, map[string]string{"Host": "attacker.example"}).status, path)
		assert.Equal(t, http.StatusForbidden, w.ask(http.MethodGet, path, map[string]string{"Origin": "http://attacker.example"}).status, path)
	}
}

func TestNoRouteCanBeTakenForABasePath(t *testing.T) {
	for path := range (&api{config: &Config{}}).routes() {
		first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if first != "{$}" {
			assert.ErrorContains(t, basePath("/"+first+"/canvas").validate(), "the server itself has", path)
		}
	}
}

func TestWhateverIsBelowTheBasePathIsSeenAsItIsWithoutIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		valid := func(s string) bool { return basePath(s).validate() == nil }
		base := basePath(rapid.StringMatching(`(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,5}){1,3}`).Filter(valid).Draw(t, "base"))
		path := "/" + rapid.StringMatching(`([a-z./]|%2F|%20|%C3%A9|:){0,20}`).Draw(t, "path")
		want, err := url.ParseRequestURI(path + "?cursor=c.1")
		require.NoError(t, err)
		got, err := url.ParseRequestURI(string(base) + path + "?cursor=c.1")
		require.NoError(t, err)
		base.takeOff(got)
		assert.Equal(t, want, got)
		assert.Equal(t, want.EscapedPath(), got.EscapedPath())
	})
}
