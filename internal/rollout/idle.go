package rollout

import (
	"context"
	"fmt"
	"time"
)

// beSilent sends nothing for a while, and then one more span: what is on the way may not have ended the streams meanwhile.
func beSilent(ctx context.Context, c *check) Result {
	if c.Idle == 0 {
		return skip("not asked for (--idle 70s)")
	}
	open := map[string]*stream{}
	for name, s := range map[string]*stream{"the WebSocket": c.socket, "the stream of events": c.stream} {
		if s == nil {
			continue
		}
		if _, ended := s.over(); ended == nil {
			open[name] = s
		}
	}
	began := time.Now()
	if result := c.waitSilently(ctx, began, open); result != nil {
		return *result
	}
	got, err := c.send(ctx, c.workflow.afterwards(), c.IngestToken)
	if err != nil || !got.accepted {
		return fail(fmt.Sprintf("a span after the silence was not taken: %s %v", got.detail, err), diagnosis{"the endpoint is gone", "look at the collector's log"})
	}
	for name, s := range open {
		if !s.await(ctx, c.Timeout, func() bool { _, is := s.has(c.workflow.late); return is }) {
			return fail(fmt.Sprintf("a span after %s of silence does not come over %s", c.Idle, name), cut(0))
		}
	}
	return pass(fmt.Sprintf("a span came over %d streams after %s without any", len(open), c.Idle))
}

func (c *check) waitSilently(ctx context.Context, began time.Time, open map[string]*stream) *Result {
	timer, ticker := time.NewTimer(c.Idle), time.NewTicker(time.Second)
	defer timer.Stop()
	defer ticker.Stop()
	for tick := 1; ; tick++ {
		for name, s := range open {
			if at, ended := s.over(); ended != nil {
				after := at.Sub(began).Round(100 * time.Millisecond)
				result := fail(fmt.Sprintf("%s was ended after %s of silence: %v", name, after, ended), cut(after))
				return &result
			}
		}
		select {
		case <-ctx.Done():
			result := skip("interrupted")
			return &result
		case <-timer.C:
			return nil
		case <-ticker.C:
			if tick%5 == 0 {
				c.progress.Waiting(fmt.Sprintf("%s of %s of silence", since(began).Round(time.Second), c.Idle))
			}
		}
	}
}

func cut(after time.Duration) diagnosis {
	limit := "an idle time-out"
	if after > 0 {
		limit = fmt.Sprintf("an idle time-out of about %s", after.Round(time.Second))
	}
	return diagnosis{
		"idle cut: something on the way has " + limit + ", shorter than the 20 s between two signs of life of the server",
		"raise it above 60 s (nginx: proxy_read_timeout, load balancers: idle timeout), or lower ping_interval of the server below it",
	}
}
