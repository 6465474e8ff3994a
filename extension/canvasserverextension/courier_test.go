package canvasserverextension

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestManyClientsAreServedTogetherAndNoneWaitsForAnother: of the clients of one execution some do not read. The others get
// every change as it comes; those get everything in order when they begin to read, from wherever their sockets were full.
func TestManyClientsAreServedTogetherAndNoneWaitsForAnother(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 0 }})
	w.add(made{trace: 1, id: 1, name: "root", execution: "run-1"})
	var readers, sleepers []*watcher
	for range 10 {
		readers = append(readers, w.view("/ws/executions/run-1"))
		sleepers = append(sleepers, w.view("/ws/executions/run-1"))
	}
	const changes = 300
	content := strings.Repeat("x", 30_000)
	for n := range uint64(changes) {
		w.add(made{trace: 1, id: n + 2, parent: 1, name: "step", text: content})
		for _, r := range readers {
			r.until(func(f wireFrame) bool { return has(f, n+2) })
		}
	}
	for _, s := range sleepers {
		seen, last := map[string]bool{}, uint64(0)
		for len(seen) < changes+1 {
			f := s.frame()
			require.Equal(t, last, f.PrevSeq, "no gap")
			last = f.Seq
			for _, span := range f.Spans {
				seen[span.SpanID] = true
			}
		}
	}
	assert.GreaterOrEqual(t, w.counted("frames", "", ""), int64(10*changes))
}

func has(f wireFrame, id uint64) bool {
	for _, s := range f.Spans {
		if s.SpanID == spanID(id).String() {
			return true
		}
	}
	return false
}
