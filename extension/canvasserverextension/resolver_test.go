package canvasserverextension

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// backend stands in for Orcheo's: it knows the trace id of a run from its start.
type standIn struct {
	*httptest.Server

	mu     sync.Mutex
	traces map[string]string // execution → trace id as JSON
	asked  map[string]int
	hold   chan struct{} // answers wait for it, if it is set
}

func newBackend(t *testing.T) *standIn {
	b := &standIn{traces: map[string]string{}, asked: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/executions/{id}/trace", func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		id := r.PathValue("id")
		b.asked[id]++
		trace, known := b.traces[id]
		hold := b.hold
		b.mu.Unlock()
		if hold != nil {
			<-hold
		}
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Header.Get("Authorization") != "Bearer backend-token":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"detail":{"message":"Missing bearer token","code":"auth.missing_token"}}`))
		case !known:
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"detail":"Execution history not found"}`))
		default:
			_, _ = fmt.Fprintf(w, `{"execution":{"id":%q,"status":"running","thread_id":%q,"started_at":"2026-11-22T14:30:59.913341Z","finished_at":null,`+
				`"trace_id":%s,"token_usage":{"input":0,"output":0}},"spans":[],"page_info":{"has_next_page":false,"cursor":null}}`, id, id, trace)
		}
	})
	b.Server = httptest.NewServer(mux)
	t.Cleanup(b.Close)
	return b
}

func (b *standIn) start(execution, traceJSON string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.traces[execution] = traceJSON
}

func (b *standIn) count(execution string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked[execution]
}

func resolving(b *standIn) setup {
	return setup{config: func(c *Config) {
		c.Resolver.Endpoint, c.Resolver.Token, c.Resolver.RetryInterval = b.URL, "backend-token", 10*time.Millisecond
	}}
}

func TestTheResolverBindsARunBeforeAnySpanNamesIt(t *testing.T) {
	b := newBackend(t)
	w := newWorld(t, resolving(b))
	v := w.view("/ws/executions/run-1") // the backend does not know it yet
	first := v.frame()
	assert.False(t, first.Execution.Known)
	w.eventually(func() bool { return w.counted("resolver_lookups", "result", "unknown") > 1 })
	b.start("run-1", "null")
	w.eventually(func() bool { return w.counted("resolver_lookups", "result", "pending") > 0 })
	b.start("run-1", `"`+traceID(1).String()+`"`)
	w.eventually(func() bool { return w.counted("resolver_lookups", "result", "bound") == 1 })

	w.add(made{trace: 1, id: 2, parent: 1, name: "node"}) // names no execution
	spans, _ := v.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	assert.Contains(t, spans, traceID(1).String()+spanID(2).String())
	asked := b.count("run-1")
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", count: 2})
	v.until(func(f wireFrame) bool { return f.Complete })
	assert.Equal(t, asked, b.count("run-1"), "who is bound is not asked for again")
}

func TestARESTAnswerWaitsForTheResolverAMoment(t *testing.T) {
	b := newBackend(t)
	w := newWorld(t, resolving(b))
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"})
	b.start("run-1", `"`+traceID(1).String()+`"`)
	got := w.trace("/api/executions/run-1/trace")
	assert.True(t, got.Known)
	assert.NotEmpty(t, got.Spans)
}

func TestABackendThatDoesNotAnswerHoldsUpNoViewer(t *testing.T) {
	b := newBackend(t)
	b.hold = make(chan struct{})
	w := newWorld(t, resolving(b)) // an answer that waited for the backend would not come before close(b.hold)
	assert.False(t, w.trace("/api/executions/run-1/trace").Known)
	v := w.view("/ws/executions/run-1")
	v.frame()
	assert.Equal(t, 1, b.count("run-1"), "one question at a time for one execution")
	close(b.hold)
}

func TestTheIDOfARunThatWasNeverExportedIsIgnored(t *testing.T) {
	b := newBackend(t)
	b.start("run-1", `"87ddee9f1b60ad34"`)
	w := newWorld(t, resolving(b))
	assert.False(t, w.trace("/api/executions/run-1/trace").Known)
	w.eventually(func() bool { return w.counted("resolver_lookups", "result", "history_only") > 0 })
}

func TestNobodyIsAskedForWhatIsKnown(t *testing.T) {
	b := newBackend(t)
	w := newWorld(t, resolving(b))
	w.run("run-1", 1, 1)
	asked := b.count("run-1")
	w.trace("/api/executions/run-1/trace")
	w.trace("/api/executions/" + traceID(1).String() + "/trace")
	assert.Equal(t, asked, b.count("run-1"))
	assert.Zero(t, b.count(traceID(1).String()))
}

func TestAShutdownEndsQuestions(t *testing.T) {
	b := newBackend(t)
	b.hold = make(chan struct{})
	defer close(b.hold)
	s := resolving(b)
	configure := s.config
	s.config = func(c *Config) { configure(c); c.Resolver.Timeout = time.Hour }
	w := newWorld(t, s)
	w.view("/ws/executions/run-1").frame()
	w.eventually(func() bool { return b.count("run-1") == 1 })
	require.NoError(t, w.server.Shutdown(t.Context()))
}
