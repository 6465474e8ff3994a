package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// TestABackendGetsWhatWasSent sends through a first collector to a second, ordinary one, and from there through a third with
// the same profile to a fourth: everything arrives once, unchanged but for redaction, with documented additions only; and a
// second tokenpreview changes nothing more.
func TestABackendGetsWhatWasSent(t *testing.T) {
	for _, transport := range []otlpreplay.Transport{otlpreplay.HTTPProtobuf, otlpreplay.GRPC} {
		t.Run(string(transport), func(t *testing.T) {
			last := startArchive(t, nil)
			second := start(t, profile("staging", last.forwarding(transport)))
			between := startArchive(t, second)
			first := start(t, profile("staging", between.forwarding(transport), "ORCHEO_TRACING_SERVICE_NAME=orcheo-staging"))

			sent := []ptrace.Traces{rich()}
			for _, name := range otlpreplay.Cases() {
				sent = append(sent, freshRun(t, name).Arrange(otlpreplay.Recorded)...)
			}
			originals := flatten(clones(sent)...)
			first.post(t, transport, sent...)

			once := byID(t, between.await(t, len(originals)))
			twice := byID(t, last.await(t, len(originals)))
			require.Len(t, once, len(originals))
			require.Len(t, twice, len(originals))
			compare := comparison{t: t, additions: documentedAdditions(t)}
			for id, original := range byID(t, originals) {
				arrived, ok := once[id]
				if assert.True(t, ok, "%s did not arrive", original.span.Name()) {
					compare.span(original, arrived)
				}
				assert.Equal(t, canonical(t, arrived), canonical(t, twice[id]), "a second tokenpreview changes nothing")
			}
			assert.Equal(t, "orcheo-staging", once[richID].resource.Resource().Attributes().AsRaw()["service.name"], "for it had no name")
		})
	}
}

const richID = "000102030405060708090a0b0c0d0e0f/0001020304050607"

// rich is a span with everything that OTLP can say of one, model messages, and secrets.
func rich() ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.SetSchemaUrl("https://opentelemetry.io/schemas/1.30.0")
	rs.Resource().Attributes().PutStr("host.name", "h")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.SetSchemaUrl("https://opentelemetry.io/schemas/1.31.0")
	ss.Scope().SetName("scope")
	ss.Scope().SetVersion("1.2.3")
	ss.Scope().Attributes().PutBool("scoped", true)
	s := ss.Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	s.SetSpanID(pcommon.SpanID{0, 1, 2, 3, 4, 5, 6, 7})
	s.SetParentSpanID(pcommon.SpanID{9})
	s.TraceState().FromRaw("vendor=a,ot=rv:00112233445566")
	s.SetFlags(0x301)
	s.SetName("chat gpt-4o")
	s.SetKind(ptrace.SpanKindClient)
	s.SetStartTimestamp(1_700_000_000_123_456_789)
	s.SetEndTimestamp(1_700_000_001_987_654_321)
	s.SetDroppedAttributesCount(1)
	s.SetDroppedEventsCount(2)
	s.SetDroppedLinksCount(3)
	s.Status().SetCode(ptrace.StatusCodeError)
	s.Status().SetMessage("401 for key sk-proj-" + strings.Repeat("aB3dE6gH", 6))
	a := s.Attributes()
	a.PutStr("gen_ai.operation.name", "chat")
	a.PutStr("gen_ai.request.model", "gpt-4o")
	a.PutInt("gen_ai.usage.input_tokens", 4000)
	a.PutInt("gen_ai.usage.output_tokens", 12)
	a.PutStr("gen_ai.input.messages", `[{"role":"user","parts":[{"type":"text","content":"Write to jane.doe@example.com"}]}]`)
	a.PutStr("gen_ai.output.messages", `[{"role":"assistant","parts":[{"type":"text","content":"Done."}]}]`)
	a.PutStr("api_key", "hunter2hunter2")
	a.PutDouble("double", 0.1)
	a.PutBool("bool", false)
	a.PutStr("empty", "")
	a.PutEmpty("null")
	a.PutEmptyBytes("bytes").FromRaw([]byte{0, 255, 1})
	list := a.PutEmptySlice("list")
	list.AppendEmpty().SetInt(-1)
	list.AppendEmpty().SetEmptyMap().PutStr("deep", "x")
	for i, name := range []string{"first", "prompt", "last"} {
		event := s.Events().AppendEmpty()
		event.SetName(name)
		event.SetTimestamp(pcommon.Timestamp(1_700_000_000_500_000_001 + i))
		event.SetDroppedAttributesCount(4)
		event.Attributes().PutStr("preview", "as it was")
	}
	link := s.Links().AppendEmpty()
	link.SetTraceID(pcommon.TraceID{7})
	link.SetSpanID(pcommon.SpanID{8})
	link.TraceState().FromRaw("linked=1")
	link.SetFlags(0x1)
	link.Attributes().PutInt("n", 1)
	return td
}

func clones(requests []ptrace.Traces) []ptrace.Traces {
	copies := make([]ptrace.Traces, len(requests))
	for i, request := range requests {
		copies[i] = ptrace.NewTraces()
		request.CopyTo(copies[i])
	}
	return copies
}

// TestAQuarterOfTheTracesArrivesWhole: production forwards a quarter of the traces by default, whole ones, the same ones as
// any other collector with that ratio; the Trace tab has them all.
func TestAQuarterOfTheTracesArrivesWhole(t *testing.T) {
	const traces, spans = 400, 3
	one, two := startArchive(t, nil), startArchive(t, nil)
	production := start(t, profile("production", one.forwarding(otlpreplay.HTTPProtobuf), "CANVAS_INSECURE=true"))
	staging := start(t, profile("staging", two.forwarding(otlpreplay.GRPC), "ORCHEO_TRACING_SAMPLE_RATIO=0.25"))

	random := rand.New(rand.NewPCG(1, 2)) // the same ids each time, so that the test's outcome is, too
	var executions []string
	for i := range traces {
		id := pcommon.TraceID{}
		for at := range id {
			id[at] = byte(random.Uint32())
		}
		executions = append(executions, fmt.Sprintf("sampled-%d", i))
		for _, c := range []*collector{production, staging} {
			c.post(t, otlpreplay.HTTPProtobuf, batch(id, executions[i], 1, spans, 10))
		}
	}
	marker := ptrace.NewTraces() // sampling.priority lets it through any sampler, and it comes last
	batch(pcommon.TraceID{1}, "marker", 1, 1, 10).CopyTo(marker)
	flatten(marker)[0].span.Attributes().PutInt("sampling.priority", 1)

	var kept [2]map[pcommon.TraceID]int
	for i, a := range []archive{one, two} {
		[]*collector{production, staging}[i].post(t, otlpreplay.HTTPProtobuf, clones([]ptrace.Traces{marker})...)
		kept[i] = a.untilMarker(t)
		n := len(kept[i])
		assert.True(t, n >= 57 && n <= 143, "%d of %d traces: 100 expected, and 5 standard deviations are 43", n, traces)
		for id, count := range kept[i] {
			assert.Equal(t, spans, count, "trace %s is not whole", id)
		}
	}
	assert.Equal(t, kept[0], kept[1], "the same ratio keeps the same traces")
	for _, id := range executions {
		assert.Equal(t, spans, production.trace(t, id).Execution.SpanCount, id)
	}
}

// untilMarker counts the spans of each trace that arrive before the marker, and looks at what sampling says of itself.
func (a archive) untilMarker(t testing.TB) map[pcommon.TraceID]int {
	t.Helper()
	var kept map[pcommon.TraceID]int
	eventually(t, patience, "the marker at the second collector", func() bool {
		marked := false
		kept = map[pcommon.TraceID]int{}
		for _, f := range a.spans(t) {
			if f.span.TraceID() == (pcommon.TraceID{1}) {
				marked = true
				continue
			}
			kept[f.span.TraceID()]++
			assert.Equal(t, "ot=th:c", f.span.TraceState().AsRaw(), "a quarter, in OpenTelemetry's own words")
		}
		return marked
	})
	return kept
}

// TestABackendThatIsAwayCostsTheTraceTabNothing: what is forwarded waits in its queue.
func TestABackendThatIsAwayCostsTheTraceTabNothing(t *testing.T) {
	nobody := freeAddress(t)
	c := start(t, profile("staging", "CANVAS_FORWARD_ENDPOINT=grpc://"+nobody))
	run := freshRun(t, "rich")
	c.send(t, otlpreplay.HTTPProtobuf, run, otlpreplay.Recorded)
	eventually(t, patience, "all spans on the Trace tab", func() bool {
		return c.trace(t, run.Expect.ExecutionID).Execution.SpanCount == len(run.Expect.Spans)
	})
	assert.Positive(t, c.metric(t, "otelcol_exporter_queue_capacity", `exporter="otlp_grpc/forward"`))
}

func TestTheConsolePrintsWhatIsForwarded(t *testing.T) {
	c := start(t, profile("staging", "CANVAS_FORWARD_EXPORTER=console"))
	c.post(t, otlpreplay.HTTPProtobuf, rich())
	eventually(t, patience, "the span's name on the terminal", func() bool { return strings.Contains(c.log.String(), "chat gpt-4o") })
	assert.NotContains(t, c.log.String(), "jane.doe", "redacted like everything else")
	assert.Contains(t, c.log.String(), semconv.RedactionCount)
}
