package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// request starts a request with one scope, and returns a function that adds spans to it.
func request() (ptrace.Traces, func(trace, id, parent byte) ptrace.Span) {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	now := time.Now()
	return td, func(trace, id, parent byte) ptrace.Span {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{0xba, 15: trace})
		s.SetSpanID(pcommon.SpanID{7: id})
		s.SetParentSpanID(pcommon.SpanID{7: parent})
		s.SetName(fmt.Sprintf("span %d", id))
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Second)))
		return s
	}
}

// hostile inputs, each in a trace of its own; spans says how many of them the Trace tab must show, placeholders not counted.
var hostile = []struct {
	name  string
	spans int
	build func(add func(trace, id, parent byte) ptrace.Span, trace byte)
}{
	{"a cycle of three", 3, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		add(trace, 1, 3)
		add(trace, 2, 1)
		add(trace, 3, 2)
	}},
	{"a span that is its own parent", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) { add(trace, 1, 1) }},
	{"two roots", 2, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		add(trace, 1, 0)
		add(trace, 2, 0)
	}},
	{"a zero span id, and a zero trace id", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		add(trace, 0, 0)
		add(trace, 1, 0)
		add(trace, 2, 1).SetTraceID(pcommon.TraceID{})
	}},
	{"an end before the start, and the end of time", 2, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		s := add(trace, 1, 0)
		s.SetEndTimestamp(s.StartTimestamp() - 1e9)
		add(trace, 2, 1).SetEndTimestamp(math.MaxUint64)
	}},
	{"an attribute of 1 MB", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		add(trace, 1, 0).Attributes().PutStr("big", strings.Repeat("0123456789abcdef", 1<<16))
	}},
	{"5,000 attributes", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		attrs := add(trace, 1, 0).Attributes()
		for i := range 5000 {
			attrs.PutStr(fmt.Sprintf("attribute.%d", i), "value")
		}
	}},
	{"200 levels", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		m := add(trace, 1, 0).Attributes().PutEmptyMap("deep")
		for range 200 {
			m = m.PutEmptyMap("deeper")
		}
		m.PutStr("bottom", "here")
	}},
	{"numbers that JSON has not", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		attrs := add(trace, 1, 0).Attributes()
		attrs.PutDouble("nan", math.NaN())
		attrs.PutDouble("inf", math.Inf(-1))
		attrs.PutInt("big", math.MaxInt64)
		attrs.PutDouble("orcheo.node.latency_ms", math.Inf(1))
		attrs.PutInt("orcheo.token.input", -5)
		attrs.PutDouble("gen_ai.usage.output_tokens", math.NaN())
	}},
	{"bytes that are not UTF-8", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		s := add(trace, 1, 0)
		s.SetName("broken \xff\xfe name")
		s.Status().SetMessage("\xc3")
		s.Attributes().PutStr("k\xff", "v\xed\xa0\x80")
		s.Attributes().PutStr("orcheo.execution.id", "run-\xff")
	}},
	{"an execution id that is none", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		add(trace, 1, 0).Attributes().PutStr("orcheo.execution.id", strings.Repeat("x", 100_000))
	}},
	{"files in texts, one behind the other without a space", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		const files = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAdata:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw"
		s := add(trace, 1, 0)
		s.Attributes().PutStr("gen_ai.operation.name", "chat")
		s.Attributes().PutStr("gen_ai.input.messages", `[{"role":"user","content":"`+files+`"}]`)
		prompt := s.Events().AppendEmpty()
		prompt.SetName("prompt")
		prompt.Attributes().PutStr("preview", files)
	}},
	{"duplicate keys", 1, func(add func(trace, id, parent byte) ptrace.Span, trace byte) {
		twice(add(trace, 1, 0).Attributes())
	}},
}

// twice puts a key into m that stands there already; only a reader of OTLP makes such a map, no method of pdata does.
func twice(m pcommon.Map) {
	const text = `{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"stringValue":"1"}},{"key":"a","value":{"stringValue":"2"}}]}}]}`
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces([]byte(text))
	if err != nil {
		panic(err) // a constant
	}
	td.ResourceSpans().At(0).Resource().Attributes().CopyTo(m)
}

// TestHostileInputIsAnsweredAndHarmsNothingElse sends what no SDK sends: each is shown as valid JSON or counted, and a real
// run beside it is shown right.
func TestHostileInputIsAnsweredAndHarmsNothingElse(t *testing.T) {
	c := startCollector(t, quickly)
	for _, transport := range []otlpreplay.Transport{otlpreplay.HTTPProtobuf, otlpreplay.GRPC} {
		sender, err := otlpreplay.Dial(transport, c.endpoints())
		require.NoError(t, err)
		defer sender.Close()
		for i, h := range hostile {
			t.Run(fmt.Sprintf("%s/%s", transport, h.name), func(t *testing.T) {
				td, add := request()
				trace := byte(i + 1)
				if transport == otlpreplay.GRPC {
					trace += 100
				}
				h.build(add, trace)
				if err := sender.Send(testContext(t), td); err != nil {
					t.Logf("refused: %.200s", err)
					return
				}
				id := pcommon.TraceID{0xba, 15: trace}.String()
				eventually(t, patience, "the spans of "+h.name, func() bool { return c.trace(t, id).Execution.SpanCount == h.spans })
				for _, raw := range c.trace(t, id).Spans {
					assert.True(t, json.Valid(raw))
					assert.Less(t, len(raw), 140<<10, "a span is bounded")
				}
				assert.Equal(t, http.StatusOK, c.get(t, "/api/executions/"+id+"/trace/otlp", nil))
			})
		}
	}
	assert.InDelta(t, 4, c.metric(t, "otelcol_canvastrace_spans", `outcome="invalid_id"`), 0, "two a transport")

	t.Run("requests that are no OTLP", func(t *testing.T) {
		for _, body := range []string{"", "{", `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}`, "\x00\xff\x01"} {
			resp, err := http.Post("http://"+c.http+"/v1/traces", "application/json", strings.NewReader(body))
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
		}
	})
	t.Run("and a real run beside it", func(t *testing.T) {
		run := freshRun(t, "rich")
		v := c.watch(t, run.Expect.ExecutionID, "")
		c.send(t, otlpreplay.HTTPJSON, run, otlpreplay.Recorded)
		checkShown(t, c, v, run)
	})
}
