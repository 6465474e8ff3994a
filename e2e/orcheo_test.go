package e2e

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// quickly shortens the quiet period, so that "complete" can be waited for; everything else is the profile as it is.
const quickly = "--set=exporters.canvastrace.completeness.quiet_period=1s"

// TestEveryRecordingIsShownRightHoweverItArrives is the main job: what Orcheo's backend sends becomes the right tree, the
// right totals, the right status and a reliable end, over REST and over the plain socket, with the same bytes.
func TestEveryRecordingIsShownRightHoweverItArrives(t *testing.T) {
	c := startCollector(t, quickly)
	t.Run("all", func(t *testing.T) {
		for _, name := range otlpreplay.Cases() {
			for _, order := range otlpreplay.Orders() {
				for _, transport := range otlpreplay.Transports() {
					t.Run(fmt.Sprintf("%s/%s/%s", name, order, transport), func(t *testing.T) {
						t.Parallel()
						run := freshRun(t, name)
						viewer := c.watch(t, run.Expect.ExecutionID, "?trace_id="+run.Expect.TraceID)
						c.send(t, transport, run, order)
						checkShown(t, c, viewer, run)
					})
				}
			}
		}
	})
}

// freshRun gives a recording ids that no other test uses, the same ones each time the test is run.
func freshRun(t testing.TB, name string) *otlpreplay.Run {
	t.Helper()
	recording, err := otlpreplay.Load(name)
	require.NoError(t, err)
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(t.Name() + name))
	return recording.Fresh(seed.Sum64(), time.Now())
}

func (c *collector) send(t testing.TB, transport otlpreplay.Transport, run *otlpreplay.Run, order otlpreplay.Order) {
	t.Helper()
	sender, err := otlpreplay.Dial(transport, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	for _, request := range run.Arrange(order) {
		require.NoError(t, sender.Send(testContext(t), request))
	}
}

func checkShown(t *testing.T, c *collector, v *viewer, run *otlpreplay.Run) {
	want := run.Expect
	eventually(t, patience, "complete: true on the socket", func() bool { return v.state().complete })
	got := v.state()
	assert.Empty(t, got.problems)
	assert.Equal(t, want.ExecutionID, got.last.ExecutionID)
	if assert.NotNil(t, got.last.TraceID) {
		assert.Equal(t, want.TraceID, *got.last.TraceID)
	}
	checkExecution(t, got.last.Execution, want)

	answer := c.trace(t, want.ExecutionID)
	checkExecution(t, answer.Execution, want)
	assert.True(t, answer.Known)
	assert.False(t, answer.PageInfo.HasNextPage, "a complete execution has no next page")
	checkTree(t, answer, want)

	require.Len(t, got.spans, len(answer.Spans), "the socket and REST show the same spans")
	for _, raw := range answer.Spans {
		s := parseSpan(t, raw)
		assert.Equal(t, bodyOf(t, raw), bodyOf(t, got.spans[s.TraceID+"/"+s.SpanID]), "the same bytes over REST and the socket")
	}
	assert.Equal(t, len(want.Spans), c.trace(t, want.TraceID).Execution.SpanCount, "the trace id leads there too")
}

func checkExecution(t *testing.T, e executionJSON, want otlpreplay.Expectation) {
	t.Helper()
	assert.Equal(t, want.ExecutionID, e.ID)
	assert.Equal(t, want.Status, e.Status)
	assert.Equal(t, want.InputTokens, e.TokenUsage.Input)
	assert.Equal(t, want.OutputTokens, e.TokenUsage.Output)
	assert.Equal(t, len(want.Spans), e.SpanCount)
	assert.True(t, e.Complete)
	if assert.NotNil(t, e.WorkflowID) {
		assert.Equal(t, want.WorkflowID, *e.WorkflowID)
	}
	if assert.NotNil(t, e.ThreadID, "without a thread of its own the execution is its thread") {
		assert.Equal(t, want.ExecutionID, *e.ThreadID)
	}
	if assert.NotNil(t, e.FinishedAt) {
		assert.Equal(t, wireTime(want.Finished), *e.FinishedAt)
	}
	assert.Equal(t, []string{want.TraceID}, e.Traces)
}

func checkTree(t *testing.T, answer traceJSON, want otlpreplay.Expectation) {
	t.Helper()
	require.Len(t, answer.Spans, len(want.Spans))
	for i, raw := range answer.Spans {
		got := parseSpan(t, raw)
		expected, known := want.Spans[got.SpanID]
		if !assert.True(t, known, "span %s was never sent", got.SpanID) {
			continue
		}
		assert.Equal(t, i == 0, got.SpanID == want.RootID, "the root comes first, and once")
		if expected.Parent == "" {
			assert.Nil(t, got.Parent)
		} else if assert.NotNil(t, got.Parent) {
			assert.Equal(t, expected.Parent, *got.Parent)
		}
		assert.Equal(t, expected.Name, got.Name)
		assert.Equal(t, expected.Status, got.Status.Code)
		assert.Equal(t, "ended", got.State)
		assert.Equal(t, wireTime(expected.Start), *got.StartTime)
		assert.Equal(t, wireTime(expected.End), *got.EndTime)
	}
}

// wireTime is how the contract writes a time: RFC 3339 in UTC, at most microseconds.
func wireTime(at time.Time) string {
	at = at.UTC().Truncate(time.Microsecond)
	if at.Nanosecond() == 0 {
		return at.Format("2006-01-02T15:04:05Z")
	}
	return at.Format("2006-01-02T15:04:05.000000Z")
}

// TestAClientThatComesFirstSeesEverySpanAsItArrives is the reason for the product: the page is opened before the first span.
func TestAClientThatComesFirstSeesEverySpanAsItArrives(t *testing.T) {
	t.Run("because children carry the execution id", func(t *testing.T) {
		c := startCollector(t, quickly)
		checkArrivesOneByOne(t, c, freshRun(t, "child-ids"), "")
	})
	t.Run("because the client hints at the trace", func(t *testing.T) {
		c := startCollector(t, quickly)
		run := freshRun(t, "rich")
		checkArrivesOneByOne(t, c, run, "?trace_id="+run.Expect.TraceID)
	})
	t.Run("because the resolver asks Orcheo's backend", func(t *testing.T) {
		run := freshRun(t, "rich")
		backend := startBackend(t, run.Expect)
		c := startCollector(t, quickly, "--set=extensions.canvasserver.resolver.endpoint="+backend.URL)
		checkArrivesOneByOne(t, c, run, "")
		assert.Positive(t, backend.asked(run.Expect.ExecutionID))
	})
	t.Run("because somebody bound the trace", func(t *testing.T) {
		c := startCollector(t, quickly)
		run := freshRun(t, "rich")
		c.put(t, "/api/executions/"+url.PathEscape(run.Expect.ExecutionID)+"/traces/"+run.Expect.TraceID)
		checkArrivesOneByOne(t, c, run, "")
	})
	t.Run("or, without any of that, at once when the root names the execution", func(t *testing.T) {
		c := startCollector(t, quickly)
		run := freshRun(t, "rich")
		v := c.watch(t, run.Expect.ExecutionID, "")
		requests := run.Arrange(otlpreplay.Recorded)
		sender, err := otlpreplay.Dial(otlpreplay.HTTPProtobuf, c.endpoints())
		require.NoError(t, err)
		defer sender.Close()
		for _, request := range requests[:len(requests)-1] {
			require.NoError(t, sender.Send(testContext(t), request))
		}
		eventually(t, patience, "the children under their trace id", func() bool {
			return c.trace(t, run.Expect.TraceID).Execution.SpanCount == len(run.Expect.Spans)-1
		})
		assert.Empty(t, v.state().spans, "nobody has named the execution yet")
		require.NoError(t, sender.Send(testContext(t), requests[len(requests)-1]))
		eventually(t, patience, "every span on the socket", func() bool { return len(v.state().spans) == len(run.Expect.Spans) })
		eventually(t, patience, "complete", func() bool { return v.state().complete })
	})
}

// checkArrivesOneByOne sends a run request by request and sees each on the socket before the next one is sent.
func checkArrivesOneByOne(t *testing.T, c *collector, run *otlpreplay.Run, query string) {
	t.Helper()
	v := c.watch(t, run.Expect.ExecutionID, query)
	eventually(t, patience, "a first frame that says the execution is pending", func() bool {
		s := v.state()
		return s.frames > 0 && s.last.Execution.Status == "pending"
	})
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	sent := 0
	for _, request := range run.Arrange(otlpreplay.Recorded) {
		require.NoError(t, sender.Send(testContext(t), request))
		sent += request.SpanCount()
		eventually(t, patience, fmt.Sprintf("%d real spans on the socket", sent), func() bool { return realSpans(t, v.state()) == sent })
		if sent < len(run.Expect.Spans) {
			assert.False(t, v.state().complete)
		}
	}
	checkShown(t, c, v, run)
}

// realSpans counts what is not a placeholder.
func realSpans(t *testing.T, s viewerState) (n int) {
	for _, raw := range s.spans {
		if parseSpan(t, raw).State != "missing" {
			n++
		}
	}
	return n
}
