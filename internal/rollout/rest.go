package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// readTrace reads the execution as Canvas does, and its download as OTLP.
func readTrace(ctx context.Context, c *check) Result {
	route := "/api/executions/" + c.workflow.execution + "/trace"
	c.progress.Waiting("the execution over REST")
	var got answer
	var err error
	var body struct {
		Execution struct {
			Status     string `json:"status"`
			SpanCount  int    `json:"span_count"`
			TokenUsage struct {
				Input  int64 `json:"input"`
				Output int64 `json:"output"`
			} `json:"token_usage"`
		} `json:"execution"`
		Spans []struct {
			SpanID string `json:"span_id"`
		} `json:"spans"`
	}
	want := len(c.workflow.spans())
	there := c.until(ctx, 200*time.Millisecond, func(ctx context.Context) bool {
		c.latest(ctx, c.server.path(route), c.ViewerToken, &got, &err)
		return err == nil && got.status == http.StatusOK && json.Unmarshal(got.body, &body) == nil && len(body.Spans) == want && body.Execution.Status == "completed"
	})
	c.shown["REST"] = string(got.body)
	if !there {
		detail := fmt.Sprintf("GET %s answers %d with %d of %d spans, status %q", route, got.status, len(body.Spans), want, body.Execution.Status)
		if err != nil {
			return fail(fmt.Sprintf("GET %s: %v", route, err), c.diagnose(c.server, err))
		}
		return fail(detail, diagnosis{
			"the endpoint and the server are not the same collector, this workflow is not enabled (expose_file), or something in front samples",
			"send to the collector that the server reads from, and look at expose_file",
		})
	}
	download, err := c.get(ctx, c.server.path(route+"/otlp"), c.ViewerToken)
	if err != nil || download.status != http.StatusOK {
		return fail(fmt.Sprintf("GET %s/otlp answers %d: %v", route, download.status, err), diagnosis{
			"a proxy on the way has no route for it", "route everything below /api/executions to the trace server",
		})
	}
	c.shown["the download"] = string(download.body)
	c.rest = readOTLP(download.body, c.workflow.trace)
	if body.Execution.TokenUsage.Input != 21 || body.Execution.TokenUsage.Output != 7 {
		return fail(fmt.Sprintf("%d tokens in and %d out are counted, and 21 and 7 were sent", body.Execution.TokenUsage.Input, body.Execution.TokenUsage.Output), diagnosis{
			"the processor tokenpreview is not in traces/live, or something in front changes attributes", "compare the pipeline with the profile (otelcol-canvas print-config)",
		})
	}
	return pass(fmt.Sprintf("all %d spans, completed, 21 tokens in and 7 out", want))
}
