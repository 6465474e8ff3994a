package rollout

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// sendWorkflow opens the events, too, and sends the workflow as Orcheo does: what is in it first, the root last.
func sendWorkflow(ctx context.Context, c *check) Result {
	c.stream = c.openEvents(ctx)
	c.sentAt = time.Now()
	for _, part := range []ptrace.Traces{c.workflow.beginning(), c.workflow.ending()} {
		got, err := c.send(ctx, part, c.IngestToken)
		switch {
		case err != nil:
			return fail(fmt.Sprintf("the spans were not taken: %v", err), c.diagnose(c.endpoint, err))
		case !got.accepted:
			return fail("the spans were not taken: "+got.detail, diagnosis{
				"the collector refuses them: its memory limit is reached, its queue to the backend is full, or a proxy bounds the size of a request",
				"look at otelcol_receiver_refused_spans and otelcol_exporter_queue_size of the collector, and at its log",
			})
		case got.rejected > 0:
			return fail(fmt.Sprintf("%d of %d spans were rejected: %s", got.rejected, part.SpanCount(), got.detail), diagnosis{
				"a part of the request was not taken (partial success)", "the collector's log says which spans, and why",
			})
		}
	}
	return pass(fmt.Sprintf("%d spans were accepted within %s", len(c.workflow.spans()), since(c.sentAt)))
}
