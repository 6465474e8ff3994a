package rollout

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// askAsSender sends nothing at all, with the sender's token and without any: a request without spans is accepted too.
func askAsSender(ctx context.Context, c *check) Result {
	got, err := c.send(ctx, ptrace.NewTraces(), c.IngestToken)
	if err != nil {
		return fail(fmt.Sprintf("no answer from the endpoint: %v", err), c.diagnose(c.endpoint, err))
	}
	switch {
	case got.denied:
		return fail(got.detail, tokenDiagnosis("sender", c.IngestToken, "CANVAS_INGEST_TOKEN_FILE"))
	case got.wrong:
		return fail(got.detail, diagnosis{
			"wrong port or path: " + got.by + " takes no OTLP there",
			"OTLP over HTTP is usually at port 4318 with the path /v1/traces, and over gRPC (grpc://) at 4317; a proxy needs a route for it",
		})
	case !got.accepted:
		return pass(got.detail + ": whether it takes spans is for a later step")
	}
	anonymous, err := c.send(ctx, ptrace.NewTraces(), "")
	switch {
	case err != nil:
		return fail(fmt.Sprintf("no answer without a token: %v", err), c.diagnose(c.endpoint, err))
	case anonymous.accepted && c.IngestToken != "":
		return fail("whoever sends without a token is let in", diagnosis{
			"the receiver asks for no token, or a proxy on the way adds one for everybody",
			"set CANVAS_INGEST_TOKEN_FILE where the collector runs, and let no proxy add a token",
		})
	case anonymous.accepted:
		return pass("nobody is asked for a token, and none was given here")
	}
	return pass("the token is let in, and without one: " + anonymous.detail)
}
