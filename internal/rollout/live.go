package rollout

import (
	"context"
	"fmt"
	"time"
)

// watchLive waits for every span on a live stream, and measures how long the last took.
func watchLive(ctx context.Context, c *check) Result {
	live, name := c.socket, "the WebSocket"
	if live == nil {
		live, name = c.stream, "server-sent events"
	}
	if live == nil {
		return fail("neither a WebSocket nor server-sent events are open", diagnosis{
			"what is on the way lets neither through", "see the steps before; viewers would use long polls",
		})
	}
	c.progress.Waiting("the spans over " + name)
	spans := c.workflow.spans()
	all := func() bool {
		_, complete, _ := live.state()
		return complete && live.count(spans) == len(spans)
	}
	if !live.await(ctx, c.Timeout, all) {
		return c.missingLive(live, name)
	}
	last := c.sentAt
	for _, id := range spans {
		if at, _ := live.has(id); at.After(last) {
			last = at
		}
	}
	took := last.Sub(c.sentAt).Round(time.Millisecond)
	if took > c.Latency {
		return fail(fmt.Sprintf("all spans came over %s, %s after they were sent", name, took), diagnosis{
			"something on the way holds them back: a batch processor in front of the Trace tab, a collector between, a proxy that buffers, or a busy machine",
			"no batch processor in traces/live, flush intervals of collectors in front below a second, and look at receive-to-frame latency at port 8888",
		})
	}
	return pass(fmt.Sprintf("all %d spans came over %s within %s, and then the end", len(spans), name, took))
}

func (c *check) missingLive(live *stream, name string) Result {
	came := live.count(c.workflow.spans())
	if _, ended := live.over(); ended != nil {
		return fail(fmt.Sprintf("%s ended after %d of %d spans: %v", name, came, len(c.workflow.spans()), ended), diagnosis{
			"something on the way cut the connection", "let proxies keep it open: time-outs above 60 s, and no limit on its whole length",
		})
	}
	if came == len(c.workflow.spans()) {
		return fail(fmt.Sprintf("all spans came over %s, but not the end", name), diagnosis{
			"the server does not see the execution as complete: spans are held back or changed between", "look at GET /api/executions/" + c.workflow.execution + "/trace",
		})
	}
	return fail(fmt.Sprintf("%d of %d spans came over %s within %s", came, len(c.workflow.spans()), name, c.Timeout), diagnosis{
		"the endpoint and the server are not the same collector, or something in front of the Trace tab samples or filters (the Trace tab must get everything)",
		"send to the collector that the server reads from, put no sampler into traces/live or in front of it; with several replicas give them one store",
	})
}
