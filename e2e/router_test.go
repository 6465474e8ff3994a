//go:build router

package e2e

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// startRouter starts the real router in front of collectors.
func startRouter(t testing.TB, env ...string) *collector {
	t.Helper()
	r := prepare(t, setup{binary: "router/otelcol-canvas-router", env: env})
	r.launch(t, func() bool { return r.listens(r.grpc) && r.listens(r.http) })
	return r
}

func routingTo(scheme string, collectors ...*collector) string {
	var to []string
	for _, c := range collectors {
		to = append(to, scheme+"://"+c.grpc)
	}
	return "CANVAS_ROUTE_TO=" + strings.Join(to, ",")
}

// alone takes a request apart: one request for each span.
func alone(td ptrace.Traces) []ptrace.Traces {
	var all []ptrace.Traces
	for _, f := range flatten(td) {
		one := ptrace.NewTraces()
		rs := one.ResourceSpans().AppendEmpty()
		f.resource.Resource().CopyTo(rs.Resource())
		f.span.CopyTo(rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty())
		all = append(all, one)
	}
	return all
}

func randomTrace(t testing.TB) (id pcommon.TraceID) {
	t.Helper()
	_, err := rand.Read(id[:])
	require.NoError(t, err)
	return id
}

// TestRouterKeepsATraceTogether sends the spans of many traces one by one over all transports, through two routers.
func TestRouterKeepsATraceTogether(t *testing.T) {
	collectors := []*collector{start(t, profile("staging")), start(t, profile("staging"))}
	routers := []*collector{startRouter(t, routingTo("grpc", collectors...)), startRouter(t, routingTo("grpc", collectors[1], collectors[0]))}
	const traces, spans = 40, 4
	var ids []string
	for n := range traces {
		trace := randomTrace(t)
		ids = append(ids, "run-"+trace.String())
		for i, one := range alone(rooted(trace, ids[n], "wf", 2, spans-1)) {
			transport := []otlpreplay.Transport{otlpreplay.GRPC, otlpreplay.HTTPProtobuf, otlpreplay.HTTPJSON}[(n+i)%3]
			routers[(n+i)%2].post(t, transport, one)
		}
	}
	at := map[*collector]int{}
	for _, id := range ids {
		var holder *collector
		eventually(t, patience, "all spans of "+id+" at one collector", func() bool {
			i := slices.IndexFunc(collectors, func(c *collector) bool { return len(c.trace(t, id).Spans) == spans })
			if i >= 0 {
				holder = collectors[i]
			}
			return i >= 0
		})
		at[holder]++
		for _, c := range collectors {
			if c != holder {
				assert.Empty(t, c.trace(t, id).Spans, "nothing of it at the other one")
			}
		}
	}
	for _, c := range collectors {
		assert.Greater(t, at[c], traces/8, "each has its share: %v", at)
	}
}

// TestRouterResolvesAName: an address is a name that stands for itself.
func TestRouterResolvesAName(t *testing.T) {
	c := start(t, profile("staging"))
	router := startRouter(t, "CANVAS_ROUTE_TO=grpc://"+c.grpc, "CANVAS_ROUTE_RESOLVER=dns")
	trace := randomTrace(t)
	router.post(t, otlpreplay.GRPC, finished(trace, "span", 1))
	eventually(t, patience, "the span at the collector behind the name", func() bool { return len(c.trace(t, trace.String()).Spans) == 1 })
}

// TestRouterSendsLogsOfRunningSpansWhereTheirTraceIs: their records name no trace themselves.
func TestRouterSendsLogsOfRunningSpansWhereTheirTraceIs(t *testing.T) {
	collectors := []*collector{start(t, profile("staging")), start(t, profile("staging"))}
	router := startRouter(t, routingTo("grpc", collectors...))
	for range 12 {
		trace := randomTrace(t)
		router.heartbeat(t, trace, "runs", 1)
		router.post(t, otlpreplay.GRPC, finished(trace, "ended", 2))
		eventually(t, patience, "both spans at one collector", func() bool {
			return slices.ContainsFunc(collectors, func(c *collector) bool {
				spans := c.trace(t, trace.String()).Spans
				states := map[string]string{}
				for _, raw := range spans {
					s := parseSpan(t, raw)
					states[s.Name] = s.State
				}
				return states["runs"] == "running" && states["ended"] == "ended"
			})
		})
	}
}

// TestRouterWithTLSAndTokens has a private authority, and another token on each side.
func TestRouterWithTLSAndTokens(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue("server", time.Now().Add(time.Hour), "127.0.0.1")
	inside := tokenFile(t, "s3cret-inside")
	secured := func() *collector {
		c := prepare(t, profile("staging", "CANVAS_TLS_CERT_FILE="+cert, "CANVAS_TLS_KEY_FILE="+key, "CANVAS_INGEST_TOKEN_FILE="+inside))
		c.launch(t, func() bool { return c.listens(c.grpc) && c.listens(c.server) })
		return c
	}
	collectors := []*collector{secured(), secured()}
	router := startRouter(t, routingTo("grpcs", collectors...), "CANVAS_ROUTE_CA_FILE="+ca.file(), "CANVAS_ROUTE_TOKEN_FILE="+inside)
	for range 16 {
		router.post(t, otlpreplay.GRPC, finished(randomTrace(t), "span", 1))
	}
	for _, c := range collectors {
		eventually(t, patience, "a share at each collector", func() bool {
			return strings.Contains(c.scrape(t), "otelcol_receiver_accepted_spans") && c.metric(t, "otelcol_receiver_accepted_spans") > 0
		})
	}
	assert.NotContains(t, router.log.String(), "s3cret")
}

// TestRouterHoldsWhatACollectorCannotTake: the others get theirs meanwhile, also where the queue is on disk and the router is killed.
func TestRouterHoldsWhatACollectorCannotTake(t *testing.T) {
	for name, kept := range map[string]bool{"in memory": false, "on disk": true} {
		t.Run(name, func(t *testing.T) {
			here, away := start(t, profile("staging")), prepare(t, profile("staging"))
			env := []string{routingTo("grpc", here, away)}
			if kept {
				env = append(env, "CANVAS_STATE_DIR="+t.TempDir())
			}
			router := startRouter(t, env...)
			const traces = 24
			var ids []string
			for range traces {
				trace := randomTrace(t)
				ids = append(ids, trace.String())
				router.post(t, otlpreplay.GRPC, finished(trace, "span", 1))
			}
			held := func(c *collector) (n int) {
				for _, id := range ids {
					n += len(c.trace(t, id).Spans)
				}
				return n
			}
			eventually(t, patience, "the share of the collector that is there", func() bool { return held(here) > 0 })
			if kept {
				require.NoError(t, router.cmd.Process.Kill())
				<-router.exited
				startRouter(t, env...)
			}
			away.launch(t, func() bool { return away.answers("http://" + away.server + "/healthz") })
			eventually(t, patience, fmt.Sprintf("all %d spans, now that both are there", traces), func() bool { return held(here)+held(away) == traces })
			assert.Positive(t, held(away))
		})
	}
}

func TestRouterIsValidWithEachVariable(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue("server", time.Now().Add(time.Hour), "localhost")
	token, plain := tokenFile(t, "s3cret"), "CANVAS_ROUTE_TO=grpc://c0:4317,grpc://c1:4317"
	for name, env := range map[string][]string{
		"a list":               {plain},
		"a name":               {"CANVAS_ROUTE_TO=grpc://collectors:4317", "CANVAS_ROUTE_RESOLVER=dns"},
		"a service":            {"CANVAS_ROUTE_TO=grpc://collectors.tracing:4317", "CANVAS_ROUTE_RESOLVER=k8s"},
		"viewers":              {plain, "CANVAS_ROUTE_SERVERS=http://c0:8090,http://c1:8090"},
		"an authority":         {"CANVAS_ROUTE_TO=grpcs://c0:4317", "CANVAS_ROUTE_CA_FILE=" + ca.file()},
		"a token inside":       {"CANVAS_ROUTE_TO=grpcs://c0:4317", "CANVAS_ROUTE_TOKEN_FILE=" + token},
		"a token of senders":   {plain, "CANVAS_INGEST_TOKEN_FILE=" + token, "CANVAS_OTLP_GRPC_ENDPOINT=0.0.0.0:4317"},
		"TLS for senders":      {plain, "CANVAS_TLS_CERT_FILE=" + cert, "CANVAS_TLS_KEY_FILE=" + key, "CANVAS_TLS_CLIENT_CA_FILE=" + ca.file()},
		"state":                {plain, "CANVAS_STATE_DIR=" + t.TempDir()},
		"pages of the process": {plain, "CANVAS_HEALTH_ENDPOINT=0.0.0.0:13133", "CANVAS_ZPAGES_ENDPOINT=localhost:1", "CANVAS_PPROF_ENDPOINT=localhost:2"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, command := range []string{"validate", "print-config"} {
				run := exec.Command(builtBinary(t, "router/otelcol-canvas-router"), command)
				run.Env = append(cleanEnviron(), env...)
				output, err := run.CombinedOutput()
				assert.NoError(t, err, "%s", output)
				assert.NotContains(t, string(output), "s3cret")
			}
		})
	}
	said := startAndFail(t, setup{binary: "router/otelcol-canvas-router", env: []string{plain, "CANVAS_OTLP_GRPC_ENDPOINT=0.0.0.0:0"}})
	assert.Contains(t, said, "set CANVAS_INGEST_TOKEN")
}

// TestRouterTakesViewersToTheCollectorThatHoldsAnExecution has a viewer wait at the router before anything is sent, and others come later.
func TestRouterTakesViewersToTheCollectorThatHoldsAnExecution(t *testing.T) {
	token := tokenFile(t, "viewers-token")
	authorized := &http.Client{Transport: adding{"Authorization", "Bearer viewers-token"}}
	var collectors []*collector
	var servers []string
	router := prepare(t, setup{binary: "router/otelcol-canvas-router"})
	for range 2 {
		c := start(t, profile("production", "CANVAS_AUTH_TOKEN_FILE="+token, "CANVAS_ALLOWED_HOSTS=127.0.0.1"))
		collectors, servers = append(collectors, c), append(servers, "http://"+c.server)
	}
	router.cmd.Env = append(router.cmd.Env, routingTo("grpc", collectors...), "CANVAS_ROUTE_SERVERS="+strings.Join(servers, ","))
	router.launch(t, func() bool { return router.answers("http://"+router.server+"/healthz") && router.listens(router.grpc) })
	get := func(path string, into any) int {
		resp, err := authorized.Get("http://" + router.server + path)
		require.NoError(t, err)
		defer resp.Body.Close()
		require.NoError(t, json.NewDecoder(resp.Body).Decode(into))
		return resp.StatusCode
	}
	resp, err := http.Get("http://" + router.server + "/api/executions")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, "the collectors ask who it is")

	var at [2]int
	for n := 0; n < 40 && (at[0] == 0 || at[1] == 0 || n < 6); n++ {
		trace := randomTrace(t)
		id := "run-" + trace.String()
		waiting := make(chan traceEvent, 64)
		leave := follow(t, "http://"+router.server+"/api/executions/"+id+"/events", "Bearer viewers-token", waiting)
		for _, one := range alone(rooted(trace, id, "wf", 2, 3)) {
			router.post(t, otlpreplay.GRPC, one)
		}
		seen := map[string]bool{}
		for len(seen) < 4 {
			select {
			case e := <-waiting:
				for _, s := range e.Spans {
					if s.State != "missing" {
						seen[s.SpanID] = true
					}
				}
			case <-time.After(patience):
				t.Fatalf("the viewer who waited saw %d of 4 spans", len(seen))
			}
		}
		leave()
		var answer traceJSON
		require.Equal(t, http.StatusOK, get("/api/executions/"+id+"/trace", &answer))
		assert.Len(t, answer.Spans, 4)
		for i, c := range collectors {
			r, err := authorized.Get("http://" + c.server + "/api/executions/" + id + "/trace")
			require.NoError(t, err)
			var direct traceJSON
			require.NoError(t, json.NewDecoder(r.Body).Decode(&direct))
			require.NoError(t, r.Body.Close())
			if len(direct.Spans) > 0 {
				at[i]++
			}
		}
	}
	assert.Positive(t, at[0])
	assert.Positive(t, at[1], "executions of both collectors were watched at one address: %v", at)

	var list struct {
		Executions []struct{ ID string } `json:"executions"`
	}
	require.Equal(t, http.StatusOK, get("/api/executions?limit=200", &list))
	assert.Len(t, list.Executions, at[0]+at[1], "one list of all")
	assert.NotContains(t, router.log.String(), "viewers-token")
}

// TestRouterPassesARolloutCheck: a viewer without a way to come again sees a run begin, wherever it begins.
func TestRouterPassesARolloutCheck(t *testing.T) {
	viewers, senders := secretFile(t, "s3cret-viewers"), secretFile(t, "s3cret-senders")
	var collectors []*collector
	var servers []string
	for range 2 {
		c := start(t, profile("staging", "CANVAS_AUTH_TOKEN_FILE="+viewers, "CANVAS_ALLOWED_HOSTS=127.0.0.1"))
		collectors, servers = append(collectors, c), append(servers, "http://"+c.server)
	}
	router := startRouter(t, routingTo("grpc", collectors...), "CANVAS_ROUTE_SERVERS="+strings.Join(servers, ","), "CANVAS_INGEST_TOKEN_FILE="+senders)
	for range 4 { // each is at a collector of its own luck
		check(t, nil, "--token-file", viewers, "--ingest-token-file", senders, "--endpoint", "http://"+router.http, "--server", "http://"+router.server, "--idle=2s").
			passes(t, append(throughout, "idle")...)
	}
}

// TestRouterHasWhatAlertsAskFor sends to a collector that is not there, with next to no queue.
func TestRouterHasWhatAlertsAskFor(t *testing.T) {
	rules, err := os.ReadFile("../distribution/alerts/otelcol-canvas.rules.yaml")
	require.NoError(t, err)
	const metric = "otelcol_loadbalancer_backend_outcome"
	require.Contains(t, string(rules), metric+`{job="otelcol-canvas-router", success="false"}`)
	router := prepare(t, setup{
		binary: "router/otelcol-canvas-router", env: []string{"CANVAS_ROUTE_TO=grpc://" + freeAddress(t)},
		args: []string{"--config=canvas:router", "--set=exporters.load_balancing.protocol.otlp.sending_queue.queue_size=1"},
	})
	router.launch(t, func() bool { return router.listens(router.grpc) })
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, router.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	require.Error(t, sender.Send(testContext(t), finished(randomTrace(t), "span", 1)), "there is no room for it")
	assert.Positive(t, router.metric(t, metric, `success="false"`, `endpoint="`))
}

// adding is a transport that adds a header.
type adding struct{ name, value string }

func (a adding) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(a.name, a.value)
	return http.DefaultTransport.RoundTrip(r)
}

// traceEvent is a frame as far as these tests look at it.
type traceEvent struct {
	Spans []spanJSON `json:"spans"`
}

// follow reads server-sent events, and comes again whenever the stream ends, as clients do, until leave is called.
func follow(t testing.TB, url, authorization string, into chan<- traceEvent) (leave func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			readEvents(ctx, url, authorization, into)
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	leave = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(leave)
	return leave
}

func readEvents(ctx context.Context, url, authorization string, into chan<- traceEvent) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return
	}
	r.Header.Set("Authorization", authorization)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var e traceEvent
		if !ok || json.Unmarshal([]byte(data), &e) != nil {
			continue
		}
		select {
		case into <- e:
		case <-ctx.Done():
			return
		}
	}
}
