package canvaswire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/xpdata"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// readBody parses a body as JSON, numbers as their text.
func readBody(t require.TestingT, body []byte) map[string]any {
	d := json.NewDecoder(bytes.NewReader(closed(body)))
	d.UseNumber()
	var out map[string]any
	require.NoError(t, d.Decode(&out), "%s", body)
	return out
}

// shown is what a body below its limits shows for a value, as encoding/json would decode it with UseNumber.
func shown(v pcommon.Value) any {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return canonical(v.Str())
	case pcommon.ValueTypeBool:
		return v.Bool()
	case pcommon.ValueTypeInt:
		text := strconv.FormatInt(v.Int(), 10)
		if v.Int() > 1<<53 || v.Int() < -(1<<53) {
			return text
		}
		return json.Number(text)
	case pcommon.ValueTypeDouble:
		return shownDouble(v.Double())
	case pcommon.ValueTypeBytes:
		return base64.StdEncoding.EncodeToString(v.Bytes().AsRaw())
	case pcommon.ValueTypeSlice:
		list := []any{}
		for i := range v.Slice().Len() {
			list = append(list, shown(v.Slice().At(i)))
		}
		return list
	case pcommon.ValueTypeMap:
		return shownMap(v.Map())
	}
	return nil
}

// shownDouble is a float64, as the text of a double is asserted elsewhere.
func shownDouble(v float64) any {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return v
}

func shownMap(m pcommon.Map) map[string]any {
	out := map[string]any{}
	for k, v := range m.All() {
		out[canonical(k)] = shown(v) // the last one wins
	}
	return out
}

// asDoubles turns the numbers with a fraction or an exponent in a decoded value into float64.
func asDoubles(v any) any {
	switch v := v.(type) {
	case json.Number:
		if strings.ContainsAny(v.String(), ".e") {
			f, _ := v.Float64()
			return f
		}
	case []any:
		for i := range v {
			v[i] = asDoubles(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = asDoubles(v[k])
		}
	}
	return v
}

func TestABodyShowsEveryAttributeOfTheSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := ptrace.NewSpan()
		pdatagen.Span(t, pdatagen.Sizes{}, span)
		body := readBody(t, NewEncoder(DefaultLimits()).Span(span.TraceID(), "svc", span).Body)
		require.Equal(t, shownMap(span.Attributes()), asDoubles(body["attributes"]))
		events := body["events"].([]any)
		require.Len(t, events, span.Events().Len())
		for i, e := range events {
			require.Equal(t, shownMap(span.Events().At(i).Attributes()), asDoubles(e.(map[string]any)["attributes"]))
			require.Equal(t, canonical(span.Events().At(i).Name()), e.(map[string]any)["name"])
		}
	})
}

func TestNoKeyStandsTwiceInAnyObject(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := ptrace.NewSpan()
		pdatagen.Span(t, pdatagen.Sizes{Attributes: 90, Text: 3, Depth: 2}, span)
		body := NewEncoder(DefaultLimits()).Span(span.TraceID(), "svc", span).Body
		back := ptrace.NewSpan()
		require.NoError(t, DecodeSpan(body, nil, nil, back))
		requireDistinct(t, back.Attributes())
	})
}

func requireDistinct(t require.TestingT, m pcommon.Map) {
	seen := map[string]bool{}
	for k, v := range m.All() {
		require.False(t, seen[k], "key %q stands twice", k)
		seen[k] = true
		if v.Type() == pcommon.ValueTypeMap {
			requireDistinct(t, v.Map())
		}
	}
}

func TestWhatBecomesOfOddValues(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(pcommon.Value)
		want string
	}{
		{"an unset value is null", func(pcommon.Value) {}, `null`},
		{"an empty text is a text", func(v pcommon.Value) { v.SetStr("") }, `""`},
		{"bytes are base64", func(v pcommon.Value) { v.SetEmptyBytes().FromRaw([]byte{0xff, 0, 1}) }, `"/wAB"`},
		{"NaN is a string", func(v pcommon.Value) { v.SetDouble(math.NaN()) }, `"NaN"`},
		{"a whole double keeps its fraction", func(v pcommon.Value) { v.SetDouble(3) }, `3.0`},
		{"a large integer is a string of digits", func(v pcommon.Value) { v.SetInt(math.MaxInt64) }, `"9223372036854775807"`},
		{"an empty map is an object", func(v pcommon.Value) { v.SetEmptyMap() }, `{}`},
		{"an empty list is an array", func(v pcommon.Value) { v.SetEmptySlice() }, `[]`},
		{"a list may hold any kinds", func(v pcommon.Value) {
			s := v.SetEmptySlice()
			s.AppendEmpty().SetInt(1)
			s.AppendEmpty().SetStr("a")
			s.AppendEmpty().SetEmptyMap().PutBool("b", true)
		}, `[1,"a",{"b":true}]`},
		{"of a repeated key in a nested map the last one is shown", func(v pcommon.Value) {
			var b xpdata.MapBuilder
			b.AppendEmpty("k").SetInt(1)
			b.AppendEmpty("other").SetInt(2)
			b.AppendEmpty("k").SetInt(3)
			b.UnsafeIntoMap(v.SetEmptyMap())
		}, `{"other":2,"k":3}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			span := ptrace.NewSpan()
			c.set(span.Attributes().PutEmpty("key"))
			out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span)
			assert.Contains(t, string(out.Body), `"attributes":{"key":`+c.want+`}`)
			assert.False(t, out.Truncated)
		})
	}
}

func TestNumbersOfTheSpanThatOTLPDoesNotDefineAreShownAsUnset(t *testing.T) {
	span := ptrace.NewSpan()
	span.SetKind(77)
	span.Status().SetCode(-3)
	body := readBody(t, NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span).Body)
	assert.Equal(t, "unspecified", body["kind"])
	assert.Equal(t, map[string]any{"code": "UNSET", "message": nil}, body["status"])
}

func TestTheRedactionCountOfTheProcessorIsAFieldOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(pcommon.Map)
		want string
	}{
		{"none is zero", func(pcommon.Map) {}, "0"},
		{"a count is shown", func(m pcommon.Map) { m.PutInt(semconv.RedactionCount, 3) }, "3"},
		{"a text is not a count", func(m pcommon.Map) { m.PutStr(semconv.RedactionCount, "3") }, "0"},
		{"a negative count is none", func(m pcommon.Map) { m.PutInt(semconv.RedactionCount, -3) }, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			span := ptrace.NewSpan()
			c.set(span.Attributes())
			body := readBody(t, NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span).Body)
			assert.Equal(t, json.Number(c.want), body["redactions"])
		})
	}
}

func TestTheSameSpanGivesTheSameBytesWhateverCameBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reused := NewEncoder(DefaultLimits())
		for range 3 {
			span := ptrace.NewSpan()
			pdatagen.Span(t, pdatagen.Sizes{}, span)
			fresh := NewEncoder(DefaultLimits()).Span(span.TraceID(), "svc", span)
			require.Equal(t, fresh, reused.Span(span.TraceID(), "svc", span))
			require.Equal(t, "x"+string(fresh.Body), string(reused.AppendBody([]byte("x"), span.TraceID(), "svc", span)))
		}
	})
}

func TestEncodingIntoABufferAllocatesNothing(t *testing.T) {
	span, e := llmSpan(), NewEncoder(DefaultLimits())
	buf := e.AppendBody(nil, span.TraceID(), "svc", span)
	assert.Zero(t, testing.AllocsPerRun(100, func() { buf = e.AppendBody(buf[:0], span.TraceID(), "svc", span) }))
}

func FuzzBody(f *testing.F) {
	f.Add("name", "key", "value", int64(1<<53+1), 0.5, []byte{0xff}, uint64(1_795_357_860_000_000_001), "message")
	f.Add("\xff", "\xff\xfe", "\u2028", int64(-1), math.NaN(), []byte(nil), uint64(math.MaxUint64), "")
	f.Fuzz(func(t *testing.T, name, key, text string, i int64, d float64, b []byte, at uint64, message string) {
		span := ptrace.NewSpan()
		span.SetName(name)
		span.SetStartTimestamp(pcommon.Timestamp(at))
		span.Status().SetMessage(message)
		var m xpdata.MapBuilder
		m.AppendEmpty(key).SetStr(text)
		m.AppendEmpty("int").SetInt(i)
		m.AppendEmpty(text).SetDouble(d)
		m.AppendEmpty("bytes").SetEmptyBytes().FromRaw(b)
		nested := m.AppendEmpty("nested").SetEmptyMap()
		nested.PutStr(text, key)
		m.UnsafeIntoMap(span.Attributes())
		event := span.Events().AppendEmpty()
		event.SetName(text)
		event.SetTimestamp(pcommon.Timestamp(at))
		event.Attributes().PutStr(key, message)

		out := NewEncoder(DefaultLimits()).Span(span.TraceID(), name, span)
		body := readBody(t, out.Body)
		if !out.Truncated {
			require.Equal(t, shownMap(span.Attributes()), asDoubles(body["attributes"]))
			require.Equal(t, canonical(name), body["name"])
		}
		back := ptrace.NewSpan()
		require.NoError(t, DecodeSpan(out.Body, out.Residual, out.Whole, back))
		require.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(back))
	})
}
