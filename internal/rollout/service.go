package rollout

import (
	"context"
	"fmt"
	"slices"
)

// compareService looks at the name that the spans have where they arrived.
func compareService(_ context.Context, c *check) Result {
	want := []string{c.ServiceName}
	for where, got := range map[string]*otlpAnswer{"the Trace tab": c.rest, "the backend": c.backend} {
		if got != nil && len(got.services) > 0 && !slices.Equal(got.services, want) {
			return fail(fmt.Sprintf("%s has %q, and %q was sent", where, got.services, c.ServiceName), diagnosis{
				"a processor between (resource, transform, attributes) renames services", "take it out, or leave service.name alone: ORCHEO_TRACING_SERVICE_NAME is only for spans without one",
			})
		}
	}
	return pass(c.ServiceName)
}
