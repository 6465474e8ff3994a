package rollout

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// loopWatch is how long the collector's counter of duplicates is watched, and loopGrowth by how much it may grow meanwhile:
// senders that try again make duplicates, too, but not for ever.
const (
	loopWatch  = 5 * time.Second
	loopGrowth = 2
)

// lookForLoop: a trace that is forwarded back to where it came from arrives again and again. The Trace tab does not show it,
// for what arrives again changes nothing; the backend and the collector's own counters do.
func lookForLoop(ctx context.Context, c *check) Result {
	loop := diagnosis{
		"forwarding loop: what the collector forwards comes back to it, through another collector or a proxy; or two ways lead to the backend",
		"follow CANVAS_FORWARD_ENDPOINT from collector to collector: none may lead to one before it",
	}
	if c.backend != nil && c.backend.repeated() > 0 {
		return fail(fmt.Sprintf("the backend has %d spans more than once", c.backend.repeated()), loop)
	}
	if c.Metrics == "" {
		if c.backend == nil || len(c.backend.times) == 0 {
			return skip("neither the backend nor the collector's own metrics (--metrics) could be looked at")
		}
		return pass("every span is in the backend once")
	}
	c.progress.Waiting("spans that come again")
	before, err := c.duplicates(ctx)
	if err != nil {
		return fail(fmt.Sprintf("the collector's metrics cannot be read: %v", err), diagnosis{"wrong address", "they are usually at http://localhost:8888/metrics"})
	}
	timer := time.NewTimer(loopWatch)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return skip("interrupted")
	case <-timer.C:
	}
	after, err := c.duplicates(ctx)
	if err != nil {
		return fail(fmt.Sprintf("the collector's metrics cannot be read any more: %v", err), diagnosis{"the collector ended", "look at its log"})
	}
	if grown := after - before; grown > loopGrowth*float64(len(c.workflow.spans())) || before > 0 && grown >= float64(len(c.workflow.spans())) {
		return fail(fmt.Sprintf("%.0f spans arrived again within %s, and nothing was sent", grown, loopWatch), loop)
	}
	return pass(fmt.Sprintf("no span arrived again within %s", loopWatch))
}

// duplicates is how many spans arrived that were there already.
func (c *check) duplicates(ctx context.Context) (float64, error) {
	got, err := c.get(ctx, c.Metrics, "")
	if err != nil {
		return 0, err
	}
	if got.status != http.StatusOK {
		return 0, fmt.Errorf("GET %s answers %d", c.Metrics, got.status)
	}
	sum := 0.0
	for line := range strings.Lines(string(got.body)) {
		if strings.HasPrefix(line, "otelcol_canvastrace_spans") && strings.Contains(line, `outcome="duplicate"`) {
			fields := strings.Fields(line)
			if n, err := strconv.ParseFloat(fields[len(fields)-1], 64); err == nil {
				sum += n
			}
		}
	}
	return sum, nil
}
