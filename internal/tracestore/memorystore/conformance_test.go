package memorystore

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

// squeezed is a store of which everything is compressed whenever somebody looks.
type squeezed struct{ *Store }

func (s squeezed) squeeze() {
	var p pack.Packer
	if s.lock() != nil {
		return
	}
	defer s.mu.Unlock()
	for t := range s.traces.all() {
		if t.compressed == nil && t.full.live > 0 && len(t.leases.of()) == 0 {
			s.compress(t, newCompressed(p.Pack(t.fullRecords(0, math.MaxInt))))
		}
	}
}

func (s squeezed) Append(ctx context.Context, b []tracestore.TraceBatch) ([]tracestore.AppendResult, error) {
	s.squeeze()
	return s.Store.Append(ctx, b)
}

func (s squeezed) Read(ctx context.Context, t tracestore.TraceID, from tracestore.Position, limit tracestore.ReadLimit) (tracestore.Page, error) {
	s.squeeze()
	return s.Store.Read(ctx, t, from, limit)
}

func (s squeezed) Mark(ctx context.Context, t tracestore.TraceID, m tracestore.Mark, spans ...tracestore.SpanID) error {
	s.squeeze()
	return s.Store.Mark(ctx, t, m, spans...)
}

func TestAStoreThatCompressesEverythingAtOnceConformsToo(t *testing.T) {
	storetest.Run(t, func(t *testing.T, o storetest.Options) tracestore.Store {
		s, err := New(Config{
			Now: o.Now, BudgetBytes: o.BudgetBytes, ExecutionBytes: o.ExecutionBytes, ExecutionSpans: o.ExecutionSpans,
			TTL: o.TTL, TombstoneTTL: o.TombstoneTTL,
		})
		require.NoError(t, err)
		if o.BudgetBytes > 0 {
			return s // checks of a small budget go by what executions take in full
		}
		return squeezed{s}
	})
}

func TestStoreConforms(t *testing.T) {
	storetest.Run(t, func(t *testing.T, o storetest.Options) tracestore.Store {
		s, err := New(Config{
			Now: o.Now, BudgetBytes: o.BudgetBytes, ExecutionBytes: o.ExecutionBytes, ExecutionSpans: o.ExecutionSpans,
			TTL: o.TTL, TombstoneTTL: o.TombstoneTTL,
		})
		require.NoError(t, err)
		return s
	})
}
