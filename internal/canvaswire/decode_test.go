package canvaswire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
)

func TestABrokenBodyOrBlobIsAnErrorThatSaysWhere(t *testing.T) {
	good := NewEncoder(Limits{ValueBytes: 20}).Span(llmSpan().TraceID(), "svc", llmSpan())
	for _, c := range []struct {
		name           string
		body, residual []byte
		want           string
	}{
		{"no body at all", nil, nil, `expected {"span_id": at byte 0`},
		{"a body that ends in the middle", good.Body[:100], nil, "body: expected"},
		{"a residual that ends in the middle", good.Body, good.Residual[:4], "residual blob: ends too early"},
		{"a residual of another version", good.Body, []byte{9, 0, 0}, "version 9, this program reads 1"},
		{"an id that is no id", []byte(`{"span_id":"12"`), nil, "16 hex digits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.ErrorContains(t, DecodeSpan(c.body, c.residual, good.Whole, ptrace.NewSpan()), c.want)
		})
	}
}

func TestEveryBeginningOfABodyIsAnErrorOrASpan(t *testing.T) {
	out := NewEncoder(Limits{ValueBytes: 20}).Span(llmSpan().TraceID(), "svc", llmSpan())
	for i := range out.Body {
		_ = DecodeSpan(out.Body[:i], out.Residual, out.Whole, ptrace.NewSpan())
	}
	for i := range out.Residual {
		_ = DecodeSpan(out.Body, out.Residual[:i], out.Whole, ptrace.NewSpan())
	}
	for i := range out.Whole {
		_ = DecodeSpan(out.Body, out.Residual, out.Whole[:i], ptrace.NewSpan())
	}
	require.NoError(t, DecodeSpan(out.Body, out.Residual, out.Whole, ptrace.NewSpan()))
}

func FuzzDecodeSpan(f *testing.F) {
	for _, limits := range []Limits{DefaultLimits(), {ValueBytes: 16, Attributes: 3, BodyBytes: minBodyBytes, WholeBytes: minWholeBytes}} {
		span := llmSpan()
		span.Attributes().PutDouble("nan", 0)
		span.Attributes().PutEmptyBytes("bytes").FromRaw([]byte{1, 2})
		span.Links().AppendEmpty().Attributes().PutStr("k", "v")
		out := NewEncoder(limits).Span(span.TraceID(), "svc", span)
		f.Add(out.Body, out.Residual, out.Whole)
	}
	f.Fuzz(func(t *testing.T, body, residual, whole []byte) {
		span := ptrace.NewSpan()
		if DecodeSpan(body, residual, whole, span) != nil {
			return
		}
		// What could be read is a span like any other: it survives the next round.
		out := NewEncoder(Limits{WholeBytes: 16 << 20}).Span(span.TraceID(), "", span)
		back := ptrace.NewSpan()
		require.NoError(t, DecodeSpan(out.Body, out.Residual, out.Whole, back))
		require.Equal(t, pdatagen.Bytes(span), pdatagen.Bytes(back))
	})
}
