//go:build router

package e2e

import (
	"crypto/rand"
	"fmt"
	"os/exec"
	"slices"
	"strings"
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
