package canvaswire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// recordOf is a record of a span as the exporter makes one, where that has a source.
func recordOf(e *Encoder, span ptrace.Span) (rec *tracestore.Record, ok bool) {
	source, ok := e.AppendSource(nil, span)
	return &tracestore.Record{Span: &tracestore.Span{
		ID: span.SpanID(), Source: source, Facts: tracestore.Facts{Service: "svc"},
	}}, ok
}

// requireSame holds what a renderer makes of a span's source against what the encoder makes of the span.
func requireSame(t require.TestingT, limits Limits, span ptrace.Span) (lazy bool) {
	before := pdatagen.Bytes(span)
	rec, ok := recordOf(NewEncoder(limits), span)
	require.True(t, bytes.Equal(before, pdatagen.Bytes(span)), "the encoder must not change what it is given")
	want := NewEncoder(limits).Span(span.TraceID(), "svc", span)
	if !ok {
		require.Empty(t, rec.Source)
		return false
	}
	require.False(t, want.Truncated, "only a span that is shown whole may have a source")

	back := ptrace.NewSpan()
	require.NoError(t, DecodeSource(rec.Source, back))
	back.SetTraceID(span.TraceID())
	back.SetSpanID(span.SpanID())
	require.Equal(t, pdatagen.JSON(span), pdatagen.JSON(back))
	require.True(t, bytes.Equal(before, pdatagen.Bytes(back)))

	_, err := NewRenderer().Render(span.TraceID(), []*tracestore.Record{rec})
	require.NoError(t, err)
	require.Equal(t, string(want.Body), string(rec.Body))
	require.Equal(t, want.Residual, rec.Residual)
	require.Equal(t, want.Whole, rec.Whole)
	return true
}

func TestABodyMadeLaterIsTheBodyMadeAtOnce(t *testing.T) {
	for name, limits := range map[string]Limits{
		"with the limits that nobody configured": DefaultLimits(),
		"with the least that has sources":        {ValueBytes: 300, BodyBytes: 16 << 10, WholeBytes: 8 << 10, Depth: 2, Attributes: 4},
		"with limits that leave none":            {BodyBytes: minBodyBytes},
	} {
		t.Run(name, func(t *testing.T) {
			lazy := 0
			rapid.Check(t, func(t *rapid.T) {
				span := ptrace.NewSpan()
				pdatagen.Span(t, pdatagen.Sizes{}, span)
				repeatTexts(t, span)
				if requireSame(t, limits, span) {
					lazy++
				}
			})
			require.Equal(t, limits.BodyBytes != minBodyBytes, lazy > 0)
		})
	}
}

// repeatTexts has some long texts stand at several places of a span.
func repeatTexts(t *rapid.T, span ptrace.Span) {
	texts := rapid.SliceOfN(rapid.StringN(longText/4, 2*longText, 3*longText), 0, longTexts+2).Draw(t, "texts")
	if len(texts) == 0 {
		return
	}
	for i := range rapid.IntRange(0, 30).Draw(t, "places") {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		switch to := span.Attributes(); rapid.IntRange(0, 3).Draw(t, "place") {
		case 0:
			to.PutStr(fmt.Sprint("text.", i), text)
		case 1:
			to.PutEmptySlice(fmt.Sprint("list.", i)).AppendEmpty().SetStr(text)
		case 2:
			to.PutEmptyMap(fmt.Sprint("map.", i)).PutStr("of", text)
		default:
			span.Events().AppendEmpty().Attributes().PutStr("preview", text)
		}
	}
}

func TestALongTextIsWrittenOnce(t *testing.T) {
	length := func(texts ...string) int {
		span := ptrace.NewSpan()
		for i, text := range texts {
			span.Events().AppendEmpty().Attributes().PutStr(fmt.Sprint(i), text)
		}
		require.True(t, requireSame(t, DefaultLimits(), span))
		source, _ := NewEncoder(DefaultLimits()).AppendSource([]byte("before"), span)
		return len(source)
	}
	long := strings.Repeat("a", 1000)
	other := strings.Repeat("a", 999) + "b"
	one := length(long)
	require.Less(t, length(strings.Clone(long), long, long), one+100)
	require.Greater(t, length(long, other), one+1000, "as long is not the same")
	short := long[:longText-1]
	require.Greater(t, length(long, short, short), one+2*len(short), "what is short is not looked for")
	var many []string
	for i := range longTexts + 1 {
		many = append(many, fmt.Sprint(i, long))
	}
	all := length(many...)
	require.Less(t, length(append(many, many[longTexts])...), all+100)
	require.Greater(t, length(append(many, many[0])...), all+1000, "only the last ones are remembered")
}

func TestRecordedSpansHaveSources(t *testing.T) {
	for _, run := range []string{"rich", "error"} {
		for _, span := range recorded(t, run) {
			require.True(t, requireSame(t, DefaultLimits(), span), "%s of %s", span.Name(), run)
		}
	}
}

func TestASpanThatABodyMayNotShowWholeHasNoSource(t *testing.T) {
	for name, change := range map[string]func(ptrace.Span){
		"a value over the limit":       func(s ptrace.Span) { s.Attributes().PutStr("k", strings.Repeat("v", 17<<10)) },
		"bytes over the limit":         func(s ptrace.Span) { s.Attributes().PutEmptyBytes("k").FromRaw(make([]byte, 17<<10)) },
		"a key over the limit":         func(s ptrace.Span) { s.Attributes().PutStr(strings.Repeat("k", 1025), "v") },
		"a name over the limit":        func(s ptrace.Span) { s.SetName(strings.Repeat("n", 1025)) },
		"the name of an event over it": func(s ptrace.Span) { s.Events().AppendEmpty().SetName(strings.Repeat("n", 1025)) },
		"a long message":               func(s ptrace.Span) { s.Status().SetMessage(strings.Repeat("\x00", 10<<10)) },
		"too many attributes": func(s ptrace.Span) {
			for i := range 1025 {
				s.Attributes().PutBool(strings.Repeat("k", i%7)+string(rune(0x400+i)), true)
			}
		},
		"too many levels": func(s ptrace.Span) {
			at := s.Attributes().PutEmptySlice("k")
			for range 65 {
				at = at.AppendEmpty().SetEmptySlice()
			}
		},
		"too many links": func(s ptrace.Span) {
			for range 170 {
				s.Links().AppendEmpty()
			}
		},
		"more in all than a body holds": func(s ptrace.Span) {
			for range 2000 {
				s.Events().AppendEmpty()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			span := llmSpan()
			require.True(t, requireSame(t, DefaultLimits(), span))
			change(span)
			require.False(t, requireSame(t, DefaultLimits(), span))
		})
	}
}

// What the limits allow is shown whole, however long it is as JSON.
func TestTheWorstSpanThatHasASourceIsShownWhole(t *testing.T) {
	for name, fill := range map[string]func(s ptrace.Span, n int){
		"escapes":  func(s ptrace.Span, n int) { s.Attributes().PutStr("k", strings.Repeat("\x01", n)) },
		"no UTF-8": func(s ptrace.Span, n int) { s.Attributes().PutStr("k", strings.Repeat("\xff", n)) },
		"falses": func(s ptrace.Span, n int) {
			for list := s.Attributes().PutEmptySlice("k"); list.Len() < n; {
				list.AppendEmpty().SetBool(false)
			}
		},
		"one text again and again": func(s ptrace.Span, n int) {
			for list := s.Attributes().PutEmptySlice("k"); list.Len() < n/longText; {
				list.AppendEmpty().SetStr(strings.Repeat("\x01", longText))
			}
		},
		"events": func(s ptrace.Span, n int) {
			for s.Events().Len() < n/12 {
				s.Events().AppendEmpty().SetTimestamp(1_700_000_000_123_456_789)
			}
		},
		"links": func(s ptrace.Span, n int) {
			for s.Links().Len() < min(160, n/30) {
				s.Links().AppendEmpty().SetFlags(1 << 31)
			}
		},
		"pairs": func(s ptrace.Span, n int) {
			for i := range min(1000, n/6) {
				s.Attributes().PutInt(string(rune('a'+i%26))+string(rune('a'+i/26)), 1<<62)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			most := 0
			for n := 1000; n < 20_000; n += 500 {
				span := ptrace.NewSpan()
				fill(span, n)
				if requireSame(t, DefaultLimits(), span) {
					most = n
				}
			}
			require.GreaterOrEqual(t, most, 5000)
		})
	}
}

func TestASourceThatIsDamagedGivesAnErrorAndNoBody(t *testing.T) {
	rec, ok := recordOf(NewEncoder(DefaultLimits()), llmSpan())
	require.True(t, ok)
	whole := rec.Source
	for n := range whole {
		require.Error(t, DecodeSource(whole[:n], ptrace.NewSpan()), n)
	}
	other, _ := recordOf(NewEncoder(DefaultLimits()), llmSpan())
	rec.Source = append(bytes.Clone(whole), 0)
	bytes, err := NewRenderer().Render(llmSpan().TraceID(), []*tracestore.Record{rec, other})
	require.Error(t, err)
	require.Empty(t, rec.Body)
	require.True(t, json.Valid(closed(other.Body)))
	require.Positive(t, bytes)
}

func FuzzDecodeSource(f *testing.F) {
	rec, _ := recordOf(NewEncoder(DefaultLimits()), llmSpan())
	f.Add(rec.Source)
	f.Add(rec.Source[:40])
	twice := llmSpan()
	for _, key := range []string{"input.value", "output.value"} {
		twice.Attributes().PutStr(key, strings.Repeat("said ", 20))
	}
	rec, _ = recordOf(NewEncoder(DefaultLimits()), twice)
	f.Add(rec.Source)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, source []byte) {
		span := ptrace.NewSpan()
		if DecodeSource(source, span) != nil {
			return
		}
		require.True(t, json.Valid(closed(NewEncoder(DefaultLimits()).Span(span.TraceID(), "", span).Body)))
	})
}
