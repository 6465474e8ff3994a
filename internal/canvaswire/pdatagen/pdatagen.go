// Package pdatagen makes up spans for tests: ordinary ones, and every odd thing that pdata can hold. It is used by tests
// only.
package pdatagen

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/xpdata"
	"pgregory.net/rapid"
)

// Sizes bound what is made up. Zero fields mean the default.
type Sizes struct {
	Attributes int // of one map, default 8
	Events     int // default 4
	Links      int // default 3
	Depth      int // of nested values, default 4
	Text       int // longest text in bytes, default 40
}

func (s Sizes) withDefaults() Sizes {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&s.Attributes, 8)
	def(&s.Events, 4)
	def(&s.Links, 3)
	def(&s.Depth, 4)
	def(&s.Text, 40)
	return s
}

// oddTexts are what a writer of JSON stumbles over.
var oddTexts = []string{
	"", "\x00", "\x1f\x7f", `"`, `\`, `\u0041`, "<script>&amp;</script>", "\u2028\u2029", "\ufffd", "…", "é", "日本語", "👩‍💻",
	"\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\u0085\u200e\ufeff", "</", "NaN", "null", "2006-01-02T15:04:05Z",
}

// Text draws a string of at most maxBytes bytes, some of them not UTF-8.
func Text(t *rapid.T, maxBytes int) string {
	switch rapid.IntRange(0, 5).Draw(t, "kind of text") {
	case 0:
		odd := rapid.SampledFrom(oddTexts).Draw(t, "odd text")
		return odd[:min(len(odd), maxBytes)]
	case 1:
		return string(rapid.SliceOfN(rapid.Byte(), 0, maxBytes).Draw(t, "bytes of text"))
	case 2:
		return rapid.StringN(0, -1, maxBytes).Draw(t, "text")
	}
	return rapid.StringOfN(rapid.RuneFrom([]rune("abcdefgh._ <-")), 0, maxBytes, -1).Draw(t, "plain text")
}

// Time draws a timestamp: the zero one, ordinary ones with and without nanoseconds, and those at the ends of the range.
func Time(t *rapid.T) pcommon.Timestamp {
	switch rapid.IntRange(0, 7).Draw(t, "kind of time") {
	case 0:
		return 0
	case 1:
		return pcommon.Timestamp(rapid.Uint64().Draw(t, "any time"))
	case 2:
		return pcommon.Timestamp(rapid.SampledFrom([]uint64{1, 999, 1000, 999_999_999, math.MaxInt64, math.MaxUint64}).Draw(t, "odd time"))
	case 3:
		return pcommon.Timestamp(rapid.Uint64Range(1_600_000_000, 1_900_000_000).Draw(t, "second") * 1e9)
	}
	return pcommon.Timestamp(rapid.Uint64Range(1_600_000_000_000_000_000, 1_900_000_000_000_000_000).Draw(t, "time"))
}

var oddInts = []int64{0, -1, 1 << 53, -(1 << 53), 1<<53 + 1, -(1<<53 + 1), math.MaxInt64, math.MinInt64}

var oddDoubles = []float64{
	0, math.Copysign(0, -1), 1, -1, 1e15, 1e15 + 2, 1e21, 1e-7, 0.1, math.MaxFloat64, math.SmallestNonzeroFloat64,
	math.NaN(), math.Float64frombits(0x7ff8000000000123), math.Inf(1), math.Inf(-1), 1 << 53, 1<<53 + 2,
}

// Value fills dst with any value, nested at most depth deep.
func Value(t *rapid.T, s Sizes, depth int, dst pcommon.Value) {
	s = s.withDefaults()
	last := 9
	if depth <= 0 {
		last = 7
	}
	switch rapid.IntRange(0, last).Draw(t, "kind of value") {
	case 0: // unset
	case 1:
		dst.SetBool(rapid.Bool().Draw(t, "bool"))
	case 2:
		dst.SetInt(rapid.OneOf(rapid.Int64(), rapid.SampledFrom(oddInts)).Draw(t, "int"))
	case 3:
		dst.SetDouble(rapid.OneOf(rapid.Float64(), rapid.SampledFrom(oddDoubles)).Draw(t, "double"))
	case 4:
		dst.SetEmptyBytes().FromRaw(rapid.SliceOfN(rapid.Byte(), 0, s.Text).Draw(t, "bytes"))
	case 5, 6, 7:
		dst.SetStr(Text(t, s.Text))
	case 8:
		Map(t, s, depth-1, dst.SetEmptyMap())
	case 9:
		list := dst.SetEmptySlice()
		for range rapid.IntRange(0, 4).Draw(t, "elements") {
			Value(t, s, depth-1, list.AppendEmpty())
		}
	}
}

// Map fills dst with attributes. Now and then two have the same key, which OTLP forbids and pdata lets through.
func Map(t *rapid.T, s Sizes, depth int, dst pcommon.Map) {
	s = s.withDefaults()
	var b xpdata.MapBuilder
	var keys []string
	for range rapid.IntRange(0, s.Attributes).Draw(t, "attributes") {
		key := ""
		if len(keys) > 0 && rapid.IntRange(0, 7).Draw(t, "repeat a key") == 0 {
			key = rapid.SampledFrom(keys).Draw(t, "repeated key")
		} else {
			key = Text(t, s.Text)
		}
		keys = append(keys, key)
		Value(t, s, depth, b.AppendEmpty(key))
	}
	b.UnsafeIntoMap(dst)
}

// Span fills dst with anything pdata can hold in a span.
func Span(t *rapid.T, s Sizes, dst ptrace.Span) {
	s = s.withDefaults()
	dst.SetTraceID(pcommon.TraceID(idBytes(t, 16, "trace id")))
	dst.SetSpanID(pcommon.SpanID(idBytes(t, 8, "span id")))
	dst.SetParentSpanID(pcommon.SpanID(idBytes(t, 8, "parent span id")))
	dst.SetName(Text(t, s.Text))
	dst.SetKind(ptrace.SpanKind(rapid.OneOf(rapid.Int32Range(0, 5), rapid.Int32()).Draw(t, "kind")))
	dst.SetFlags(rapid.OneOf(rapid.Just(uint32(256)), rapid.Uint32()).Draw(t, "flags"))
	dst.TraceState().FromRaw(sometimes(t, s.Text))
	dst.SetStartTimestamp(Time(t))
	dst.SetEndTimestamp(Time(t))
	dst.Status().SetCode(ptrace.StatusCode(rapid.OneOf(rapid.Int32Range(0, 2), rapid.Int32()).Draw(t, "status")))
	dst.Status().SetMessage(sometimes(t, s.Text))
	dst.SetDroppedAttributesCount(count(t, "dropped attributes"))
	dst.SetDroppedEventsCount(count(t, "dropped events"))
	dst.SetDroppedLinksCount(count(t, "dropped links"))
	Map(t, s, s.Depth, dst.Attributes())
	for range rapid.IntRange(0, s.Events).Draw(t, "events") {
		e := dst.Events().AppendEmpty()
		e.SetName(Text(t, s.Text))
		e.SetTimestamp(Time(t))
		e.SetDroppedAttributesCount(count(t, "dropped"))
		Map(t, s, s.Depth, e.Attributes())
	}
	for range rapid.IntRange(0, s.Links).Draw(t, "links") {
		l := dst.Links().AppendEmpty()
		l.SetTraceID(pcommon.TraceID(idBytes(t, 16, "trace id")))
		l.SetSpanID(pcommon.SpanID(idBytes(t, 8, "span id")))
		l.TraceState().FromRaw(sometimes(t, s.Text))
		l.SetFlags(count(t, "flags"))
		l.SetDroppedAttributesCount(count(t, "dropped"))
		Map(t, s, s.Depth, l.Attributes())
	}
}

// Context fills r and sc with any resource, scope and schema URLs.
func Context(t *rapid.T, s Sizes, r ptrace.ResourceSpans, sc ptrace.ScopeSpans) {
	s = s.withDefaults()
	Map(t, s, s.Depth, r.Resource().Attributes())
	r.Resource().SetDroppedAttributesCount(count(t, "dropped"))
	r.SetSchemaUrl(sometimes(t, s.Text))
	sc.Scope().SetName(sometimes(t, s.Text))
	sc.Scope().SetVersion(sometimes(t, s.Text))
	sc.Scope().SetDroppedAttributesCount(count(t, "dropped"))
	Map(t, s, s.Depth, sc.Scope().Attributes())
	sc.SetSchemaUrl(sometimes(t, s.Text))
}

// Bytes returns s in OTLP protobuf. Two spans are the same, NaN and order included, exactly if their bytes are.
func Bytes(s ptrace.Span) []byte {
	traces := ptrace.NewTraces()
	s.CopyTo(traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty())
	b, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	if err != nil {
		panic(err) // it has no way to fail but a broken pdata
	}
	return b
}

// JSON returns s as OTLP JSON, for messages of failed tests.
func JSON(s ptrace.Span) string {
	traces := ptrace.NewTraces()
	s.CopyTo(traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty())
	b, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func idBytes(t *rapid.T, n int, label string) []byte {
	if rapid.IntRange(0, 9).Draw(t, "zero "+label) == 0 {
		return make([]byte, n)
	}
	return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, label)
}

func count(t *rapid.T, label string) uint32 {
	return rapid.OneOf(rapid.Just(uint32(0)), rapid.Uint32()).Draw(t, label)
}

func sometimes(t *rapid.T, maxBytes int) string {
	if rapid.Bool().Draw(t, "empty") {
		return ""
	}
	return Text(t, maxBytes)
}
