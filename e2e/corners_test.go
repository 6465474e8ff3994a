package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// corner is an execution that is odd in one way, what must be shown of it in the end, and what must never change after that.
type corner struct {
	execution string // "": it goes by the id of the only trace
	sent      []ptrace.Traces
	before    func(t *testing.T, c *collector) // instead of, or before, what is sent
	after     []ptrace.Traces                  // sent when it is complete

	reason   string
	status   string
	states   map[string]string // by name of the span
	skews    map[string]string // likewise; those left out have none
	errors   int
	traces   int // 0: one
	links    int
	revision int
}

// The periods are short here, but for the lease of a heartbeat, which is 30 s at least.
var hurry = []string{
	"--set=exporters.canvastrace.completeness.quiet_period=1500ms", "--set=exporters.canvastrace.completeness.missing_parent=2s",
	"--set=exporters.canvastrace.completeness.start_only=2s", "--set=exporters.canvastrace.completeness.abandon=5s",
}

// cornerTime is when the spans of these tests began.
var cornerTime = time.Now().Add(-10 * time.Second)

// odd is a span of a corner.
type odd struct {
	trace, id, parent byte
	name              string
	change            func(ptrace.Span)
}

// together is one request.
func together(spans ...odd) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "corners")
	to := rs.ScopeSpans().AppendEmpty().Spans()
	for _, w := range spans {
		s := to.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{0xc0, 15: w.trace})
		s.SetSpanID(pcommon.SpanID{7: w.id})
		if w.parent != 0 {
			s.SetParentSpanID(pcommon.SpanID{7: w.parent})
		}
		s.SetName(w.name)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(cornerTime.Add(time.Duration(w.id) * time.Second)))
		s.SetEndTimestamp(s.StartTimestamp() + 1e9)
		if w.change != nil {
			w.change(s)
		}
	}
	return td
}

// runs makes a span the root of a workflow's execution.
func runs(execution, event string) func(ptrace.Span) {
	return func(s ptrace.Span) {
		s.SetName("workflow.execution")
		s.Attributes().PutStr("orcheo.execution.id", execution)
		if event != "" {
			s.Events().AppendEmpty().SetName(event)
		}
	}
}

func both(changes ...func(ptrace.Span)) func(ptrace.Span) {
	return func(s ptrace.Span) {
		for _, change := range changes {
			change(s)
		}
	}
}

func endless(s ptrace.Span) { s.SetEndTimestamp(0) }

func says(key string, value any) func(ptrace.Span) {
	return func(s ptrace.Span) { _ = s.Attributes().PutEmpty(key).FromRaw(value) }
}

func moved(by time.Duration) func(ptrace.Span) {
	return func(s ptrace.Span) {
		s.SetStartTimestamp(pcommon.Timestamp(int64(s.StartTimestamp()) + int64(by)))
		s.SetEndTimestamp(s.StartTimestamp() + 1e9)
	}
}

func corners() map[string]corner {
	const year = 365 * 24 * time.Hour
	root := func(trace byte, execution string, changes ...func(ptrace.Span)) odd {
		return odd{trace, 1, 0, "", both(append([]func(ptrace.Span){runs(execution, "workflow.completed")}, changes...)...)}
	}
	ended := func(names ...string) map[string]string {
		states := map[string]string{}
		for _, name := range names {
			states[name] = "ended"
		}
		return states
	}
	const wf = "workflow.execution"
	return map[string]corner{
		"the root ends first": {
			execution: "root-first", sent: []ptrace.Traces{together(root(1, "root-first")), together(odd{1, 2, 1, "child", nil})},
			reason: "quiet", status: "completed", states: ended(wf, "child"),
		},
		"a root never comes": {
			sent:   []ptrace.Traces{together(odd{2, 2, 1, "a", nil}, odd{2, 3, 1, "b", nil})},
			reason: "abandoned", status: "running", states: map[string]string{"a": "ended", "b": "ended", "(parent not received yet)": "missing"},
		},
		"there are two roots, and the later one failed": {
			sent: []ptrace.Traces{together(odd{3, 1, 0, "first", nil}, odd{3, 2, 0, "second", func(s ptrace.Span) {
				s.Status().SetCode(ptrace.StatusCodeError)
			}})},
			reason: "quiet", status: "error", states: ended("first", "second"), errors: 1,
		},
		"spans are each other's parents": {
			sent:   []ptrace.Traces{together(odd{4, 1, 3, "a", nil}, odd{4, 2, 1, "b", nil}, odd{4, 3, 2, "c", nil})},
			reason: "quiet", status: "completed", states: ended("a", "b", "c"),
		},
		"a span is its own parent": {
			sent:   []ptrace.Traces{together(odd{5, 1, 1, "self", nil}, odd{5, 2, 1, "child", nil})},
			reason: "quiet", status: "completed", states: ended("self", "child"),
		},
		"a retry is another trace, with the same span ids": {
			execution: "retried",
			sent: []ptrace.Traces{
				together(odd{6, 1, 0, "", runs("retried", "workflow.failed")}, odd{6, 2, 1, "try 1", nil}),
				together(odd{7, 1, 0, "", both(runs("retried", "workflow.completed"), moved(2*time.Second))}, odd{7, 2, 1, "try 2", moved(2 * time.Second)}),
			},
			reason: "quiet", status: "completed", states: ended(wf, wf+"'", "try 1", "try 2"), traces: 2,
		},
		"an execution is nested in another": {
			execution: "inner",
			sent: []ptrace.Traces{
				together(odd{8, 4, 3, "inner's", nil}, odd{8, 3, 2, "", runs("inner", "workflow.failed")}),
				together(root(8, "outer"), odd{8, 2, 1, "outer's", nil}),
			},
			reason: "quiet", status: "error", states: ended(wf, "inner's"),
		},
		"a span links to another trace": {
			execution: "linked",
			sent: []ptrace.Traces{together(root(9, "linked", func(s ptrace.Span) {
				l := s.Links().AppendEmpty()
				l.SetTraceID(pcommon.TraceID{0xc0, 15: 1})
				l.SetSpanID(pcommon.SpanID{7: 1})
			}))},
			reason: "quiet", status: "completed", states: ended(wf), links: 1,
		},
		"clocks differ": {
			execution: "skewed",
			sent: []ptrace.Traces{together(root(10, "skewed"), odd{10, 2, 1, "an hour before", moved(-time.Hour)},
				odd{10, 3, 1, "in a hundred years", moved(100 * year)})},
			reason: "quiet", status: "completed", states: ended(wf, "an hour before", "in a hundred years"),
			skews: map[string]string{"an hour before": "before_parent", "in a hundred years": "future"},
		},
		"a span is late": {
			execution: "late", sent: []ptrace.Traces{together(root(11, "late"))}, after: []ptrace.Traces{together(odd{11, 2, 1, "late", nil})},
			reason: "quiet", status: "completed", states: ended(wf, "late"), revision: 1,
		},
		"the root says how many spans there are": {
			execution: "counted",
			sent:      []ptrace.Traces{together(odd{12, 2, 1, "child", nil}), together(root(12, "counted", says("orcheo.trace.span_count", int64(2))))},
			reason:    "span_count", status: "completed", states: ended(wf, "child"),
		},
		"a child never ends": {
			execution: "unfinished", sent: []ptrace.Traces{together(odd{13, 2, 1, "child", endless}), together(root(13, "unfinished"))},
			reason: "quiet", status: "completed", states: map[string]string{wf: "ended", "child": "unfinished"},
		},
		"heartbeats stop": {
			before: func(t *testing.T, c *collector) { c.heartbeat(t, pcommon.TraceID{0xc0, 15: 14}, "beating", 1) },
			sent:   []ptrace.Traces{together(odd{14, 2, 1, "child", nil})},
			reason: "lost", status: "running", states: map[string]string{"beating": "lost", "child": "ended"},
		},
		"Logfire announces its spans": {
			sent: []ptrace.Traces{
				together(odd{15, 77, 1, "run", both(moved(-76*time.Second), says("logfire.span_type", "pending_span"), says("logfire.pending_parent_id", "0000000000000000"))}),
				together(odd{15, 78, 2, "step", both(moved(-76*time.Second), says("logfire.span_type", "pending_span"), says("logfire.pending_parent_id", "0000000000000001"))}),
				together(odd{15, 1, 0, "run", nil}),
			},
			reason: "quiet", status: "completed", states: map[string]string{"run": "ended", "step": "unfinished"},
		},
		"Datadog tells of a span again and again": {
			sent: []ptrace.Traces{
				together(odd{16, 1, 0, "long", says("_dd.partial_version", 1.0)}, odd{16, 2, 1, "longer", says("_dd.partial_version", 2.0)}),
				together(odd{16, 1, 0, "long", both(moved(0), says("_dd.was_long_running", 1.0))}),
			},
			reason: "quiet", status: "completed", states: map[string]string{"long": "ended", "longer": "unfinished"},
		},
		"an end was made up": {
			sent:   []ptrace.Traces{together(odd{17, 1, 0, "collected", says("partial.gc", true)})},
			reason: "quiet", status: "completed", states: ended("collected"),
		},
	}
}

type cornerJSON struct {
	Execution struct {
		executionJSON
		Revision int               `json:"revision"`
		Links    []json.RawMessage `json:"links"`
	} `json:"execution"`
	Spans []json.RawMessage `json:"spans"`
}

func (k corner) id() string {
	if k.execution != "" {
		return k.execution
	}
	return flatten(k.sent...)[0].span.TraceID().String()
}

func (c *collector) corner(t testing.TB, id string) (answer cornerJSON) {
	t.Helper()
	require.Equal(t, http.StatusOK, c.get(t, "/api/executions/"+url.PathEscape(id)+"/trace", &answer))
	return answer
}

// TestEveryCornerOfCompletenessStatusAndIdentity sends executions that are odd, watches them, and compares what REST and the plain
// socket show in the end. All of them run at once in one collector.
func TestEveryCornerOfCompletenessStatusAndIdentity(t *testing.T) {
	c := startCollector(t, hurry...)
	for name, k := range corners() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := c.watch(t, k.id(), "")
			if k.before != nil {
				k.before(t, c)
			}
			c.post(t, otlpreplay.HTTPProtobuf, k.sent...)
			isComplete := func() bool { return c.corner(t, k.id()).Execution.Complete }
			eventually(t, 60*time.Second, "complete", isComplete)
			c.post(t, otlpreplay.GRPC, k.after...)
			eventually(t, 20*time.Second, "all spans, in their last state", func() bool {
				states, _ := statesOf(t, c.corner(t, k.id()).Spans)
				return assert.ObjectsAreEqual(k.states, states)
			})
			k.check(t, c.corner(t, k.id()))
			answer := c.corner(t, k.id())
			eventually(t, 20*time.Second, "the socket shows the same", func() bool {
				s := v.state()
				return s.complete && s.last.Execution.SpanCount == answer.Execution.SpanCount && sameSpans(t, answer.Spans, s.spans)
			})
			assert.Empty(t, v.state().problems)
		})
	}
}

func (k corner) check(t *testing.T, got cornerJSON) {
	t.Helper()
	e := got.Execution
	states, skews := statesOf(t, got.Spans)
	assert.Equal(t, k.states, states)
	if k.skews == nil {
		k.skews = map[string]string{}
	}
	assert.Equal(t, k.skews, skews)
	require.NotNil(t, e.CompleteReason)
	assert.Equal(t, k.reason, *e.CompleteReason)
	assert.Equal(t, k.status, e.Status)
	assert.Equal(t, k.errors, e.ErrorCount)
	assert.Len(t, e.Traces, max(k.traces, 1))
	assert.Len(t, e.Links, k.links)
	assert.Equal(t, k.revision, e.Revision)
	for _, raw := range got.Spans {
		s := parseSpan(t, raw)
		for _, sent := range flatten(append(k.sent, k.after...)...) {
			if s.EndTime != nil && sent.span.TraceID().String() == s.TraceID && sent.span.SpanID().String() == s.SpanID {
				assert.Equal(t, wireTime(sent.span.StartTimestamp().AsTime()), *s.StartTime, "times are shown as they were sent")
			}
		}
	}
}

// statesOf are the states and the skews of spans, by name; a second one of a name gets a prime.
func statesOf(t testing.TB, spans []json.RawMessage) (states, skews map[string]string) {
	t.Helper()
	states, skews = map[string]string{}, map[string]string{}
	for _, raw := range spans {
		var s struct {
			spanJSON
			Skew string `json:"clock_skew"`
		}
		require.NoError(t, json.Unmarshal(raw, &s), "%s", raw)
		name := s.Name
		if _, taken := states[name]; taken {
			name += "'"
		}
		states[name] = s.State
		if s.Skew != "" {
			skews[name] = s.Skew
		}
	}
	return states, skews
}

func sameSpans(t testing.TB, rest []json.RawMessage, socket map[string]json.RawMessage) bool {
	t.Helper()
	if len(rest) != len(socket) {
		return false
	}
	for _, raw := range rest {
		s := parseSpan(t, raw)
		if string(socket[s.TraceID+"/"+s.SpanID]) != string(raw) {
			return false
		}
	}
	return true
}

// TestASpanThatComesAfterItsExecutionWasEvictedIsCountedOnly: it does not bring an execution back that would look whole.
func TestASpanThatComesAfterItsExecutionWasEvictedIsCountedOnly(t *testing.T) {
	c := startCollector(t, append(hurry, "--set=exporters.canvastrace.retention.ttl=3s")...)
	span := func(id byte, change func(ptrace.Span)) ptrace.Traces {
		return together(odd{20, id, 0, fmt.Sprint("span ", id), change})
	}
	c.post(t, otlpreplay.HTTPProtobuf, span(1, runs("evicted", "workflow.completed")))
	reason := func(id string) string {
		if r := c.corner(t, id).Execution.CompleteReason; r != nil {
			return *r
		}
		return ""
	}
	eventually(t, 20*time.Second, "shown", func() bool { return len(c.corner(t, "evicted").Spans) == 1 })
	eventually(t, 20*time.Second, "evicted", func() bool { return reason("evicted") == "evicted" })
	c.post(t, otlpreplay.HTTPProtobuf, span(2, nil), span(1, runs("evicted", "workflow.failed")))
	for _, id := range []string{"evicted", pcommon.TraceID{0xc0, 15: 20}.String()} {
		got := c.corner(t, id)
		assert.Equal(t, "evicted", reason(id))
		assert.Empty(t, got.Spans)
		assert.Equal(t, "completed", got.Execution.Status, "as it was")
		assert.Equal(t, 1, got.Execution.SpanCount)
		assert.True(t, got.Execution.Complete)
	}
	assert.EqualValues(t, 2, c.metric(t, "otelcol_canvastrace_spans", `outcome="evicted"`))
}
