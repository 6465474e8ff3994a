package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// otlpAnswer is what some place has of our trace.
type otlpAnswer struct {
	times    map[string]int // span id → how often it is there
	services []string
	states   []string // the trace states of the spans, each once
	receipts int      // spans that say what was redacted
}

// readOTLP reads OTLP JSON, bare or in what Jaeger (result) and Tempo (trace, batches) put around it.
func readOTLP(body []byte, trace pcommon.TraceID) *otlpAnswer {
	var wrapped struct {
		Result  json.RawMessage `json:"result"`
		Trace   json.RawMessage `json:"trace"`
		Batches json.RawMessage `json:"batches"`
	}
	if json.Unmarshal(body, &wrapped) == nil {
		switch {
		case wrapped.Result != nil:
			body = wrapped.Result
		case wrapped.Trace != nil:
			body = wrapped.Trace
		case wrapped.Batches != nil:
			body = []byte(`{"resourceSpans":` + string(wrapped.Batches) + `}`)
		}
	}
	a := &otlpAnswer{times: map[string]int{}}
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(body)
	if err != nil {
		return a
	}
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				if s.TraceID() == trace {
					a.add(rs.Resource(), s)
				}
			}
		}
	}
	return a
}

func (a *otlpAnswer) add(resource pcommon.Resource, s ptrace.Span) {
	a.times[s.SpanID().String()]++
	name, _ := resource.Attributes().Get("service.name")
	if service := name.AsString(); !slices.Contains(a.services, service) {
		a.services = append(a.services, service)
	}
	if state := s.TraceState().AsRaw(); !slices.Contains(a.states, state) {
		a.states = append(a.states, state)
	}
	if _, is := s.Attributes().Get("orcheo.redaction.count"); is {
		a.receipts++
	}
}

func (a *otlpAnswer) missing(ids []pcommon.SpanID) int {
	n := 0
	for _, id := range ids {
		if a.times[id.String()] == 0 {
			n++
		}
	}
	return n
}

func (a *otlpAnswer) repeated() int {
	n := 0
	for _, times := range a.times {
		n += times - 1
	}
	return n
}

// route is where the backend answers our trace.
func (c *check) route() string {
	if c.Backend == Tempo {
		return "/api/traces/" + c.workflow.trace.String()
	}
	return "/api/v3/traces/" + c.workflow.trace.String() + "?raw_traces=true" // as it came, so that doubles show
}

// readDownstream waits for the trace in the backend behind the collector.
func readDownstream(ctx context.Context, c *check) Result {
	if c.downstream == nil {
		return skip("no backend was named (--downstream-jaeger or --downstream-tempo)")
	}
	c.progress.Waiting("the trace in the backend")
	var got answer
	var err error
	there := c.until(ctx, 500*time.Millisecond, func(ctx context.Context) bool {
		c.latest(ctx, c.downstream.path(c.route()), c.DownstreamToken, &got, &err)
		if err != nil || got.status != http.StatusOK {
			return false
		}
		c.backend = readOTLP(got.body, c.workflow.trace)
		return c.backend.missing(c.workflow.spans()) == 0
	})
	c.shown["the backend"] = string(got.body)
	if there {
		return pass(fmt.Sprintf("all %d spans are there, %s after they were sent", len(c.workflow.spans()), since(c.sentAt).Round(100*time.Millisecond)))
	}
	switch {
	case err != nil && ctx.Err() == nil && got.status == 0:
		return fail(fmt.Sprintf("the backend's API gives no answer: %v", err), c.diagnose(*c.downstream, err))
	case got.status == http.StatusUnauthorized || got.status == http.StatusForbidden:
		return fail(fmt.Sprintf("the backend's API answers %d: %s", got.status, c.quote(got.body)), tokenDiagnosis("backend", c.DownstreamToken, "the backend's API"))
	case c.backend != nil && len(c.backend.times) > 0:
		return fail(fmt.Sprintf("%d of %d spans are missing there after %s", c.backend.missing(c.workflow.spans()), len(c.workflow.spans()), c.Timeout), diagnosis{
			"a sampler that does not go by the trace id, or a limit of the backend, tears traces apart",
			"sample whole traces only; in front of several collectors, route by trace id (the loadbalancing exporter)",
		})
	case got.isPage() || got.status == http.StatusNotFound && !strings.Contains(strings.ToLower(c.quote(got.body)), "trace"):
		return fail(fmt.Sprintf("the backend's API answers %d: %s", got.status, c.quote(got.body)), diagnosis{
			"this is not the API of " + string(c.Backend), "Jaeger's query API is usually at port 16686, Tempo's at 3200",
		})
	}
	return fail(fmt.Sprintf("the trace is not there after %s (%d: %s)", c.Timeout, got.status, c.quote(got.body)), diagnosis{
		"the collector does not forward: no CANVAS_FORWARD_ENDPOINT, a ratio of 0, a wrong address, or a backend that refuses",
		"look at otelcol_exporter_send_failed_spans and otelcol_exporter_queue_size at port 8888, and at the collector's log; tail sampling (CANVAS_FORWARD_KEEP) decides 10 s after the root: give --timeout more",
	})
}
