package canvaswire

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// jsonSpan is the shape of a body for encoding/json.
type jsonSpan struct {
	SpanID      string         `json:"span_id"`
	Parent      *string        `json:"parent_span_id"`
	Name        string         `json:"name"`
	Start       *time.Time     `json:"start_time"`
	End         *time.Time     `json:"end_time"`
	Attributes  map[string]any `json:"attributes"`
	Events      []jsonEvent    `json:"events"`
	Status      jsonStatus     `json:"status"`
	Links       []jsonLink     `json:"links"`
	TraceID     string         `json:"trace_id"`
	Kind        string         `json:"kind"`
	ServiceName *string        `json:"service_name"`
	Redactions  int64          `json:"redactions"`
	Truncated   bool           `json:"truncated"`
}

type jsonEvent struct {
	Name       string         `json:"name"`
	Time       *time.Time     `json:"time"`
	Attributes map[string]any `json:"attributes"`
}

type jsonStatus struct {
	Code    string  `json:"code"`
	Message *string `json:"message"`
}

type jsonLink struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
}

// asJSONSpan is what somebody would write who renders spans with encoding/json.
func asJSONSpan(trace pcommon.TraceID, service string, s ptrace.Span) *jsonSpan {
	micros := func(t pcommon.Timestamp) *time.Time {
		if t == 0 {
			return nil
		}
		v := t.AsTime().Truncate(time.Microsecond)
		return &v
	}
	orNil := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	out := &jsonSpan{
		SpanID: s.SpanID().String(), Parent: orNil(s.ParentSpanID().String()), Name: s.Name(),
		Start: micros(s.StartTimestamp()), End: micros(s.EndTimestamp()), Attributes: s.Attributes().AsRaw(),
		Events: make([]jsonEvent, s.Events().Len()), Links: make([]jsonLink, s.Links().Len()),
		Status:  jsonStatus{Code: statusCodes[s.Status().Code()], Message: orNil(s.Status().Message())},
		TraceID: trace.String(), Kind: kinds[s.Kind()], ServiceName: orNil(service),
	}
	for i := range out.Events {
		e := s.Events().At(i)
		out.Events[i] = jsonEvent{e.Name(), micros(e.Timestamp()), e.Attributes().AsRaw()}
	}
	for i := range out.Links {
		l := s.Links().At(i)
		out.Links[i] = jsonLink{l.TraceID().String(), l.SpanID().String()}
	}
	return out
}

// llmSpan is a node span as Orcheo sends it: 12 attributes, 2 events, about 1.5 kB of JSON.
func llmSpan() ptrace.Span {
	s := ptrace.NewSpan()
	s.SetTraceID(pcommon.TraceID{0x87, 0xdd, 0xee, 0x9f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	s.SetSpanID(pcommon.SpanID{0xea, 0xbc, 0x0b, 0x86, 1, 2, 3, 4})
	s.SetParentSpanID(pcommon.SpanID{0x87, 0xdd, 0xee, 0x9f, 1, 2, 3, 4})
	s.SetName("Draft Answer")
	s.SetKind(ptrace.SpanKindInternal)
	s.SetFlags(256)
	s.SetStartTimestamp(1_795_357_860_437_083_251)
	s.SetEndTimestamp(1_795_357_860_437_201_900)
	s.Status().SetCode(ptrace.StatusCodeOk)
	a := s.Attributes()
	a.PutStr("orcheo.node.id", "node-2")
	a.PutStr("orcheo.node.display_name", "Draft Answer")
	a.PutStr("orcheo.node.kind", "llm")
	a.PutStr("orcheo.node.status", "success")
	a.PutInt("orcheo.node.latency_ms", 340)
	a.PutInt("orcheo.token.input", 1240)
	a.PutInt("orcheo.token.output", 900)
	a.PutStr("orcheo.ai.kind", "llm")
	a.PutStr("orcheo.ai.model.requested", "openai:gpt-4o-mini")
	a.PutStr("orcheo.ai.model.actual", "gpt-4o-mini-2024-07-18")
	a.PutStr("orcheo.ai.provider", "openai")
	a.PutEmptySlice("orcheo.artifact.ids").AppendEmpty().SetStr("3f0d7f5e-3b8e-4d8e-9a5e-0c1f5a1b2c3d")
	for i, name := range []string{"prompt", "response"} {
		e := s.Events().AppendEmpty()
		e.SetName(name)
		e.SetTimestamp(pcommon.Timestamp(1_795_357_860_437_100_117 + i*1000))
		e.Attributes().PutStr("preview", "Summarise the three pages below for a reader who knows the field and has two "+
			"minutes. Name the sources. Do not repeat the title.\nPage 1: \"Collectors in practice\" tells how a team "+
			"moved its traces from one backend to another without losing a day, and what it would do differently today …")
	}
	return s
}

func BenchmarkBody(b *testing.B) {
	span := llmSpan()
	e := NewEncoder(DefaultLimits())
	buf := e.AppendBody(nil, span.TraceID(), "orcheo-backend", span)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf = e.AppendBody(buf[:0], span.TraceID(), "orcheo-backend", span)
	}
}

// BenchmarkBodyAgainstEncodingJSON runs both sides in turn and reports how many times faster ours is: than encoding the
// finished struct, and than filling that from pdata as well. Each side counts with its best round, because a machine with
// other work slows single rounds of either.
func BenchmarkBodyAgainstEncodingJSON(b *testing.B) {
	span := llmSpan()
	e := NewEncoder(DefaultLimits())
	ready := asJSONSpan(span.TraceID(), "orcheo-backend", span)
	var buf []byte
	sides := []func(){
		func() { buf = e.AppendBody(buf[:0], span.TraceID(), "orcheo-backend", span) },
		func() { marshal(b, ready) },
		func() { marshal(b, asJSONSpan(span.TraceID(), "orcheo-backend", span)) },
	}
	best := []float64{math.Inf(1), math.Inf(1), math.Inf(1)}
	const round = 16
	for b.Loop() {
		for i, side := range sides {
			began := time.Now()
			for range round {
				side()
			}
			best[i] = min(best[i], float64(time.Since(began).Nanoseconds())/round)
		}
	}
	b.ReportMetric(best[0], "ns/ours")
	b.ReportMetric(best[1], "ns/encoding-json")
	b.ReportMetric(best[1]/best[0], "x-struct")
	b.ReportMetric(best[2]/best[0], "x-pdata")
}

func marshal(b *testing.B, v any) {
	if _, err := json.Marshal(v); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkSpan(b *testing.B) {
	span := llmSpan()
	e := NewEncoder(DefaultLimits())
	b.ReportAllocs()
	for b.Loop() {
		e.Span(span.TraceID(), "orcheo-backend", span)
	}
}

func BenchmarkDecodeSpan(b *testing.B) {
	span := llmSpan()
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "orcheo-backend", span)
	b.SetBytes(int64(len(out.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := DecodeSpan(out.Body, out.Residual, out.Whole, ptrace.NewSpan()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFrameOf100Spans(b *testing.B) {
	span := llmSpan()
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "orcheo-backend", span)
	record := &tracestore.Record{Span: &tracestore.Span{ID: span.SpanID(), Body: out.Body}}
	frame := &Frame{
		ExecutionID: "run-1", Overview: &execution.Overview{Known: true}, Epoch: "e1", Seq: 100, Cursor: "c.x",
		Phase: "live", Last: true,
	}
	for range 100 {
		frame.Spans = append(frame.Spans, SpanParts{
			Key: execution.SpanKey{Trace: span.TraceID(), Span: span.SpanID()}, Record: record,
			Tail: execution.Tail{State: execution.StateEnded, LastSeen: 1_795_357_860_437_201_900, EffectiveStart: 1_795_357_860_437_201_900},
		})
	}
	buf := AppendFrame(nil, frame)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendFrame(buf[:0], frame)
	}
}
