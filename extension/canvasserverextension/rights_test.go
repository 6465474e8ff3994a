package canvasserverextension

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bouncer stands in for the operator's service: it knows who may see what, by "token id".
type bouncer struct {
	*httptest.Server

	mu    sync.Mutex
	yes   map[string]bool
	asked map[string]int
	hold  chan struct{} // answers wait for it, if it is set
}

func newBouncer(t *testing.T, yes ...string) *bouncer {
	b := &bouncer{yes: map[string]bool{}, asked: map[string]int{}}
	for _, y := range yes {
		b.yes[y] = true
	}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + " " + r.URL.Path[1:]
		b.mu.Lock()
		b.asked[key]++
		ok, hold := b.yes[key], b.hold
		b.mu.Unlock()
		if hold != nil {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		}
		if !ok {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *bouncer) set(key string, may bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.yes[key] = may
}

func (b *bouncer) count(key string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked[key]
}

// guardedBy is a setup in which rights are per execution.
func guardedBy(b *bouncer, more func(*Config)) setup {
	return setup{config: func(c *Config) {
		c.ForwardAuth.URL, c.ForwardAuth.WorkflowURL = b.URL+"/{execution_id}", b.URL+"/list/{workflow_id}"
		c.ForwardAuth.CacheTTL = 50 * time.Millisecond
		c.FlushInterval = 0
		if more != nil {
			more(c)
		}
	}}
}

func asAnn() http.Header { return http.Header{"Authorization": {"Bearer ann"}} }

func (w *world) asAnn(path string) reply {
	w.t.Helper()
	return w.ask(http.MethodGet, path, map[string]string{"Authorization": "Bearer ann"})
}

// talkAsAnn opens a multiplexed socket with ann's token.
func (w *world) talkAsAnn() *talker {
	w.t.Helper()
	c := w.connect(asAnn())
	c.say(`{"type":"init"}`)
	require.Equal(w.t, typeWelcome, c.hear().Type)
	return c
}

func TestWithRightsPerExecutionEveryRouteAsks(t *testing.T) {
	b := newBouncer(t, "ann mine", "ann list/wf")
	w := newWorld(t, guardedBy(b, nil))
	w.finished("theirs", 2)
	w.finished("mine", 1)
	w.eventually(func() bool { return w.asAnn("/api/executions/mine/trace/otlp").status == http.StatusOK })
	for path, want := range map[string]int{
		"/api/executions/mine/trace":                                                            http.StatusOK,
		"/api/executions/mine/trace/otlp":                                                       http.StatusOK,
		"/api/executions/theirs/trace":                                                          http.StatusForbidden,
		"/api/executions/theirs/trace/otlp":                                                     http.StatusForbidden,
		"/api/executions/theirs/events":                                                         http.StatusForbidden,
		"/api/executions/theirs/trace?wait=1s":                                                  http.StatusForbidden,
		"/api/executions/unheard-of/trace":                                                      http.StatusForbidden,
		"/api/executions/" + traceID(1).String() + "/trace":                                     http.StatusOK,
		"/api/executions/" + traceID(2).String() + "/trace":                                     http.StatusForbidden,
		"/api/executions/mine/traces/" + traceID(1).String() + "/spans/" + spanID(1).String():   http.StatusOK,
		"/api/executions/theirs/traces/" + traceID(2).String() + "/spans/" + spanID(1).String(): http.StatusForbidden,
		"/api/executions/mine/traces/" + traceID(2).String() + "/spans/" + spanID(1).String():   http.StatusNotFound,
		"/api/executions":                   http.StatusForbidden,
		"/api/executions?workflow_id=wf":    http.StatusOK,
		"/api/executions?workflow_id=other": http.StatusForbidden,
		"/api/workflows/wf/executions":      http.StatusOK,
		"/api/workflows/other/executions":   http.StatusForbidden,
		"/api/info":                         http.StatusOK,
	} {
		r := w.asAnn(path)
		assert.Equal(t, want, r.status, "%s: %s", path, r.body)
	}
	assert.Equal(t, http.StatusForbidden, w.get("/api/executions/mine/trace").status, "nobody in particular may see nothing")
	conn, _, err := w.dial("/ws/executions/mine", asAnn())
	require.NoError(t, err)
	(&watcher{t: t, conn: conn}).frame()
	require.NoError(t, conn.Close())
	_, resp, err := w.dial("/ws/executions/theirs", asAnn())
	require.Error(t, err)
	assert.Equal(t, http.StatusForbidden, resp.StatusCode)
	assert.Positive(t, w.counted("authorizations", "result", "denied"))
	assert.Positive(t, w.rejections(rejectedForbidden))
}

// finished adds a complete execution without reading it back.
func (w *world) finished(execution string, trace uint64) {
	w.add(made{trace: trace, id: 1, name: "workflow.execution", execution: execution, workflow: "wf", count: 1})
}

func TestAServiceThatDoesNotAnswerLetsNobodyIn(t *testing.T) {
	b := newBouncer(t, "ann mine")
	b.hold = make(chan struct{})
	defer close(b.hold)
	w := newWorld(t, guardedBy(b, func(c *Config) { c.ForwardAuth.Timeout = 20 * time.Millisecond }))
	r := w.asAnn("/api/executions/mine/trace")
	assert.Equal(t, http.StatusServiceUnavailable, r.status)
	assert.NotEmpty(t, r.header.Get("Retry-After"))
	c := w.talkAsAnn()
	c.say(`{"type":"subscribe","id":"a","execution_id":"mine"}`)
	m := c.heard(typeError, "a")
	assert.Equal(t, closeTryAgain, m.Code)
	assert.True(t, m.Retryable)
}

func TestARightThatIsTakenAwayEndsItsSubscriptionAndNoOther(t *testing.T) {
	b := newBouncer(t, "ann one", "ann two", "ann list/wf")
	w := newWorld(t, guardedBy(b, func(c *Config) { quickLists(c) }))
	w.finished("one", 1)
	w.finished("two", 2)
	c := w.talkAsAnn()
	c.subscribe("a", "one")
	c.subscribe("b", "two")
	c.say(`{"type":"subscribe","id":"l","executions":{"workflow_id":"wf"}}`)
	c.heard(typeSubscribed, "l")
	c.say(`{"type":"subscribe","id":"all","executions":{}}`)
	assert.Equal(t, closeForbidden, c.heard(typeError, "all").Code, "a list of everything is nobody's")

	b.set("ann one", false)
	m := c.heard(typeError, "a")
	assert.Equal(t, closeForbidden, m.Code)
	assert.False(t, m.Retryable)
	w.add(made{trace: 1, id: 9, parent: 1, name: "late"})
	w.add(made{trace: 2, id: 9, parent: 1, name: "late"})
	c.until(func(m said) bool {
		require.NotEqual(t, "a", m.Sub, "nothing more of what is forbidden")
		return m.Sub == "b" && len(m.Spans) > 0
	})
	b.set("ann list/wf", false)
	assert.Equal(t, closeForbidden, c.heard(typeError, "l").Code)
	assert.Greater(t, b.count("ann two"), 1, "it was looked at again")
}

func TestARightThatIsTakenAwayEndsSocketsAndStreams(t *testing.T) {
	b := newBouncer(t, "ann one")
	w := newWorld(t, guardedBy(b, nil))
	w.finished("one", 1)
	conn, _, err := w.dial("/ws/executions/one", asAnn())
	require.NoError(t, err)
	defer conn.Close()
	l := w.listen("/api/executions/one/events", map[string]string{"Authorization": "Bearer ann"})
	l.frame()
	b.set("ann one", false)
	assert.Equal(t, closeForbidden, (&watcher{t: t, conn: conn}).closed())
	for ok := true; ok; {
		_, ok = l.next()
	}
	w.eventually(func() bool { return w.endings(endedForbidden) == 2 })
}

// A viewer knows the ids of an execution that is theirs and of a trace that is not. Whatever they pair, they see nothing of it.
func TestAViewerCannotReachAnothersTraceByPairingIDs(t *testing.T) {
	b := newBouncer(t, "ann mine", "ann nothing-yet")
	w := newWorld(t, guardedBy(b, nil))
	theirs, unnamed := traceID(2).String(), traceID(3).String()
	w.finished("mine", 1)
	w.finished("theirs", 2)
	w.add(made{trace: 3, id: 2, parent: 1, name: "of an execution that is not named yet"})
	w.eventually(func() bool { r, err := w.store.Resolve(t.Context(), unnamed); return err == nil && r.Known })

	c := w.talkAsAnn()
	for i, pair := range []string{
		`"execution_id":"nothing-yet","trace_id":"` + theirs + `"`,
		`"execution_id":"nothing-yet","trace_id":"` + unnamed + `"`,
		`"execution_id":"mine","trace_id":"` + theirs + `"`,
		`"execution_id":"mine","trace_id":"` + unnamed + `"`,
	} {
		id := string(rune('a' + i))
		c.say(`{"type":"subscribe","id":"` + id + `",` + pair + `}`)
		spans, _ := c.spans(id, func(m said) bool { return m.Last })
		for key := range spans {
			assert.True(t, strings.HasPrefix(key, traceID(1).String()), "a span of another's trace")
		}
	}
	for _, alone := range []string{theirs, unnamed} {
		c.say(`{"type":"subscribe","id":"x","trace_id":"` + alone + `"}`)
		assert.Equal(t, closeForbidden, c.heard(typeError, "x").Code)
	}
	conn, _, err := w.dial("/ws/executions/nothing-yet?trace_id="+unnamed, asAnn())
	require.NoError(t, err)
	defer conn.Close()
	assert.Empty(t, (&watcher{t: t, conn: conn}).frame().Spans)
	l := w.listen("/api/executions/nothing-yet/events?trace_id="+unnamed, map[string]string{"Authorization": "Bearer ann"})
	assert.Empty(t, l.frame().Spans)

	w.add(made{trace: 3, id: 4, parent: 1, name: "more"}, made{trace: 2, id: 4, parent: 1, name: "more"}, made{trace: 1, id: 4, parent: 1, name: "more"})
	c.until(func(m said) bool {
		for _, s := range m.Spans {
			require.Equal(t, traceID(1).String(), s.TraceID)
		}
		return m.Sub == "d" && len(m.Spans) > 0
	})
}

// The right to a trace that nobody had named is a right to that; once the trace is an execution's, it needs that one's.
func TestATraceThatTurnsOutToBeAnothersIsNotShownAnyMore(t *testing.T) {
	unnamed := traceID(3).String()
	b := newBouncer(t, "ann "+unnamed)
	w := newWorld(t, guardedBy(b, func(c *Config) { c.ForwardAuth.CacheTTL = time.Hour }))
	w.add(made{trace: 3, id: 2, parent: 1, name: "node"})
	c := w.talkAsAnn()
	c.say(`{"type":"subscribe","id":"a","trace_id":"` + unnamed + `"}`)
	c.spans("a", withSpans)
	conn, _, err := w.dial("/ws/executions/"+unnamed, asAnn())
	require.NoError(t, err)
	defer conn.Close()
	plain := &watcher{t: t, conn: conn}
	plain.until(func(f wireFrame) bool { return len(f.Spans) > 0 })

	w.add(made{trace: 3, id: 1, name: "workflow.execution", execution: "theirs", count: 2})
	m := c.until(func(m said) bool {
		for _, s := range m.Spans {
			require.NotEqual(t, spanID(1).String(), s.SpanID, "the span that came with the name")
		}
		return m.Type == typeError
	})
	assert.Equal(t, closeForbidden, m.Code)
	assert.Equal(t, closeForbidden, plain.closed())
	assert.Equal(t, http.StatusForbidden, w.asAnn("/api/executions/"+unnamed+"/trace").status)
}

func TestATraceThatTurnsOutToBeTheViewersGoesOnWithoutLoss(t *testing.T) {
	unnamed := traceID(3).String()
	b := newBouncer(t, "ann "+unnamed, "ann mine")
	w := newWorld(t, guardedBy(b, func(c *Config) { c.ForwardAuth.CacheTTL = time.Hour }))
	w.add(made{trace: 3, id: 2, parent: 1, name: "node"})
	c := w.talkAsAnn()
	c.say(`{"type":"subscribe","id":"a","trace_id":"` + unnamed + `"}`)
	_, before := c.spans("a", withSpans)
	w.add(made{trace: 3, id: 1, name: "workflow.execution", execution: "mine", count: 2})
	spans, after := c.spans("a", withSpans)
	assert.Contains(t, spans, spanKey(3, 1))
	if !after.Reset {
		assert.Equal(t, before.Seq, after.PrevSeq)
	}
	assert.Equal(t, 1, b.count("ann mine"))
}

// What the backend itself says of an execution's trace is not a viewer's claim.
func TestTheResolverConfirmsAPair(t *testing.T) {
	backend := newBackend(t)
	backend.start("mine", `"`+traceID(1).String()+`"`)
	b := newBouncer(t, "ann mine")
	w := newWorld(t, guardedBy(b, resolving(backend).config))
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"}, made{trace: 2, id: 2, parent: 1, name: "node"})
	c := w.talkAsAnn()
	c.say(`{"type":"subscribe","id":"a","execution_id":"mine","trace_id":"` + traceID(2).String() + `"}`)
	spans, _ := c.spans("a", withSpans)
	assert.Contains(t, spans, spanKey(1, 2), "the trace that the backend names, whatever the viewer believes")
	assert.NotContains(t, spans, spanKey(2, 2))
}

func TestALongPollThatOutlivesItsRightShowsNothing(t *testing.T) {
	unnamed := traceID(3).String()
	b := newBouncer(t, "ann "+unnamed)
	w := newWorld(t, guardedBy(b, func(c *Config) { c.ForwardAuth.CacheTTL = time.Hour }))
	answers := make(chan reply, 1)
	go func() { answers <- w.asAnn("/api/executions/" + unnamed + "/trace?wait=20s") }()
	w.eventually(func() bool { return w.connections(transportLongPoll) == 1 })
	w.add(made{trace: 3, id: 1, name: "workflow.execution", execution: "theirs", count: 1})
	assert.Equal(t, http.StatusForbidden, (<-answers).status)
}

func TestANewTokenIsANewViewer(t *testing.T) {
	b := newBouncer(t, "ann one", "bob two")
	w := newWorld(t, guardedBy(b, func(c *Config) { c.ForwardAuth.CacheTTL = time.Hour }))
	c := w.talkAsAnn()
	c.subscribe("a", "one")
	c.say(`{"type":"init","token":"bob"}`)
	c.until(func(m said) bool { return m.Type == typeError && m.ID == "a" && m.Code == closeForbidden })
	c.subscribe("b", "two")
}
