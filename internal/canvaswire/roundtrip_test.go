package canvaswire

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
)

// closed is an encoded body as the JSON document that it becomes.
func closed(body []byte) []byte { return append(bytes.Clone(body), '}') }

func TestWhatIsDecodedIsTheSpanThatWasEncoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := ptrace.NewSpan()
		pdatagen.Span(t, pdatagen.Sizes{}, span)
		before := pdatagen.Bytes(span)

		out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "svc", span)
		require.Equal(t, before, pdatagen.Bytes(span), "the encoder must not change what it is given")
		require.True(t, json.Valid(closed(out.Body)), "%s", out.Body)

		back := ptrace.NewSpan()
		require.NoError(t, DecodeSpan(out.Body, out.Residual, out.Whole, back))
		if !bytes.Equal(before, pdatagen.Bytes(back)) {
			t.Fatalf("encoded %s\ndecoded %s\nbody %s", pdatagen.JSON(span), pdatagen.JSON(back), out.Body)
		}
	})
}

func TestWhatTheBodyCutsIsStillDecodedWhole(t *testing.T) {
	tight := Limits{ValueBytes: 20, BodyBytes: minBodyBytes, WholeBytes: 4 << 20, Depth: 2, Attributes: 3}
	rapid.Check(t, func(t *rapid.T) {
		span := ptrace.NewSpan()
		pdatagen.Span(t, pdatagen.Sizes{Attributes: 10, Text: 200, Events: 10, Links: 30}, span)

		out := NewEncoder(tight).Span(span.TraceID(), "svc", span)
		require.True(t, json.Valid(closed(out.Body)), "%s", out.Body)
		require.LessOrEqual(t, len(out.Body), tight.BodyBytes)

		back := ptrace.NewSpan()
		require.NoError(t, DecodeSpan(out.Body, out.Residual, out.Whole, back))
		if !bytes.Equal(pdatagen.Bytes(span), pdatagen.Bytes(back)) {
			t.Fatalf("encoded %s\ndecoded %s\nbody %s", pdatagen.JSON(span), pdatagen.JSON(back), out.Body)
		}
	})
}
