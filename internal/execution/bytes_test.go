package execution_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func liveHeap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestTheAccountOfViewsIsTheLiveHeapWithinAQuarter(t *testing.T) {
	for _, c := range []struct{ views, traces, spans int }{{2000, 1, 1}, {500, 1, 20}, {50, 20, 5}, {1, 1, 50_000}} {
		t.Run(fmt.Sprintf("%d views of %d traces with %d spans", c.views, c.traces, c.spans), func(t *testing.T) {
			var pages [][]*tracestore.Record
			for trace := 1; trace <= c.traces; trace++ {
				page := []*tracestore.Record{span(1, 0, workflow("run"))}
				for n := 2; n <= c.spans; n++ {
					page = append(page, span(n, 1))
				}
				pages = append(pages, page)
			}
			views := make([]*execution.View, c.views)
			before := liveHeap()
			var account int64
			for i := range views {
				views[i] = execution.New("run", execution.Rules{})
				for n, page := range pages {
					views[i].Apply(page, tracestore.TraceInfo{Trace: traceID(byte(n + 1)), Epoch: "e"})
				}
				account += views[i].Bytes()
			}
			assert.InEpsilon(t, liveHeap()-before, account, 0.25)
			runtime.KeepAlive(views)
		})
	}
}
