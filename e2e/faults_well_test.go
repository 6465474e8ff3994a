package e2e

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// This file says what "well after a fault" means, for every test of a fault:
//
//   - the collector answers /healthz, and an execution that is sent now is seen, whole and complete, on every transport;
//   - nothing was lost: each span that was acknowledged is served, or the store's own counters say that it is not, and why;
//   - no goroutine is left over;
//   - the live heap, after a garbage collection and without what the store accounts for, is within a tenth of what it was.

// subject is a collector that suffers a fault. It has a profiler, which no profile of the distribution switches on.
type subject struct {
	*collector
	pprof  string // host:port
	header http.Header

	before  vitals
	acked   int            // spans whose request was acknowledged
	sent    map[string]int // … by the execution that they are served under, each span once
	evicted bool           // the fault has the store evict: an execution may be gone, if the store counts that
	guests  []func()       // end whoever watches or sends
	rounds  int
}

// vitals are what a fault must leave as it found it.
type vitals struct {
	goroutines int
	heap       float64 // live bytes beyond what the store and its views account for
}

// spareGoroutines may be there after a fault and not before: connections that are about to end, the profiler's own.
const spareGoroutines = 3

// ailment is what a collector is started with, to suffer a fault.
type ailment struct {
	args       []string
	extensions string      // beside the profiler and the server, such as "bearertokenauth, "
	header     http.Header // of those who watch
}

func startSubject(t testing.TB, a ailment) *subject {
	t.Helper()
	s := &subject{pprof: freeAddress(t), header: a.header, sent: map[string]int{}}
	args := append([]string{
		"--set=extensions.pprof.endpoint=" + s.pprof, "--set=service.extensions=[pprof, " + a.extensions + "canvasserver]",
	}, a.args...)
	s.collector = startCollector(t, args...)
	s.settle(t)
	return s
}

// settle has the collector do everything once, so that what it keeps for good is there, and takes its vitals.
func (s *subject) settle(t testing.TB) {
	t.Helper()
	s.seesOnEveryTransport(t)
	s.seesOnEveryTransport(t)
	eventually(t, patience, "vitals that stay", func() bool {
		last := s.before
		s.before = s.vitals(t)
		return s.before.goroutines == last.goroutines
	})
}

// leave has everybody leave whom the test let in.
func (s *subject) leave() {
	for _, end := range s.guests {
		end()
	}
	s.guests = nil
}

// assertWell holds the collector to what is said above. Whoever the test let in leaves first.
func assertWell(t testing.TB, s *subject) {
	t.Helper()
	s.leave()
	require.True(t, s.answers("http://"+s.server+"/healthz"), "the collector is healthy")
	s.seesOnEveryTransport(t)
	s.nothingWasLost(t)
	s.nothingIsLeftOver(t)
}

func (s *subject) nothingWasLost(t testing.TB) {
	t.Helper()
	gone := 0
	for id, n := range s.sent {
		answer := s.asked(t, id)
		reason := answer.Execution.CompleteReason
		if s.evicted && (!answer.Known || reason != nil && *reason == "evicted") { // or evicted and forgotten
			gone++
			continue
		}
		assert.GreaterOrEqual(t, answer.Execution.SpanCount+answer.Execution.DroppedSpans, n, "spans of %s that were acknowledged", id)
	}
	if s.evicted {
		assert.GreaterOrEqual(t, s.metric(t, "otelcol_canvastrace_evictions"), float64(gone), "executions that are not served are counted")
	}
	assert.GreaterOrEqual(t, s.metric(t, "otelcol_canvastrace_spans"), float64(s.acked), "spans that were acknowledged have an outcome")
	assert.Zero(t, s.counter(t, "otelcol_canvastrace_store_errors"))
}

func (s *subject) nothingIsLeftOver(t testing.TB) {
	t.Helper()
	var now vitals
	well := false
	defer func() {
		if !well {
			t.Logf("before the fault %+v, now %+v; goroutines:\n%.6000s", s.before, now, s.profile(t, "goroutine?debug=1"))
		}
	}()
	eventually(t, patience, "as many goroutines as before, and live heap within a tenth", func() bool {
		now = s.vitals(t)
		return now.goroutines <= s.before.goroutines+spareGoroutines && now.heap <= 1.1*s.before.heap
	})
	well = true
	t.Logf("goroutines %d → %d, live heap beside the store %.1f → %.1f MB, %d spans acknowledged",
		s.before.goroutines, now.goroutines, s.before.heap/1e6, now.heap/1e6, s.acked)
}

var (
	goroutineTotal = regexp.MustCompile(`goroutine profile: total (\d+)`)
	heapAlloc      = regexp.MustCompile(`# HeapAlloc = (\d+)`)
)

func (s *subject) vitals(t testing.TB) vitals {
	t.Helper()
	http.DefaultClient.CloseIdleConnections() // each of ours is goroutines of the collector's
	s.profile(t, "heap?gc=1&debug=1")         // what pools hold is let go of by the second collection
	heap := number(t, heapAlloc, s.profile(t, "heap?gc=1&debug=1"))
	held := s.metric(t, "otelcol_canvastrace_store_size") + s.metric(t, "otelcol_canvastrace_view_size")
	http.DefaultClient.CloseIdleConnections()
	return vitals{goroutines: int(number(t, goroutineTotal, s.profile(t, "goroutine?debug=1"))), heap: heap - held}
}

func number(t testing.TB, form *regexp.Regexp, text string) float64 {
	t.Helper()
	found := form.FindStringSubmatch(text)
	require.NotNil(t, found, "no %s in %.300s", form, text)
	n, err := strconv.ParseFloat(found[1], 64)
	require.NoError(t, err)
	return n
}

func (s *subject) profile(t testing.TB, name string) string {
	t.Helper()
	resp, err := http.Get("http://" + s.pprof + "/debug/pprof/" + name)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(text)
}

// counter is a metric that is not there before it is first counted.
func (s *subject) counter(t testing.TB, name string, labels ...string) float64 {
	t.Helper()
	resp, err := http.Get("http://" + s.metrics + "/metrics")
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, name) && containsAll(line, labels) {
			return s.metric(t, name, labels...)
		}
	}
	return 0
}

// acknowledged notes what the collector took for good, and will be asked for.
func (s *subject) acknowledged(execution string, spans int) {
	s.acked += spans
	s.sent[execution] += spans
}

// send sends spans that nobody has sent before, and wants them acknowledged.
func (s *subject) send(t testing.TB, sender *otlpreplay.Sender, execution string, td ptrace.Traces) {
	t.Helper()
	require.NoError(t, sender.Send(testContext(t), td))
	s.acknowledged(execution, td.SpanCount())
}

func (s *subject) dial(t testing.TB, transport otlpreplay.Transport) *otlpreplay.Sender {
	t.Helper()
	sender, err := otlpreplay.Dial(transport, s.endpoints())
	require.NoError(t, err)
	s.guests = append(s.guests, func() { _ = sender.Close() })
	t.Cleanup(func() { _ = sender.Close() })
	return sender
}

// asked is what REST answers to those who watch.
func (s *subject) asked(t testing.TB, id string) (answer traceJSON) {
	t.Helper()
	require.Equal(t, http.StatusOK, s.status(t, "/api/executions/"+url.PathEscape(id)+"/trace", &answer), id)
	return answer
}

// probe makes an execution of three spans that says when it is whole: a root that names it, and two that follow.
func probe(trace pcommon.TraceID, id string) (children, root ptrace.Traces) {
	children, root = batch(trace, id, 2, 2, 100), batch(trace, id, 1, 1, 100)
	span := root.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	span.Attributes().PutInt(semconv.TraceSpanCount, 3)
	span.Events().AppendEmpty().SetName(semconv.EventWorkflowCompleted)
	return children, root
}

// seesOnEveryTransport sends an execution, half of it over gRPC and half over HTTP, while somebody watches by each transport.
func (s *subject) seesOnEveryTransport(t testing.TB) {
	t.Helper()
	s.rounds++
	id := fmt.Sprintf("run-well-%d", s.rounds)
	trace := pcommon.TraceID{0xfe, 15: byte(s.rounds)}
	sights := s.sights(t, id)
	children, root := probe(trace, id)
	for transport, td := range map[otlpreplay.Transport]ptrace.Traces{otlpreplay.GRPC: children, otlpreplay.HTTPProtobuf: root} {
		sender, err := otlpreplay.Dial(transport, s.endpoints())
		require.NoError(t, err)
		eventually(t, patience, "the collector takes spans over "+string(transport), func() bool { return sender.Send(testContext(t), td) == nil })
		require.NoError(t, sender.Close())
		s.acknowledged(id, td.SpanCount())
	}
	for by, see := range sights {
		eventually(t, patience, "a whole and complete execution by "+by, func() bool {
			spans, complete := see.state()
			return len(spans) == 3 && complete
		})
		see.close()
	}
	answer := s.asked(t, id)
	require.Len(t, answer.Spans, 3)
	require.Equal(t, "completed", answer.Execution.Status)
	rest := map[string]string{}
	for _, raw := range answer.Spans {
		rest[spanKeyOf(t, raw)] = bodyOf(t, raw)
	}
	for by, see := range sights {
		spans, _ := see.state()
		shown := maps.Collect(func(yield func(string, string) bool) {
			for key, raw := range spans {
				if !yield(key, bodyOf(t, raw)) {
					return
				}
			}
		})
		require.Equal(t, rest, shown, "REST and %s show the same", by)
	}
}
