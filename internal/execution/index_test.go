package execution_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Few traces and spans are found in another way than many.
func TestTracesAndSpansAreFoundHoweverManyThereAre(t *testing.T) {
	used := execution.New("", execution.Rules{})
	for _, n := range []int{1, 7, 8, 9, 30, 8, 1} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			used.Reset("run", execution.Rules{})
			join := func(trace int) {
				var records []*tracestore.Record
				for s := 2; s <= n+1; s++ {
					records = append(records, span(s, 1)) // and a placeholder
				}
				used.Apply(records, tracestore.TraceInfo{Trace: traceID(byte(trace)), Epoch: "e"})
			}
			for trace := 1; trace <= n; trace++ {
				join(trace)
			}
			require.Equal(t, n*(n+1), used.Len())
			for trace := 1; trace <= n; trace += 2 {
				used.Forget(traceID(byte(trace)))
			}
			for trace := 1; trace <= n; trace++ {
				for s := 1; s <= n+1; s++ {
					assert.Equal(t, trace%2 == 0, used.Node(key(byte(trace), s)) != nil, "span %d of trace %d", s, trace)
				}
				assert.Equal(t, trace%2 == 0, !used.Position(traceID(byte(trace))).IsZero())
				assert.Nil(t, used.Node(key(byte(trace), n+2)))
			}
			for trace := 1; trace <= n; trace += 2 {
				join(trace)
			}
			at := byte(0)
			for id := range used.Traces {
				at++
				assert.Equal(t, traceID(at), id, "a trace that comes back has its place")
			}
			assert.EqualValues(t, n, at)
		})
	}
}
