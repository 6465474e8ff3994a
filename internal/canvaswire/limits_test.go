package canvaswire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

func TestALongValueIsCutOnceAndKeptWhole(t *testing.T) {
	span := ptrace.NewSpan()
	long := strings.Repeat("é", 20)
	span.Attributes().PutStr("long", long)
	span.Attributes().PutStr("short", "s")
	out := NewEncoder(Limits{ValueBytes: 17}).Span(span.TraceID(), "", span)

	assert.Contains(t, string(out.Body), `{"long":"éééééééé…","short":"s"}`)
	assert.True(t, out.Truncated)
	assert.Equal(t, true, readBody(t, out.Body)["truncated"])
	assert.Contains(t, string(out.Whole), long)
	assert.Less(t, len(out.Residual), 10)

	whole := decoded(t, out)
	assert.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(whole))

	cut := ptrace.NewSpan()
	require.NoError(t, DecodeSpan(out.Body, out.Residual, nil, cut))
	v, _ := cut.Attributes().Get("long")
	assert.Equal(t, "éééééééé…", v.Str(), "without the whole blob there is what the body shows")
	assert.Equal(t, 2, cut.Attributes().Len())
}

func decoded(t require.TestingT, out Encoded) ptrace.Span {
	span := ptrace.NewSpan()
	require.NoError(t, DecodeSpan(out.Body, out.Residual, out.Whole, span))
	return span
}

func TestWhatEvenTheWholeBlobCannotTakeIsCutThere(t *testing.T) {
	span := ptrace.NewSpan()
	span.SetStartTimestamp(1_795_357_860_437_083_251)
	span.Attributes().PutStr("a megabyte", strings.Repeat("x", 1<<20))
	for range 100 {
		span.Events().AppendEmpty().SetTimestamp(1_795_357_860_437_083_252)
	}
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span)

	assert.LessOrEqual(t, len(out.Residual)+len(out.Whole), 256<<10)
	back := decoded(t, out)
	v, _ := back.Attributes().Get("a megabyte")
	assert.Greater(t, len(v.Str()), 200<<10)
	assert.Less(t, len(v.Str()), 256<<10)
	assert.NotZero(t, residualFlags(out.Residual)&isIncomplete, "the residual says that something is lost")
	assert.Equal(t, span.StartTimestamp(), back.StartTimestamp(), "a huge value does not cost the nanoseconds")
	assert.Equal(t, span.Events().At(99).Timestamp(), back.Events().At(99).Timestamp(), "nor those after it")
}

func TestValuesNestedTooDeeplyAreAnEllipsis(t *testing.T) {
	span := ptrace.NewSpan()
	v := span.Attributes().PutEmpty("deep")
	for range 200 {
		v = v.SetEmptyMap().PutEmpty("d")
	}
	v.SetStr("bottom")
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span)
	assert.Equal(t, 64, strings.Count(string(out.Body), `{"d":`))
	assert.Contains(t, string(out.Body), `{"d":"…"}}`)
	assert.True(t, out.Truncated)
	assert.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(decoded(t, out)))
}

func TestAttributesBeyondTheFirst1024AreNotInTheBody(t *testing.T) {
	span := ptrace.NewSpan()
	for i := range 5000 {
		span.Attributes().PutInt(fmt.Sprintf("key.%04d", i), int64(i))
	}
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span)
	shown := readBody(t, out.Body)["attributes"].(map[string]any)
	assert.Len(t, shown, 1024)
	assert.Contains(t, shown, "key.1023")
	assert.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(decoded(t, out)))
}

func TestAnAttributeThatDoesNotFitMakesRoomForThoseAfterIt(t *testing.T) {
	span := ptrace.NewSpan()
	list := span.Attributes().PutEmptySlice("huge")
	for i := range 100_000 {
		list.AppendEmpty().SetInt(int64(i))
	}
	span.Attributes().PutStr("small", "shown")
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span)
	assert.Equal(t, map[string]any{"small": "shown"}, readBody(t, out.Body)["attributes"])
	back := decoded(t, out)
	v, ok := back.Attributes().Get("huge")
	require.True(t, ok, "the beginning of it is in the whole blob")
	assert.Greater(t, v.Slice().Len(), 10_000)
}

func TestAttributesLeaveRoomForEvents(t *testing.T) {
	span := ptrace.NewSpan()
	for i := range 20 {
		span.Attributes().PutStr(fmt.Sprint("long.", i), strings.Repeat("x", 16<<10))
	}
	event := span.Events().AppendEmpty()
	event.SetName("workflow.completed")
	event.Attributes().PutStr("preview", strings.Repeat("y", 16<<10))
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span)
	body := readBody(t, out.Body)
	assert.Len(t, body["attributes"], 5)
	assert.Len(t, body["events"], 1)
}

func TestALongStatusMessageIsShownUpToAQuarterOfTheBody(t *testing.T) {
	for _, c := range []struct {
		name, message string
		want          int
	}{
		{"a stack trace of 15 KiB stays", strings.Repeat("line\n", 3<<10), 15 << 10},
		{"a text of 20 KiB is cut as values are", strings.Repeat("x", 20<<10), 16<<10 + len(ellipsis)},
		{"one that only holds control characters is cut to a name's length", strings.Repeat("\x01", 16<<10), 1<<10 + len(ellipsis)},
	} {
		t.Run(c.name, func(t *testing.T) {
			span := ptrace.NewSpan()
			span.Status().SetMessage(c.message)
			out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span)
			assert.Len(t, readBody(t, out.Body)["status"].(map[string]any)["message"], c.want)
			assert.Equal(t, c.message, decoded(t, out).Status().Message())
		})
	}
}

// TestNothingOutgrowsItsLimit also says what decoding means beyond the limits: nothing is there that was not given.
func TestNothingOutgrowsItsLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{
			ValueBytes: rapid.IntRange(1, 400).Draw(t, "value bytes"), BodyBytes: rapid.IntRange(1, 6000).Draw(t, "body bytes"),
			WholeBytes: rapid.IntRange(1, 5000).Draw(t, "whole bytes"), Depth: rapid.IntRange(1, 4).Draw(t, "depth"),
			Attributes: rapid.IntRange(1, 10).Draw(t, "attributes"),
		}
		span := ptrace.NewSpan()
		pdatagen.Span(t, pdatagen.Sizes{Attributes: 12, Events: 30, Links: 40, Text: 300, Depth: 3}, span)
		span.Status().SetMessage(strings.Repeat(span.Status().Message(), 20))
		out := NewEncoder(limits).Span(span.TraceID(), strings.Repeat("s\x00", 300), span)

		require.True(t, json.Valid(closed(out.Body)), "%s", out.Body)
		require.LessOrEqual(t, len(out.Body), max(limits.BodyBytes, minBodyBytes))
		require.LessOrEqual(t, len(out.Residual)+len(out.Whole), max(limits.WholeBytes, minWholeBytes))
		back := decoded(t, out)
		require.Equal(t, span.SpanID(), back.SpanID())
		require.Equal(t, span.StartTimestamp(), back.StartTimestamp())
		require.Equal(t, span.EndTimestamp(), back.EndTimestamp())
		require.Equal(t, span.Flags(), back.Flags())
		requireKeysOf(t, span.Attributes(), back.Attributes())
		requireEventsOf(t, span.Events(), back.Events())
		require.LessOrEqual(t, back.Links().Len(), span.Links().Len())
		if residualFlags(out.Residual)&isIncomplete == 0 {
			require.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(back), "nothing is said to be lost, so nothing is")
		}
	})
}

// requireKeysOf checks that the keys of got are keys of given, in that order; U+FFFD stands for what is not UTF-8.
func requireKeysOf(t require.TestingT, given, got pcommon.Map) {
	var keys []string
	for k := range given.All() {
		keys = append(keys, canonical(k))
	}
	i := 0
	for k := range got.All() {
		for i < len(keys) && keys[i] != canonical(k) {
			i++
		}
		require.Less(t, i, len(keys), "key %q was not given, or not here", k)
		i++
	}
}

func requireEventsOf(t require.TestingT, given, got ptrace.SpanEventSlice) {
	i := 0
	for n := range got.Len() {
		micros := got.At(n).Timestamp() / 1000
		for i < given.Len() && given.At(i).Timestamp()/1000 != micros {
			i++
		}
		require.Less(t, i, given.Len(), "event %d was not given, or not here", n)
		i++
	}
}

func TestABodyThatIsFullToTheBrimIsWithinItsLimit(t *testing.T) {
	e := NewEncoder(Limits{BodyBytes: minBodyBytes})
	fullest := 0
	for padding := range 120 {
		span := ptrace.NewSpan()
		span.SetKind(ptrace.SpanKindUnspecified)
		span.Attributes().PutStr("padding", strings.Repeat("p", padding))
		span.Attributes().PutInt(semconv.RedactionCount, 1<<53)
		span.Status().SetMessage(strings.Repeat("\x01", 30))
		for range 100 {
			span.Events().AppendEmpty().SetTimestamp(1_795_357_860_437_083_252)
			span.Links().AppendEmpty()
		}
		out := e.Span(span.TraceID(), strings.Repeat("\x01", 200), span)
		require.LessOrEqual(t, len(out.Body), minBodyBytes)
		require.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(decoded(t, out)))
		fullest = max(fullest, len(out.Body))
	}
	assert.Greater(t, fullest, minBodyBytes-300, "little of the body is given away")
}

func TestAZeroLimitIsTheDefault(t *testing.T) {
	assert.Equal(t, DefaultLimits(), Limits{}.effective())
}
