package canvasserverextension

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestATraceHoldsEverySpanRootFirst(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 5)
	got := w.trace("/api/executions/run-1/trace")
	assert.Equal(t, "run-1", got.Execution.ID)
	assert.Equal(t, traceID(1).String(), *got.Execution.TraceID)
	assert.Equal(t, []string{
		"0000000000000001", "0000000000000002", "0000000000000003", "0000000000000004", "0000000000000005", "0000000000000006",
	}, names(got.Spans))
	assert.True(t, got.Known)
	assert.False(t, got.PageInfo.HasNextPage, "it is complete")
	assert.True(t, got.PageInfo.AtEnd)
	r := w.get("/api/executions/run-1/trace?_refresh=123")
	assert.Equal(t, "application/json", r.header.Get("Content-Type"))
	assert.Equal(t, "no-store", r.header.Get("Cache-Control"))
	assert.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"))
	byTrace := w.trace("/api/executions/" + traceID(1).String() + "/trace")
	assert.Equal(t, traceID(1).String(), byTrace.Execution.ID, "the trace id is an alias")
	assert.Len(t, byTrace.Spans, 6)
}

func TestAnExecutionUnderWayHasANextPageThatWaitsForChanges(t *testing.T) {
	w := newWorld(t, setup{})
	w.add(made{trace: 1, id: 2, parent: 1, name: "node", execution: "run-1"})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) > 0 })
	got := w.trace("/api/executions/run-1/trace")
	assert.True(t, got.PageInfo.HasNextPage)
	assert.True(t, got.PageInfo.AtEnd)
	require.NotNil(t, got.PageInfo.Cursor)
	assert.Regexp(t, `^c\.`, *got.PageInfo.Cursor)

	w.add(made{trace: 1, id: 3, parent: 1, name: "node"})
	var since wireTrace
	w.eventually(func() bool {
		since = w.trace("/api/executions/run-1/trace?cursor=" + url.QueryEscape(*got.PageInfo.Cursor))
		return len(since.Spans) > 0
	})
	assert.Equal(t, []string{"0000000000000003"}, names(since.Spans))
	assert.Equal(t, "live", since.Phase)
}

func TestAWalkOverPagesGivesEverySpanOnceWhileSpansArrive(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 49)
	seen := map[string]int{}
	path := "/api/executions/run-1/trace?limit=7"
	var pages int
	for next := path; ; pages++ {
		got := w.trace(next)
		assert.LessOrEqual(t, len(got.Spans), 7)
		for _, s := range got.Spans {
			seen[s.SpanID]++
		}
		if got.PageInfo.AtEnd {
			assert.Regexp(t, `^c\.`, *got.PageInfo.Cursor)
			late := w.trace("/api/executions/run-1/trace?since=" + url.QueryEscape(*got.PageInfo.Cursor))
			for _, s := range late.Spans {
				seen["since "+s.SpanID]++
			}
			break
		}
		require.True(t, got.PageInfo.HasNextPage)
		require.Regexp(t, `^p\.`, *got.PageInfo.Cursor)
		next = path + "&cursor=" + url.QueryEscape(*got.PageInfo.Cursor)
		w.add(made{trace: 1, id: uint64(100 + pages), parent: 1, name: "late"})
		w.eventually(func() bool {
			return len(w.trace("/api/executions/run-1/trace").Spans) == 51+pages
		})
	}
	for i := range 50 {
		id := spanID(uint64(i) + 1).String()
		assert.Equal(t, 1, seen[id], id)
	}
	for i := range pages {
		id := spanID(uint64(100 + i)).String()
		assert.Zero(t, seen[id], "a span that came during the walk is not of its snapshot")
		assert.Equal(t, 1, seen["since "+id], "but follows from its cursor")
	}
}

func TestALongPollAnswersAsSoonAsSomethingChanges(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.HTTP.WriteTimeout = 50 * time.Millisecond }})
	w.add(made{trace: 1, id: 2, parent: 1, name: "node", execution: "run-1"})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) > 0 })
	cursor := *w.trace("/api/executions/run-1/trace").PageInfo.Cursor
	path := "/api/executions/run-1/trace?since=" + url.QueryEscape(cursor) + "&wait="

	begun := time.Now()
	nothing := w.trace(path + "200ms") // longer than the listener's write time-out
	assert.Empty(t, nothing.Spans)
	assert.GreaterOrEqual(t, time.Since(begun), 200*time.Millisecond)
	assert.True(t, nothing.PageInfo.HasNextPage)

	answers := make(chan wireTrace, 1)
	go func() { answers <- w.trace(path + "20s") }()
	w.eventually(func() bool { return w.connections(transportLongPoll) == 1 })
	w.add(made{trace: 1, id: 3, parent: 1, name: "node"})
	select {
	case got := <-answers:
		assert.Equal(t, []string{"0000000000000003"}, names(got.Spans))
	case <-time.After(patience):
		t.Fatal("the long poll slept on")
	}
}

func TestALongPollOfAnUnknownExecutionWaitsForItsFirstSpan(t *testing.T) {
	w := newWorld(t, setup{})
	answers := make(chan wireTrace, 1)
	go func() { answers <- w.trace("/api/executions/run-1/trace?wait=20s") }()
	w.eventually(func() bool { return w.connections(transportLongPoll) == 1 })
	w.add(made{trace: 1, id: 2, parent: 1, name: "node", execution: "run-1"})
	got := <-answers
	assert.NotEmpty(t, got.Spans)
	assert.True(t, got.Known)
}

func TestAShutdownEndsLongPolls(t *testing.T) {
	w := newWorld(t, setup{})
	answers := make(chan wireTrace, 1)
	go func() { answers <- w.trace("/api/executions/run-1/trace?wait=25s") }()
	w.eventually(func() bool { return w.connections(transportLongPoll) == 1 })
	require.NoError(t, w.server.Shutdown(t.Context()))
	assert.False(t, (<-answers).Known)
}

func TestAnUnknownExecutionIsPendingOrNotFound(t *testing.T) {
	w := newWorld(t, setup{})
	got := w.trace("/api/executions/run-1/trace")
	assert.Equal(t, "pending", got.Execution.Status)
	assert.False(t, got.Known)
	assert.Empty(t, got.Spans)
	assert.False(t, got.PageInfo.HasNextPage)

	w = newWorld(t, setup{config: func(c *Config) { c.UnknownExecution = UnknownNotFound }})
	r := w.get("/api/executions/run-1/trace")
	assert.Equal(t, http.StatusNotFound, r.status)
	assert.JSONEq(t, `{"detail":"Execution history not found"}`, r.body)
}

func TestAnEvictedExecutionAnswersWithItsLastSummary(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 3)
	w.eventually(func() bool {
		res, err := w.store.Resolve(t.Context(), "run-1")
		return err == nil && res.Summary != nil && res.Summary.Complete
	})
	require.NoError(t, w.store.Evict(t.Context(), "run-1", tracestore.EvictRequest))
	var got wireTrace
	w.eventually(func() bool {
		got = w.trace("/api/executions/run-1/trace")
		return len(got.Spans) == 0
	})
	assert.True(t, got.Known)
	assert.Equal(t, "evicted", *got.Execution.CompleteReason)
	assert.Equal(t, 4, got.Execution.SpanCount)
	assert.False(t, got.PageInfo.HasNextPage)
	assert.Equal(t, http.StatusNotFound, w.get("/api/executions/run-1/trace/otlp").status)
}

func TestMalformedRequestsForATraceAreAnswered400AndSayWhatIsValid(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 1)
	cursor := *w.trace("/api/executions/run-1/trace").PageInfo.Cursor
	for path, want := range map[string]string{
		"/api/executions/run-1/trace?cursor=x":                          "malformed cursor",
		"/api/executions/run-1/trace?cursor=c.%2e%2e":                   "malformed cursor",
		"/api/executions/run-1/trace?cursor=p.AAAA":                     "malformed cursor",
		"/api/executions/run-1/trace?since=p.AAAA":                      "begins with c.",
		"/api/executions/run-1/trace?since=c." + fmt.Sprint(1<<60):      "malformed cursor",
		"/api/executions/run-1/trace?since=" + cursor + "&cursor=p.abc": "together",
		"/api/executions/run-1/trace?limit=0":                           "from 1 to 10000",
		"/api/executions/run-1/trace?limit=-5":                          "from 1 to 10000",
		"/api/executions/run-1/trace?limit=1e3":                         "from 1 to 10000",
		"/api/executions/run-1/trace?wait=25":                           "such as 25s",
		"/api/executions/run-1/trace?wait=-1s":                          "such as 25s",
		"/api/executions/run-1/trace?limit=%zz":                         "malformed query",
	} {
		r := w.get(path)
		assert.Equal(t, http.StatusBadRequest, r.status, path)
		assert.Contains(t, r.body, want, path)
		assert.Contains(t, r.body, `{"detail":"`, path)
	}
}
