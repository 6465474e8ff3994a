package canvaswire

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func proto(t require.TestingT, traces ptrace.Traces) []byte {
	b, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	require.NoError(t, err)
	return b
}

// recordsOf keeps every span of traces as a store would.
func recordsOf(traces ptrace.Traces) (out []TraceRecord) {
	e := NewEncoder(DefaultLimits())
	for _, rs := range traces.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			context := AppendContext(nil, rs, ss)
			for _, span := range ss.Spans().All() {
				kept := e.Span(span.TraceID(), "", span)
				out = append(out, TraceRecord{Trace: span.TraceID(), Record: &tracestore.Record{Span: &tracestore.Span{
					ID: span.SpanID(), Parent: span.ParentSpanID(), Context: context,
					Body: kept.Body, Residual: kept.Residual, Whole: kept.Whole,
				}}})
			}
		}
	}
	return out
}

func TestTheDownloadIsThePdataThatWasKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := ptrace.NewTraces()
		seen := map[string]bool{}
		for range rapid.IntRange(1, 3).Draw(t, "contexts") {
			rs := ptrace.NewResourceSpans()
			ss := rs.ScopeSpans().AppendEmpty()
			pdatagen.Context(t, pdatagen.Sizes{Attributes: 3, Depth: 2}, rs, ss)
			context := string(AppendContext(nil, rs, ss))
			if seen[context] {
				continue // two of one context would stand together
			}
			seen[context] = true
			for range rapid.IntRange(1, 2).Draw(t, "spans") {
				pdatagen.Span(t, pdatagen.Sizes{Attributes: 3, Depth: 2}, ss.Spans().AppendEmpty())
			}
			rs.MoveTo(given.ResourceSpans().AppendEmpty())
		}
		built, err := BuildTraces(recordsOf(given))
		require.NoError(t, err)
		require.Equal(t, proto(t, given), proto(t, built))
	})
}

func TestTheDownloadCanBeReadBackByAnyReceiver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := ptrace.NewTraces()
		rs := given.ResourceSpans().AppendEmpty()
		ss := rs.ScopeSpans().AppendEmpty()
		pdatagen.Context(t, pdatagen.Sizes{Attributes: 3, Depth: 2}, rs, ss)
		for range 2 {
			pdatagen.Span(t, pdatagen.Sizes{Attributes: 3, Depth: 2}, ss.Spans().AppendEmpty())
		}
		var doc bytes.Buffer
		require.NoError(t, WriteOTLP(&doc, slices.Values(recordsOf(given))))
		require.True(t, utf8.Valid(doc.Bytes()))
		require.True(t, json.Valid(doc.Bytes()), "%s", doc.Bytes())
		back, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(doc.Bytes())
		require.NoError(t, err)
		require.Equal(t, 2, back.SpanCount())
	})
}

func TestALargeDownloadIsOneDocument(t *testing.T) {
	given := ptrace.NewTraces()
	ss := given.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
	for i := range 2*otlpChunk + 3 {
		llmSpan().CopyTo(ss.Spans().AppendEmpty())
		ss.Spans().At(i).SetStartTimestamp(ss.Spans().At(i).StartTimestamp() + 1)
	}
	var doc bytes.Buffer
	require.NoError(t, WriteOTLP(&doc, slices.Values(recordsOf(given))))
	back, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(doc.Bytes())
	require.NoError(t, err)
	assert.Equal(t, 3, back.ResourceSpans().Len(), "one part of the document for each chunk")
	i := 0
	for _, rs := range back.ResourceSpans().All() {
		for _, span := range rs.ScopeSpans().At(0).Spans().All() {
			require.Equal(t, pdatagen.Bytes(ss.Spans().At(i)), pdatagen.Bytes(span))
			i++
		}
	}
	assert.Equal(t, ss.Spans().Len(), i)
}

func TestADownloadOfNothingIsAnEmptyDocument(t *testing.T) {
	var doc bytes.Buffer
	require.NoError(t, WriteOTLP(&doc, slices.Values([]TraceRecord(nil))))
	assert.JSONEq(t, `{"resourceSpans":[]}`, doc.String())
}

func TestASkeletonIsDownloadedAsWhatIsKnownOfIt(t *testing.T) {
	s := skeleton()
	traces, err := BuildTraces([]TraceRecord{{Trace: s.Key.Trace, Record: s.Record}})
	require.NoError(t, err)
	span := traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	assert.Equal(t, s.Key.Span, span.SpanID())
	assert.Equal(t, s.Key.Trace, span.TraceID())
	assert.Equal(t, ptrace.StatusCodeError, span.Status().Code())
	assert.EqualValues(t, began, span.StartTimestamp())
}

func TestADownloadStopsAtTheFirstError(t *testing.T) {
	records := []TraceRecord{{Record: &tracestore.Record{Span: &tracestore.Span{Body: []byte("{"), ID: tracestore.SpanID{7}}}}}
	require.ErrorContains(t, WriteOTLP(&bytes.Buffer{}, slices.Values(records)), "span 0700000000000000")
	records[0].Record.Context = []byte("\xff")
	require.ErrorContains(t, WriteOTLP(&bytes.Buffer{}, slices.Values(records)), "resource and scope")
	require.ErrorIs(t, WriteOTLP(brokenWriter{}, slices.Values(records)), errBroken)
}

var errBroken = errors.New("the client has gone")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestAContextIsReadBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := ptrace.NewResourceSpans()
		ss := rs.ScopeSpans().AppendEmpty()
		pdatagen.Context(t, pdatagen.Sizes{}, rs, ss)
		b := AppendContext([]byte("before"), rs, ss)
		require.Equal(t, "before", string(b[:6]))
		require.Equal(t, b[6:], AppendContext(nil, rs, ss), "equal contexts give equal bytes")

		want, got := ptrace.NewTraces(), ptrace.NewTraces()
		rs.CopyTo(want.ResourceSpans().AppendEmpty())
		back, err := DecodeContext(b[6:])
		require.NoError(t, err)
		back.CopyTo(got.ResourceSpans().AppendEmpty())
		require.Equal(t, proto(t, want), proto(t, got))
	})
}

func TestAHugeResourceKeepsTheAttributesThatFit(t *testing.T) {
	rs := ptrace.NewResourceSpans()
	ss := rs.ScopeSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "svc")
	rs.Resource().Attributes().PutStr("a megabyte", strings.Repeat("x", 1<<20))
	list := rs.Resource().Attributes().PutEmptySlice("many")
	for range 100_000 {
		list.AppendEmpty().SetEmptyMap().PutInt("i", 1)
	}
	rs.Resource().Attributes().PutStr("host.name", "h")
	ss.Scope().SetName(strings.Repeat("n", 1<<20))
	ss.SetSchemaUrl(strings.Repeat("u", 1<<20))

	b := AppendContext(nil, rs, ss)
	assert.LessOrEqual(t, len(b), MaxContextBytes)
	back, err := DecodeContext(b)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"service.name": "svc", "host.name": "h"}, back.Resource().Attributes().AsRaw())
	assert.Equal(t, 4, rs.Resource().Attributes().Len(), "the input is as it was")
}

func TestAContextIsExactlyOneResourceAndScope(t *testing.T) {
	_, err := DecodeContext(nil)
	require.Error(t, err)
	_, err = DecodeContext([]byte{0x0a, 0x00})
	require.Error(t, err)
}
