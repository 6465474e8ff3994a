package memorystore

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

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
