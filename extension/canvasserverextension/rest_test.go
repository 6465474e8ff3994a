package canvasserverextension

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func TestListsOfExecutions(t *testing.T) {
	w := newWorld(t, setup{})
	for i := range 5 {
		w.run(fmt.Sprintf("run-%d", i), uint64(i)+1, 1)
	}
	type list struct {
		Executions []wireExecution `json:"executions"`
		PageInfo   struct {
			HasNextPage bool    `json:"has_next_page"`
			Cursor      *string `json:"cursor"`
		} `json:"page_info"`
	}
	ask := func(query string) (l list) {
		r := w.get("/api/executions" + query)
		require.Equal(t, http.StatusOK, r.status, r.body)
		require.NoError(t, json.Unmarshal([]byte(r.body), &l))
		return l
	}
	w.eventually(func() bool { return len(ask("").Executions) == 5 })

	seen := map[string]int{}
	query := "?limit=2"
	for {
		l := ask(query)
		for _, e := range l.Executions {
			seen[e.ID]++
		}
		if !l.PageInfo.HasNextPage {
			break
		}
		query = "?limit=2&cursor=" + url.QueryEscape(*l.PageInfo.Cursor)
	}
	assert.Equal(t, map[string]int{"run-0": 1, "run-1": 1, "run-2": 1, "run-3": 1, "run-4": 1}, seen)
	assert.Len(t, ask("?q=RUN-3").Executions, 1)
	assert.Empty(t, ask("?workflow_id=other").Executions)
	assert.Len(t, ask("?workflow_id=wf&limit=200").Executions, 5)
	assert.Len(t, ask("?status=completed,running").Executions, 5)
	assert.Empty(t, ask("?status=error,cancelled").Executions)
	w.add(made{trace: 2, id: 9, parent: 1, name: "chat", model: "gpt-x"})
	w.eventually(func() bool { return len(ask("?model=GPT-X").Executions) == 1 })
	assert.Empty(t, ask("?model=gpt").Executions, "a model is its whole name")
	assert.Len(t, ask("?q=workflow.exec").Executions, 5, "the name of the root")
	assert.Len(t, ask("?started_from=2023-11-14T22:13:20Z&started_to=2023-11-14T22:13:21.5Z").Executions, 5)
	assert.Empty(t, ask("?started_from=2023-11-14T23:13:20%2B01:00&started_to=2023-11-14T22:13:20Z").Executions)
	assert.Empty(t, ask("?started_within=24h").Executions)

	var rows []map[string]any
	require.NoError(t, json.Unmarshal([]byte(w.get("/api/workflows/wf/executions?limit=3").body), &rows))
	require.Len(t, rows, 3)
	assert.Equal(t, []any{}, rows[0]["steps"], "Canvas goes over steps without asking")
	assert.Equal(t, "[]", w.get("/api/workflows/none/executions").body)

	for path, want := range map[string]string{
		"/api/executions?limit=201":                                  "from 1 to 200",
		"/api/executions?status=done":                                "running, completed",
		"/api/executions?status=error,":                              "separated by commas",
		"/api/executions?started_from=yesterday":                     "malformed started_from",
		"/api/executions?started_to=0001-01-01T00:00:00Z":            "malformed started_to",
		"/api/executions?started_within=-1m":                         "malformed started_within",
		"/api/executions?model=" + strings.Repeat("x", 300):          "256 bytes",
		"/api/executions?cursor=zzz":                                 "malformed cursor",
		"/api/executions?q=" + strings.Repeat("x", 300):              "256 bytes",
		"/api/workflows/wf/executions?limit=0":                       "from 1 to 200",
		"/api/workflows/" + strings.Repeat("x", 300) + "/executions": "longer than 256",
	} {
		r := w.get(path)
		assert.Equal(t, http.StatusBadRequest, r.status, path)
		assert.Contains(t, r.body, want, path)
	}
}

func TestASpanHasItsWholeValues(t *testing.T) {
	w := newWorld(t, setup{})
	text := strings.Repeat("0123456789", 3000)
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", text: text})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 1 })
	cut := w.trace("/api/executions/run-1/trace").Spans[0].Attributes["text"].(string)
	assert.Less(t, len(cut), 17<<10)

	path := "/api/executions/run-1/traces/" + traceID(1).String() + "/spans/"
	r := w.get(path + spanID(1).String())
	require.Equal(t, http.StatusOK, r.status, r.body)
	var span wireSpan
	require.NoError(t, json.Unmarshal([]byte(r.body), &span))
	assert.Equal(t, text, span.Attributes["text"])

	assert.Equal(t, http.StatusNotFound, w.get(path+spanID(2).String()).status)
	assert.Equal(t, http.StatusBadRequest, w.get(path+"xyz").status)
	assert.Equal(t, http.StatusBadRequest, w.get(path+strings.Repeat("0", 16)).status)
	assert.Equal(t, http.StatusNotFound, w.get("/api/executions/none/traces/"+traceID(1).String()+"/spans/"+spanID(1).String()).status)
}

func TestTheDownloadIsOTLPThatAReceiverTakes(t *testing.T) {
	w := newWorld(t, setup{})
	w.add(made{trace: 1, id: 2, parent: 1, name: "node", execution: "run/1", text: "a"}, made{trace: 1, id: 3, parent: 2, name: "node"})
	path := "/api/executions/run%2F1/trace/otlp"
	w.eventually(func() bool { return len(w.trace("/api/executions/run%2F1/trace").Spans) == 3 }) // a placeholder for the root, too
	r := w.get(path)
	require.Equal(t, http.StatusOK, r.status, r.body)
	assert.Equal(t, `attachment; filename="trace-run_1.otlp.json"`, r.header.Get("Content-Disposition"))
	traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces([]byte(r.body))
	require.NoError(t, err)
	assert.Equal(t, 2, traces.SpanCount(), "nobody sent the root")
	rs := traces.ResourceSpans().At(0)
	service, _ := rs.Resource().Attributes().Get("service.name")
	assert.Equal(t, "test", service.Str())
	assert.Equal(t, http.StatusNotFound, w.get("/api/executions/none/trace/otlp").status)
}

func TestArtifacts(t *testing.T) {
	w := newWorld(t, setup{})
	r := w.get("/api/artifacts/a/download")
	assert.Equal(t, http.StatusNotFound, r.status)
	assert.Contains(t, r.body, "artifact_url")

	w = newWorld(t, setup{config: func(c *Config) { c.ArtifactURL = "https://files.example.com/artifacts/{id}/download?v=1" }})
	for id, want := range map[string]string{
		"report.pdf":                "report.pdf",
		"a%2Fb":                     "a%2Fb",
		"a%3Fx=1%23y":               "a%3Fx=1%23y",
		"%2F%2Fattacker.example":    "%2F%2Fattacker.example",
		"..%2F..%2Fsecret":          "..%2F..%2Fsecret",
		"%40attacker.example%3A443": "@attacker.example:443",
		"a%20b":                     "a%20b",
	} {
		r := w.get("/api/artifacts/" + id + "/download")
		assert.Equal(t, http.StatusFound, r.status, r.body)
		location := r.header.Get("Location")
		assert.Equal(t, "https://files.example.com/artifacts/"+want+"/download?v=1", location)
		u, err := url.Parse(location)
		require.NoError(t, err)
		assert.Equal(t, "files.example.com", u.Host)
	}
	assert.Equal(t, http.StatusBadRequest, w.get("/api/artifacts/a%0D%0AX:1/download").status)
	assert.NotEqual(t, http.StatusFound, w.get("/api/artifacts/%2E%2E/download").status)
}

func TestInfoTellsWhatAClientShouldKnow(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) {
		c.Links = []LinkConfig{{Name: "Tempo", URL: "https://grafana.example.com/{trace_id}"}}
		c.Resolver.Endpoint, c.Resolver.Token = "http://localhost:1", "backend-token"
	}})
	r := w.get("/api/info")
	require.Equal(t, http.StatusOK, r.status)
	var i info
	require.NoError(t, json.Unmarshal([]byte(r.body), &i))
	assert.Equal(t, "1.2.3", i.Version)
	assert.Equal(t, int64(100), i.Limits.FlushIntervalMS)
	assert.Equal(t, 64<<10, i.Limits.MaxFrameBytes)
	assert.Equal(t, infoFeatures{Resolver: true, Lists: true, Multiplexed: true, Events: true}, i.Features)
	assert.Equal(t, []infoLink{{Name: "Tempo", URL: "https://grafana.example.com/{trace_id}"}}, i.Links)
	assert.NotContains(t, r.body, "backend-token")
}

func TestUnknownRoutesAndMethods(t *testing.T) {
	w := newWorld(t, setup{})
	for _, path := range []string{"/none", "/api", "/api/none", "/api/executions/run-1", "/api/executions/run-1/trace/x", "/executions/a/b", "/assets/none.js"} {
		r := w.get(path)
		assert.Equal(t, http.StatusNotFound, r.status, path)
		assert.JSONEq(t, `{"detail":"Not Found"}`, r.body, path)
	}
	for path, allow := range map[string]string{
		"/api/executions":      "GET, HEAD",
		"/ws/executions/run-1": "GET, HEAD",
		"/":                    "GET, HEAD",
		"/api/executions/run-1/traces/" + "00000001": "PUT",
	} {
		r := w.ask(http.MethodDelete, path, nil)
		assert.Equal(t, http.StatusMethodNotAllowed, r.status, path)
		assert.Equal(t, allow, r.header.Get("Allow"), path)
		assert.JSONEq(t, `{"detail":"Method Not Allowed"}`, r.body)
	}
	head := w.ask(http.MethodHead, "/api/executions", nil)
	assert.Equal(t, http.StatusOK, head.status)
	assert.Empty(t, head.body)
}

func TestHostileIDsHarmNobody(t *testing.T) {
	w := newWorld(t, setup{})
	for _, id := range []string{
		"%00", "a%0Ab", "%7F", "%ff%fe", "%E2%80%AE", strings.Repeat("%61", 257), "%2E", "%2E%2E", "..%2f..%2fetc%2fpasswd",
		"%3Cscript%3Ealert(1)%3C%2Fscript%3E", "'%20OR%201=1", "%22%7D", "{{7*7}}", "%25s", "a%2Fb", "😀", "%F0%9F%98%80",
	} {
		for _, path := range []string{"/api/executions/" + id + "/trace", "/api/executions/" + id + "/trace/otlp", "/api/workflows/" + id + "/executions"} {
			r := w.get(path)
			assert.Contains(t, []int{200, 301, 307, 308, 400, 404}, r.status, path)
			if r.status == http.StatusOK {
				assert.True(t, json.Valid([]byte(r.body)), r.body)
				assert.NotContains(t, r.body, "<script>", path)
			}
		}
	}
	got := w.trace("/api/executions/%22%7D%3Cb%3E/trace")
	assert.Equal(t, `"}<b>`, got.Execution.ID)
}

func TestWithoutATraceStoreTheServerSaysSo(t *testing.T) {
	w := newWorld(t, setup{empty: true})
	for _, path := range []string{"/api/executions", "/api/executions/run-1/trace", "/api/workflows/wf/executions"} {
		r := w.get(path)
		assert.Equal(t, http.StatusServiceUnavailable, r.status, path)
		assert.Equal(t, "1", r.header.Get("Retry-After"))
		assert.Contains(t, r.body, "no exporter has registered")
	}
	_, resp, err := w.dial("/ws/executions/run-1", nil)
	require.Error(t, err)
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	assert.Equal(t, http.StatusOK, w.get("/healthz").status)
	assert.Equal(t, http.StatusOK, w.get("/api/info").status)
	assert.Equal(t, int64(1), w.rejections(rejectedUnavailable))
}
