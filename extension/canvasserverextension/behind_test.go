package canvasserverextension

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// orcheo stands in for an Orcheo backend that remembers what it was asked.
type orcheo struct {
	*httptest.Server

	mu     sync.Mutex
	asked  []*http.Request
	bodies []string
	answer http.HandlerFunc
}

func newOrcheo(t *testing.T, answer http.HandlerFunc) *orcheo {
	o := &orcheo{answer: answer}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		o.mu.Lock()
		o.asked, o.bodies = append(o.asked, r), append(o.bodies, string(body))
		answer := o.answer
		o.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *orcheo) answers(answer http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer = answer
}

func (o *orcheo) last(t *testing.T) (*http.Request, string) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	require.NotEmpty(t, o.asked)
	return o.asked[len(o.asked)-1], o.bodies[len(o.bodies)-1]
}

func (o *orcheo) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.asked)
}

func before(o *orcheo, more func(*Config)) setup {
	return setup{config: func(c *Config) {
		c.Backend.Endpoint = o.URL
		if more != nil {
			more(c)
		}
	}}
}

// recorded is what the real backend answered about a run.
func recorded(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../internal/otlpreplay/testdata/orcheo/rich/golden-rest.json")
	require.NoError(t, err)
	return text
}

func serveTrace(text []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/trace") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		_, _ = w.Write(text)
	}
}

func TestAnExecutionThatWasNeverSeenIsAnsweredByTheBackendAsItIs(t *testing.T) {
	text := recorded(t)
	o := newOrcheo(t, serveTrace(text))
	w := newWorld(t, before(o, nil))
	r := w.ask(http.MethodGet, "/api/executions/run%201/trace?_refresh=17", map[string]string{"Authorization": "Bearer viewer", "Cookie": "session=1", "X-Other": "x", "X-Orcheo-Workspace": "w"})
	require.Equal(t, http.StatusOK, r.status, r.body)
	assert.Equal(t, strings.Replace(string(text), `"execution": {`, `"execution": {"source":"backend",`, 1), r.body)
	assert.Equal(t, fmt.Sprint(len(r.body)), r.header.Get("Content-Length"))
	asked, _ := o.last(t)
	assert.Equal(t, "/api/executions/run%201/trace", asked.RequestURI)
	assert.Equal(t, "Bearer viewer", asked.Header.Get("Authorization"))
	assert.Equal(t, "session=1", asked.Header.Get("Cookie"))
	assert.Equal(t, "w", asked.Header.Get("X-Orcheo-Workspace"))
	assert.Empty(t, asked.Header.Get("X-Other"))
	assert.EqualValues(t, 1, w.counted("backend_requests", "kind", "trace"))

	for _, query := range []string{"?limit=5", "?wait=10ms", "?cursor=c.AAAA"} { // what only this server knows
		w.get("/api/executions/run-1/trace" + query)
	}
	assert.Equal(t, 1, o.count())
}

func TestOnceASpanIsHeldTheBackendIsNotAsked(t *testing.T) {
	o := newOrcheo(t, serveTrace(recorded(t)))
	w := newWorld(t, before(o, nil))
	w.add(made{trace: 1, id: 2, parent: 1, name: "node", execution: "run-1"})
	assert.Len(t, w.trace("/api/executions/run-1/trace").Spans, 2)
	assert.Zero(t, o.count())
}

// The children of a run come first and do not name it. The backend knows which trace it has.
func TestSpansThatNobodyHasNamedAreFoundByTheTraceThatTheBackendNames(t *testing.T) {
	const trace = "87ddee9f1b60ad34ca7fea5e2e5ddebe"
	o := newOrcheo(t, serveTrace(recorded(t)))
	w := newWorld(t, before(o, nil))
	m := made{trace: 1, id: 2, parent: 1, name: "node"}.span()
	batch := batchOf(t, trace, m)
	_, err := w.views.Append(t.Context(), batch)
	require.NoError(t, err)
	got := w.trace("/api/executions/run-1/trace")
	assert.True(t, got.Known)
	assert.Equal(t, trace, *got.Execution.TraceID)
	for _, s := range got.Spans {
		assert.NotEqual(t, trace[:16], s.SpanID, "no id of the backend's making")
	}
}

func TestAnEvictedExecutionIsTheBackendsAgain(t *testing.T) {
	o := newOrcheo(t, serveTrace(recorded(t)))
	w := newWorld(t, before(o, nil))
	w.run("run-1", 1, 3)
	evict(w, "run-1")
	w.eventually(func() bool {
		return strings.Contains(w.get("/api/executions/run-1/trace").body, `"source":"backend"`)
	})
	o.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	assert.Equal(t, "evicted", *w.trace("/api/executions/run-1/trace").Execution.CompleteReason, "its totals are better than nothing")
}

func TestWhatTheBackendDoesNotAnswerSaysWhy(t *testing.T) {
	o := newOrcheo(t, nil)
	w := newWorld(t, before(o, func(c *Config) { c.Backend.Timeout = 200 * time.Millisecond }))
	for what, tc := range map[string]struct {
		answer http.HandlerFunc
		status int
		body   string
	}{
		"an unknown execution is pending, as without a backend": {
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, 200, `"status":"pending"`,
		},
		"wrong credentials": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, 401, "auth.invalid_token"},
		"no right":          {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, 403, "does not show you"},
		"an error":          {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, 502, "the Orcheo backend answered 500"},
		"a redirect elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, 502, "answered 302"},
		"no trace":               {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, 502, "no trace as Orcheo gives it"},
		"null":                   {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"execution":null}`) }, 502, "no trace"},
		"silence":                {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 502, "no answer within 200ms"},
		"a connection that ends": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 502, "closed the connection"},
	} {
		o.answers(tc.answer)
		r := w.get("/api/executions/run-1/trace")
		assert.Equal(t, tc.status, r.status, what)
		assert.Contains(t, r.body, tc.body, what)
		assert.NotContains(t, r.body, o.Listener.Addr().String(), what)
	}
	o.Server.Close()
	r := w.get("/api/executions/run-1/trace")
	assert.Equal(t, http.StatusBadGateway, r.status)
	assert.JSONEq(t, `{"detail":"the Orcheo backend did not answer: connection refused"}`, r.body)
}

func TestAnAnswerThatBreaksOffIsSeenToBeBroken(t *testing.T) {
	text := recorded(t)
	o := newOrcheo(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(text)*100))
		_, _ = w.Write(bytes.Repeat(text, 20))
		panic(http.ErrAbortHandler)
	})
	w := newWorld(t, before(o, nil))
	for _, path := range []string{"/api/executions/run-1/trace", "/api/system/info"} {
		resp, err := w.client.Get("http://" + w.addr + path)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, path)
		require.NoError(t, resp.Body.Close())
	}
}

func TestPathsOnTheListArePassedOnAndOthersAreNot(t *testing.T) {
	o := newOrcheo(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cache-Control", "public")
		h.Set("Connection", "X-Hop")
		h.Set("X-Hop", "1")
		h.Add("Set-Cookie", "a=1")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"path":"`+r.URL.RequestURI()+`"}`)
	})
	w := newWorld(t, before(o, func(c *Config) {
		c.Backend.Paths = append(defaultPaths(), "POST /api/workflows/{workflow_id}/runs")
	}))
	header := map[string]string{
		"Authorization": "Bearer viewer", "Connection": "X-Mine", "X-Mine": "1", "Proxy-Authorization": "x", "X-Forwarded-For": "6.6.6.6",
		"X-Forwarded-Host": "evil", "X-Forwarded-User": "admin", "Forwarded": "for=6.6.6.6", "X-Real-Ip": "6.6.6.6", "X-Kept": "yes",
	}
	r := w.ask(http.MethodGet, "/api/workflows/w%201/executions?limit=3&x=%2F", header)
	require.Equal(t, http.StatusAccepted, r.status)
	assert.JSONEq(t, `{"path":"/api/workflows/w%201/executions?limit=3&x=%2F"}`, r.body)
	assert.Empty(t, r.header.Values("Access-Control-Allow-Origin"))
	assert.Equal(t, []string{"no-store"}, r.header.Values("Cache-Control"))
	assert.Empty(t, r.header.Get("X-Hop"))
	assert.Equal(t, "a=1", r.header.Get("Set-Cookie"))
	assert.Equal(t, []string{"nosniff"}, r.header.Values("X-Content-Type-Options"))
	assert.Contains(t, r.header.Get("Content-Security-Policy"), "sandbox")
	asked, _ := o.last(t)
	assert.Equal(t, strings.TrimPrefix(o.URL, "http://"), asked.Host)
	assert.Equal(t, "Bearer viewer", asked.Header.Get("Authorization"))
	assert.Equal(t, "yes", asked.Header.Get("X-Kept"))
	for _, gone := range []string{"Connection", "X-Mine", "Proxy-Authorization", "X-Forwarded-User", "Forwarded", "X-Real-Ip"} {
		assert.Empty(t, asked.Header.Values(gone), gone)
	}
	assert.Equal(t, "127.0.0.1", asked.Header.Get("X-Forwarded-For"))
	assert.Equal(t, w.addr, asked.Header.Get("X-Forwarded-Host"))
	assert.Equal(t, "http", asked.Header.Get("X-Forwarded-Proto"))
	assert.Equal(t, "identity", asked.Header.Get("Accept-Encoding"))

	resp, err := w.client.Post("http://"+w.addr+"/api/workflows/w/runs", "application/json", strings.NewReader(`{"a":1}`))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	_, body := o.last(t)
	assert.Equal(t, `{"a":1}`, body)

	n := o.count()
	for path, status := range map[string]int{
		"/api/credentials": 404, "/api/workflows/w/credentials": 404, "/api/workflows/%2e%2e/executions": 400, "/api/workflows/a%2Fb": 404, "/api/other/../workflows": 307,
	} {
		assert.Equal(t, status, rawStatus(t, w, "GET", path), path)
	}
	assert.Equal(t, http.StatusMethodNotAllowed, rawStatus(t, w, "DELETE", "/api/workflows/w/executions"))
	assert.Equal(t, n, o.count())
	assert.Contains(t, w.get("/api/info").body, `"backend":true`)
}

// rawStatus asks for a path as it stands; http.Client would clean it.
func rawStatus(t *testing.T, w *world, method, path string) int {
	t.Helper()
	conn, err := net.Dial("tcp", w.addr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.0\r\nHost: %s\r\n\r\n", method, path, w.addr)
	require.NoError(t, err)
	text, err := io.ReadAll(conn)
	require.NoError(t, err)
	var status int
	_, err = fmt.Sscanf(string(text), "HTTP/1.0 %d", &status)
	require.NoError(t, err, string(text))
	return status
}

func TestBehindAProxyItsWordIsPassedOn(t *testing.T) {
	o := newOrcheo(t, func(http.ResponseWriter, *http.Request) {})
	w := newWorld(t, before(o, func(c *Config) { c.Backend.Forwarded = "append" }))
	w.ask(http.MethodGet, "/api/system/info", map[string]string{"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "canvas.example.com", "X-Forwarded-Proto": "https"})
	asked, _ := o.last(t)
	assert.Equal(t, "203.0.113.7, 127.0.0.1", asked.Header.Get("X-Forwarded-For"))
	assert.Equal(t, "canvas.example.com", asked.Header.Get("X-Forwarded-Host"))
	assert.Equal(t, "https", asked.Header.Get("X-Forwarded-Proto"))
}

func TestWithATokenOfItsOwnNoCredentialsOfAViewerLeave(t *testing.T) {
	o := newOrcheo(t, serveTrace(recorded(t)))
	w := newWorld(t, before(o, func(c *Config) { c.Backend.Token = "service" }))
	header := map[string]string{"Authorization": "Bearer viewer", "Cookie": "session=1"}
	for _, path := range []string{"/api/executions/run-1/trace", "/api/system/info"} {
		w.ask(http.MethodGet, path, header)
		asked, _ := o.last(t)
		assert.Equal(t, []string{"Bearer service"}, asked.Header.Values("Authorization"), path)
		assert.Empty(t, asked.Header.Values("Cookie"), path)
	}
	assert.NotContains(t, w.get("/api/info").body, "service\"")
}

func TestARedirectOfTheBackendIsTheClients(t *testing.T) {
	other := newOrcheo(t, func(http.ResponseWriter, *http.Request) {})
	o := newOrcheo(t, nil)
	w := newWorld(t, before(o, nil))
	for location, want := range map[string]string{
		"/api/workflows/":                 "/api/workflows/",
		o.URL + "/api/workflows/?x=1":     "/api/workflows/?x=1",
		other.URL + "/api/system/info":    other.URL + "/api/system/info",
		o.URL + "//elsewhere.example.com": o.URL + "//elsewhere.example.com",
	} {
		o.answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		r := w.ask(http.MethodGet, "/api/system/info", map[string]string{"Authorization": "Bearer viewer"})
		assert.Equal(t, http.StatusTemporaryRedirect, r.status)
		assert.Equal(t, want, r.header.Get("Location"))
	}
	assert.Zero(t, other.count(), "nobody else was asked")
}

func TestBodiesAreBounded(t *testing.T) {
	o := newOrcheo(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("streamed") {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		w.Header().Set("Content-Length", "3000")
		_, _ = w.Write(make([]byte, 3000))
	})
	w := newWorld(t, before(o, func(c *Config) {
		c.Backend.MaxRequestBytes, c.Backend.MaxResponseBytes = 1000, 2000
		c.Backend.Paths = []string{"GET,POST /api/x"}
	}))
	resp, err := w.client.Post("http://"+w.addr+"/api/x", "text/plain", bytes.NewReader(make([]byte, 1001)))
	require.NoError(t, err)
	assert.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
	r := w.get("/api/x")
	assert.Equal(t, http.StatusBadGateway, r.status)
	assert.Contains(t, r.body, "larger than backend::max_response_bytes")
	resp, err = w.client.Get("http://" + w.addr + "/api/x?streamed")
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.Error(t, err, "it breaks off")
	require.NoError(t, resp.Body.Close())
}

func TestAnArtifactIsDownloadedThroughTheServerAndRunsNothing(t *testing.T) {
	content := bytes.Repeat([]byte("artifact"), 100_000)
	o := newOrcheo(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(content)
	})
	w := newWorld(t, before(o, func(c *Config) { c.HTTP.WriteTimeout = 50 * time.Millisecond }))
	r := w.get("/api/artifacts/report%201.html/download")
	require.Equal(t, http.StatusOK, r.status)
	assert.Equal(t, string(content), r.body)
	assert.Equal(t, "attachment", r.header.Get("Content-Disposition"))
	assert.Contains(t, r.header.Get("Content-Security-Policy"), "sandbox")
	asked, _ := o.last(t)
	assert.Equal(t, "/api/artifacts/report%201.html/download", asked.RequestURI)
	assert.Contains(t, w.get("/api/info").body, `"artifacts":true`)

	w = newWorld(t, before(o, func(c *Config) { c.ArtifactURL = "https://files.example.com/{id}" }))
	assert.Equal(t, http.StatusFound, w.get("/api/artifacts/1/download").status, "artifact_url comes first")
}

func TestRightsAreAskedForBeforeAnythingIsPassedOn(t *testing.T) {
	o := newOrcheo(t, serveTrace(recorded(t)))
	b := newBouncer(t, "ann mine", "ann list/wf")
	w := newWorld(t, guardedBy(b, func(c *Config) { c.Backend.Endpoint = o.URL }))
	for path, status := range map[string]int{
		"/api/executions/mine/trace": 200, "/api/executions/theirs/trace": 403, "/api/executions/mine/history": 404, "/api/executions/theirs/history": 403,
		"/api/workflows/wf": 404, "/api/workflows/other": 403, "/api/workflows/other/executions": 403,
	} {
		n := o.count()
		assert.Equal(t, status, w.asAnn(path).status, path)
		assert.Equal(t, status != 403, o.count() > n, path)
	}
}

func TestWhoIsNotAuthenticatedReachesNoBackend(t *testing.T) {
	o := newOrcheo(t, serveTrace(recorded(t)))
	w := newWorld(t, protected(t, func(c *Config) { c.Backend.Endpoint = o.URL }))
	for _, path := range []string{"/api/executions/run-1/trace", "/api/system/info", "/api/workflows/w/executions"} {
		assert.Equal(t, http.StatusUnauthorized, w.get(path).status, path)
	}
	assert.Zero(t, o.count())
}

func TestTheRolloutHoldsForTheBackendsTraces(t *testing.T) {
	o := newOrcheo(t, serveTrace(recorded(t)))
	e := newExposed(t, showsA, before(o, nil))
	isNotEnabled(t, e.get("/api/executions/run-1/trace"))
	e.switchTo("{default: disabled, unnamed: enabled, workflows: {allow: [3f0d7f5e-3b8e-4d8e-9a5e-0c1f5a1b2c3d]}}")
	assert.Contains(t, e.get("/api/executions/run-1/trace").body, `"source":"backend"`)
}

func TestTheBackendsAnswerIsReadByWhatReadsOurs(t *testing.T) {
	o := newOrcheo(t, serveTrace([]byte(`{ "execution" : { } , "spans":[]}`)))
	w := newWorld(t, before(o, nil))
	var answer struct {
		Execution struct{ Source string }
	}
	require.NoError(t, json.Unmarshal([]byte(w.get("/api/executions/run-1/trace").body), &answer))
	assert.Equal(t, "backend", answer.Execution.Source)
}

// batchOf are spans of a trace with the id of a recording.
func batchOf(t *testing.T, trace string, spans ...*tracestore.Span) []tracestore.TraceBatch {
	t.Helper()
	b := tracestore.TraceBatch{Sender: "test", Spans: spans}
	require.True(t, decodeHex(b.Trace[:], trace))
	return []tracestore.TraceBatch{b}
}

// evict has the store forget an execution.
func evict(w *world, execution string) {
	w.t.Helper()
	w.eventually(func() bool {
		res, err := w.store.Resolve(w.t.Context(), execution)
		return err == nil && res.Summary != nil && res.Summary.Complete
	})
	require.NoError(w.t, w.store.Evict(w.t.Context(), execution, tracestore.EvictRequest))
}
