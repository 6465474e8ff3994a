package rollout

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// lookForSecrets looks for what was sent to be redacted, in every answer there was.
func lookForSecrets(_ context.Context, c *check) Result {
	for name, s := range map[string]*stream{"the WebSocket": c.socket, "server-sent events": c.stream} {
		if s != nil {
			_, _, c.shown[name] = s.state()
		}
	}
	var leaks []string
	for where, text := range c.shown {
		for _, canary := range c.workflow.canaries {
			if strings.Contains(text, canary) && !slices.Contains(leaks, where) {
				leaks = append(leaks, where)
			}
		}
	}
	slices.Sort(leaks)
	switch {
	case slices.Equal(leaks, []string{"the backend"}):
		return fail("a made-up secret is shown by the backend, and not by the Trace tab", diagnosis{
			"spans reach the backend on another way, past this collector", "let everything that sends to the backend go through the collector",
		})
	case leaks != nil:
		return fail("a made-up secret is shown by "+strings.Join(leaks, ", "), diagnosis{
			"the processor tokenpreview is not in traces/live, or its redaction is switched off", "compare the pipeline with the profile (otelcol-canvas print-config)",
		})
	case c.rest.receipts == 0:
		return fail("no made-up secret is shown, but no span says that one was taken out either", diagnosis{
			"something in front drops attributes before they are redacted", "take it out, if it is not on purpose: prompts will be missing on the Trace tab",
		})
	}
	return pass(fmt.Sprintf("%d made-up secrets were sent, and none is shown in %d places", len(c.workflow.canaries), len(c.shown)))
}
