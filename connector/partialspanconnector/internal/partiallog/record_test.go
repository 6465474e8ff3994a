package partiallog

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

const (
	hexTrace    = "0102030405060708090a0b0c0d0e0f10"
	base64Trace = "AQIDBAUGBwgJCgsMDQ4PEA=="
	hexSpan     = "1112131415161718"
	base64Span  = "ERITFBUWFxg="
	observedAt  = 1_700_000_005_000_000_000
)

// record makes a log record; attributes come as pairs.
func record(body string, attributes ...string) plog.LogRecord {
	r := plog.NewLogRecord()
	r.Body().SetStr(body)
	r.SetTimestamp(observedAt)
	for i := 0; i < len(attributes); i += 2 {
		r.Attributes().PutStr(attributes[i], attributes[i+1])
	}
	return r
}

func jsonRecord(span string) plog.LogRecord {
	body := `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"backend"}}]},` +
		`"scopeSpans":[{"scope":{"name":"scope"},"spans":[` + span + `]}]}]}`
	return record(body, attrEvent, "heartbeat", attrFrequency, "5000ms", attrBodyType, "json/v1")
}

func read(t *testing.T, r plog.LogRecord) (ptrace.Traces, error) {
	t.Helper()
	return Reader{MaxBody: 1 << 20}.Spans(r, EventOf(r))
}

func onlySpan(t *testing.T, r plog.LogRecord) ptrace.Span {
	t.Helper()
	traces, err := read(t, r)
	require.NoError(t, err)
	require.Equal(t, 1, traces.SpanCount())
	return traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
}

func TestEventOf(t *testing.T) {
	for value, want := range map[string]Event{
		"start": Start, "heartbeat": Heartbeat, "stop": Stop, "": Unknown, "HEARTBEAT": Unknown, "none": Unknown,
	} {
		assert.Equal(t, want, EventOf(record("", attrEvent, value)), value)
	}
	assert.Equal(t, None, EventOf(record("an ordinary log line", "level", "info")))
}

func TestASpanKeepsWhatItSaysAndIsMarked(t *testing.T) {
	s := onlySpan(t, jsonRecord(`{"traceId":"`+hexTrace+`","spanId":"`+hexSpan+`","parentSpanId":"2122232425262728","name":"call model","kind":3,
		"startTimeUnixNano":"1700000000123456789","endTimeUnixNano":"1700000005000000000",
		"attributes":[{"key":"orcheo.node.id","value":{"stringValue":"n1"}},{"key":"n","value":{"intValue":"7"}}],
		"events":[{"timeUnixNano":"1700000001000000000","name":"prompt","attributes":[{"key":"preview","value":{"stringValue":"hello"}}]}]}`))
	assert.Equal(t, hexTrace, s.TraceID().String())
	assert.Equal(t, hexSpan, s.SpanID().String())
	assert.Equal(t, "2122232425262728", s.ParentSpanID().String())
	assert.Equal(t, "call model", s.Name())
	assert.EqualValues(t, 1700000000123456789, s.StartTimestamp())
	assert.Zero(t, s.EndTimestamp(), "it still runs, whatever the sender wrote")
	assert.Equal(t, "prompt", s.Events().At(0).Name())
	assert.Equal(t, map[string]any{
		"orcheo.node.id": "n1", "n": int64(7),
		semconv.PartialKind: "heartbeat", semconv.PartialFrequency: int64(5000), semconv.PartialObserved: int64(observedAt),
	}, s.Attributes().AsRaw())
}

func TestAStopIsAnEndUntilTheSpanItselfComes(t *testing.T) {
	stopped := func(end string) ptrace.Span {
		r := jsonRecord(`{"traceId":"` + hexTrace + `","spanId":"` + hexSpan + `","endTimeUnixNano":"` + end + `"}`)
		r.Attributes().PutStr(attrEvent, "stop")
		return onlySpan(t, r)
	}
	s := stopped("1700000004000000000")
	assert.EqualValues(t, 1700000004000000000, s.EndTimestamp())
	assert.Equal(t, "synthetic", s.Attributes().AsRaw()[semconv.PartialKind], "below what the span says, above every heartbeat")
	assert.EqualValues(t, observedAt, stopped("0").EndTimestamp(), "without an end, that of the record")
}

func TestFormOf(t *testing.T) {
	assert.Equal(t, FormNone, FormOf(record("an ordinary log line", attrBodyType, "json/v1")))
	assert.Equal(t, FormProto, FormOf(record("", attrEvent, "heartbeat")))
	for value, want := range map[string]Form{"json/v1": FormJSON, "proto": FormProto, "": FormProto, "json/v9": FormUnknown, "none": FormUnknown} {
		assert.Equal(t, want, FormOf(record("", attrEvent, "stop", attrBodyType, value)), value)
	}
}

func TestIdsAreReadAsHexadecimalAndAsBase64(t *testing.T) {
	for name, ids := range map[string][2]string{
		"hexadecimal":            {hexTrace, hexSpan},
		"upper case":             {strings.ToUpper(hexTrace), hexSpan},
		"base64":                 {base64Trace, base64Span},
		"base64 without padding": {strings.TrimRight(base64Trace, "="), strings.TrimRight(base64Span, "=")},
		"one of each":            {base64Trace, hexSpan},
	} {
		t.Run(name, func(t *testing.T) {
			s := onlySpan(t, jsonRecord(fmt.Sprintf(`{"traceId":%q,"spanId":%q,"parentSpanId":%q}`, ids[0], ids[1], ids[1])))
			assert.Equal(t, hexTrace, s.TraceID().String())
			assert.Equal(t, hexSpan, s.SpanID().String())
			assert.Equal(t, hexSpan, s.ParentSpanID().String())
		})
	}
}

func TestProtobufLibrariesWriteNamesAndEnumsDifferently(t *testing.T) {
	body := `{"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"` + base64Trace + `","span_id":"` + base64Span + `",
		"parent_span_id":"","kind":"SPAN_KIND_CLIENT","start_time_unix_nano":1700000000000000001,"status":{"code":"STATUS_CODE_ERROR","message":"m"}}]}]}]}`
	s := onlySpan(t, record(body, attrEvent, "start", attrBodyType, "json/v1"))
	assert.Equal(t, ptrace.SpanKindClient, s.Kind())
	assert.Equal(t, ptrace.StatusCodeError, s.Status().Code())
	assert.EqualValues(t, 1700000000000000001, s.StartTimestamp(), "not rounded to a float")
	assert.True(t, s.ParentSpanID().IsEmpty())
	kind, _ := s.Attributes().Get(semconv.PartialKind)
	assert.Equal(t, "start", kind.Str())
}

func TestLinksThatPdataRefusesAreLeftOut(t *testing.T) {
	s := onlySpan(t, jsonRecord(`{"traceId":"`+hexTrace+`","spanId":"`+hexSpan+`","links":[
		{"traceId":"nonsense","spanId":"`+hexSpan+`"},
		{"traceId":"`+base64Trace+`","spanId":"`+base64Span+`"},
		{"traceId":"`+hexTrace+`","spanId":5}, 6]}`))
	require.Equal(t, 1, s.Links().Len(), "the one with readable ids stays")
	assert.Equal(t, hexTrace, s.Links().At(0).TraceID().String())
	assert.Equal(t, hexSpan, s.Links().At(0).SpanID().String())
}

func TestTheIdsOfTheRecordStandInForUnreadableOnes(t *testing.T) {
	for _, span := range []string{`{"name":"n"}`, `{"name":"n","traceId":"?","spanId":"00"}`, `{"name":"n","traceId":"` + strings.Repeat("0", 32) + `"}`} {
		r := jsonRecord(span)
		r.SetTraceID(pcommon.TraceID{1})
		r.SetSpanID(pcommon.SpanID{2})
		s := onlySpan(t, r)
		assert.Equal(t, pcommon.TraceID{1}, s.TraceID(), span)
		assert.Equal(t, pcommon.SpanID{2}, s.SpanID(), span)
	}
}

func TestTheIdsOfTheRecordAreNotThoseOfSeveralSpans(t *testing.T) {
	r := jsonRecord(`{"name":"a"},{"traceId":"` + hexTrace + `","spanId":"` + hexSpan + `"}`)
	r.SetTraceID(pcommon.TraceID{1})
	r.SetSpanID(pcommon.SpanID{2})
	assert.Equal(t, hexSpan, onlySpan(t, r).SpanID().String(), "the other one is left out")
}

func TestProtobufBodies(t *testing.T) {
	traces := ptrace.NewTraces()
	span := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetTraceID(pcommon.TraceID{1})
	span.SetSpanID(pcommon.SpanID{2})
	span.SetName("proto")
	raw, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	require.NoError(t, err)

	text := base64.StdEncoding.EncodeToString(raw)
	asBytes := record("", attrEvent, "heartbeat")
	asBytes.Body().SetEmptyBytes().FromRaw(raw)
	for name, r := range map[string]plog.LogRecord{
		"base64 of type proto": record(text, attrEvent, "heartbeat", attrBodyType, "proto"),
		"base64 without type":  record(text, attrEvent, "heartbeat"),
		"URL-safe base64":      record(base64.RawURLEncoding.EncodeToString(raw)+"\n", attrEvent, "heartbeat"),
		"bytes":                asBytes,
	} {
		assert.Equal(t, "proto", onlySpan(t, r).Name(), name)
	}
}

func TestFrequency(t *testing.T) {
	for text, want := range map[string]any{
		"5s": int64(5000), "5000ms": int64(5000), "1m30s": int64(90000), "2500": int64(2500), "10us": int64(1),
		"": nil, "soon": nil, "-5s": nil, "0": nil, "9223372036854775807": nil,
	} {
		r := jsonRecord(`{"traceId":"` + hexTrace + `","spanId":"` + hexSpan + `"}`)
		r.Attributes().PutStr(attrFrequency, text)
		assert.Equal(t, want, onlySpan(t, r).Attributes().AsRaw()[semconv.PartialFrequency], text)
	}
}

func TestTheTimeOfTheRecordIsTheOneItWasMadeOrElseSeen(t *testing.T) {
	r := jsonRecord(`{"traceId":"` + hexTrace + `","spanId":"` + hexSpan + `"}`)
	r.SetTimestamp(0)
	r.SetObservedTimestamp(7)
	assert.EqualValues(t, 7, onlySpan(t, r).Attributes().AsRaw()[semconv.PartialObserved])
}

func TestWhatCannotBeReadSaysSo(t *testing.T) {
	for name, tt := range map[string]struct {
		record plog.LogRecord
		want   string
	}{
		"no body":                {record("", attrEvent, "heartbeat"), "no span"},
		"text":                   {record("five seconds in", attrEvent, "heartbeat"), "base64"},
		"base64 of something":    {record("aGVsbG8gd29ybGQ=", attrEvent, "heartbeat"), "protobuf"},
		"a type nobody knows":    {record("{}", attrEvent, "heartbeat", attrBodyType, "json/v9"), `"json/v9"`},
		"half an object":         {record(`{"resourceSpans":[`, attrEvent, "heartbeat", attrBodyType, "json/v1"), "JSON"},
		"a list":                 {record(`[1]`, attrEvent, "heartbeat", attrBodyType, "json/v1"), "JSON"},
		"two objects":            {record(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"x"}]}]}]} {}`, attrEvent, "heartbeat", attrBodyType, "json/v1"), "JSON"},
		"wrong shapes inside":    {record(`{"resourceSpans":[{"scopeSpans":5}]}`, attrEvent, "heartbeat", attrBodyType, "json/v1"), "OTLP JSON"},
		"a span without ids":     {jsonRecord(`{"name":"n"}`), "no span"},
		"no span":                {jsonRecord(``), "no span"},
		"an event nobody writes": {record("", attrEvent, "pause"), "partial.event"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, tt.record)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestABodyOverTheLimitIsNotRead(t *testing.T) {
	r := jsonRecord(`{"traceId":"` + hexTrace + `","spanId":"` + hexSpan + `"}`)
	size := len(r.Body().Str())
	_, err := Reader{MaxBody: size}.Spans(r, Heartbeat)
	require.NoError(t, err)
	_, err = Reader{MaxBody: size - 1}.Spans(r, Heartbeat)
	require.ErrorIs(t, err, ErrTooLarge)
	r.Body().SetEmptyBytes().FromRaw(make([]byte, size))
	_, err = Reader{MaxBody: size - 1}.Spans(r, Heartbeat)
	require.ErrorIs(t, err, ErrTooLarge)
}
