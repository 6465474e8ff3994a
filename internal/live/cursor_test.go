package live

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func drawPlace(t *rapid.T) place {
	p := place{
		incarnation: rapid.Uint64().Draw(t, "incarnation"),
		rev:         rapid.Uint64Max(1<<53).Draw(t, "rev"),
		traces:      map[tracestore.TraceID]tracestore.Position{},
		partial:     rapid.Bool().Draw(t, "partial"),
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "traces") {
		p.traces[traceID(i)] = tracestore.Position{
			Epoch: rapid.StringN(0, 16, maxEpochBytes).Draw(t, "epoch"),
			Seq:   rapid.Uint64Max(1<<53).Draw(t, "seq"),
		}
	}
	return p
}

func TestACursorComesBackAsItWent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		got, err := parseChanges(p.changesCursor())
		require.NoError(t, err)
		assert.Equal(t, p, got)

		key := pageKey{
			afterRoot: rapid.Bool().Draw(t, "after root"), start: rapid.Int64().Draw(t, "start"),
			key: execution.SpanKey{Trace: traceID(1), Span: spanID(2)},
		}
		got, gotKey, err := parsePage(p.pageCursor(key))
		require.NoError(t, err)
		assert.Equal(t, p, got)
		assert.Equal(t, key, gotKey)
	})
}

func TestACursorOfTheOtherKindIsMalformed(t *testing.T) {
	c, p := place{}.changesCursor(), place{}.pageCursor(pageKey{})
	_, err := parseChanges(p)
	require.ErrorIs(t, err, ErrCursor)
	_, _, err = parsePage(c)
	require.ErrorIs(t, err, ErrCursor)
}

func FuzzCursor(f *testing.F) {
	f.Add("c.")
	f.Add("p.AA")
	f.Add(place{incarnation: 1, rev: 2, traces: map[tracestore.TraceID]tracestore.Position{traceID(1): {Epoch: "e", Seq: 3}}}.changesCursor())
	f.Add(place{}.pageCursor(pageKey{afterRoot: true, start: -1}))
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := parseChanges(text); err == nil {
			again, err := parseChanges(p.changesCursor())
			require.NoError(t, err)
			assert.Equal(t, p, again)
		} else {
			require.ErrorIs(t, err, ErrCursor)
		}
		if p, k, err := parsePage(text); err == nil {
			again, key, err := parsePage(p.pageCursor(k))
			require.NoError(t, err)
			assert.Equal(t, p, again)
			assert.Equal(t, k, key)
		} else {
			require.ErrorIs(t, err, ErrCursor)
		}
	})
}
