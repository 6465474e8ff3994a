package canvasserverextension

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	showsA    = "{default: disabled, workflows: {allow: [a]}, unnamed: enabled}"
	showsB    = "{default: disabled, workflows: {allow: [b]}, unnamed: enabled}"
	showsBoth = "{default: enabled}"
)

// exposed is a world whose Trace tab is switched on by a file.
type exposed struct {
	*world
	file string
}

func newExposed(t *testing.T, rules string, s setup) *exposed {
	t.Helper()
	file := filepath.Join(t.TempDir(), "expose.yaml")
	require.NoError(t, os.WriteFile(file, []byte(rules), 0o600))
	more := s.config
	s.config = func(c *Config) {
		c.ExposeFile, c.FlushInterval = file, 0
		if more != nil {
			more(c)
		}
	}
	return &exposed{world: newWorld(t, s), file: file}
}

// switchTo exchanges the file, and waits until it is in force.
func (e *exposed) switchTo(rules string) {
	e.t.Helper()
	before := e.server.rollout.replaced()
	require.NoError(e.t, os.WriteFile(e.file+".new", []byte(rules), 0o600))
	require.NoError(e.t, os.Rename(e.file+".new", e.file))
	<-before
}

// play adds an execution of a workflow that goes on.
func (e *exposed) play(execution, workflow string, trace uint64) {
	e.t.Helper()
	e.add(made{trace: trace, id: 1, name: "workflow.execution", execution: execution, workflow: workflow, open: true})
	e.eventually(func() bool {
		res, err := e.store.Resolve(e.t.Context(), execution)
		return err == nil && res.Summary != nil && res.Summary.WorkflowID == workflow
	})
}

func isNotEnabled(t *testing.T, r reply) {
	t.Helper()
	assert.Equal(t, http.StatusForbidden, r.status)
	assert.JSONEq(t, `{"detail":{"message":"the Trace tab is not enabled for this workflow","code":"trace_tab.not_enabled"}}`, r.body)
}

func TestWhatIsNotEnabledSaysSoOnEveryRoute(t *testing.T) {
	e := newExposed(t, showsA, setup{})
	e.play("run-a", "a", 1)
	e.play("run-b", "b", 2)
	span := "/traces/" + traceID(2).String() + "/spans/" + spanID(1).String()
	for _, path := range []string{
		"/api/executions/run-b/trace", "/api/executions/run-b/trace?wait=20s", "/api/executions/run-b/trace/otlp", "/api/executions/run-b" + span,
		"/api/executions/run-b/events", "/api/executions?workflow_id=b", "/api/workflows/b/executions", "/api/executions/" + traceID(2).String() + "/trace",
	} {
		isNotEnabled(t, e.get(path))
	}
	_, resp, err := e.dial("/ws/executions/run-b", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, http.StatusForbidden, resp.StatusCode)
	assert.EqualValues(t, 2, e.rejections(rejectedNotEnabled), "the events and the socket")

	assert.Len(t, e.trace("/api/executions/run-a/trace").Spans, 1)
	var list struct{ Executions []wireRow }
	require.NoError(t, json.Unmarshal([]byte(e.get("/api/executions").body), &list))
	require.Len(t, list.Executions, 1)
	assert.Equal(t, "run-a", list.Executions[0].ID)
}

func TestAChangeOfTheRolloutLosesNothing(t *testing.T) {
	e := newExposed(t, showsA, setup{})
	e.play("run-a", "a", 1)
	e.play("run-b", "b", 2)
	socket, events, multi := e.view("/ws/executions/run-a"), e.listen("/api/executions/run-a/events", nil), e.talk()
	seen := socket.frame()
	events.frame()
	multi.subscribe("run", "run-a")
	multi.say(`{"type":"subscribe","id":"list","executions":{}}`)
	first := multi.heard(typeExecutions, "list")
	require.Len(t, first.Executions, 1)
	assert.Equal(t, "run-a", first.Executions[0].ID)
	polled := e.trace("/api/executions/run-a/trace")
	answers := make(chan reply, 1)
	go func() {
		answers <- e.get("/api/executions/run-a/trace?wait=25s&since=" + url.QueryEscape(*polled.PageInfo.Cursor))
	}()
	e.eventually(func() bool { return e.connections(transportLongPoll) == 1 })

	e.switchTo(showsB)
	_, _, err := socket.conn.ReadMessage()
	var closed *websocket.CloseError
	require.ErrorAs(t, err, &closed)
	assert.Equal(t, closeNotEnabled, closed.Code)
	assert.Equal(t, "the Trace tab is not enabled for this workflow", closed.Text)
	end, ok := events.next()
	for ok && end.name == "" {
		end, ok = events.next()
	}
	assert.Equal(t, "not_enabled", end.name)
	assert.JSONEq(t, `{"code":4410,"message":"the Trace tab is not enabled for this workflow"}`, end.data)
	_, ok = events.next()
	assert.False(t, ok, "the stream has ended")
	isNotEnabled(t, <-answers)
	told := multi.heard(typeError, "run")
	assert.Equal(t, closeNotEnabled, told.Code)
	assert.False(t, told.Retryable)
	list := multi.until(func(m said) bool { return m.Sub == "list" && len(m.Removed) > 0 })
	assert.Equal(t, []string{"run-a"}, list.Removed)
	require.Len(t, list.Executions, 1)
	assert.Equal(t, "run-b", list.Executions[0].ID, "the list goes on with what is enabled now")

	// What happens meanwhile is kept, and comes with the cursor of before.
	e.add(made{trace: 1, id: 2, parent: 1, name: "meanwhile"})
	_, spans, _ := multi.subscribe("other", "run-b")
	assert.Len(t, spans, 1, "what was enabled is whole, from before it was")
	e.switchTo(showsBoth)
	again := e.view("/ws/executions/run-a?cursor=" + url.QueryEscape(seen.Cursor))
	later, _ := again.until(func(f wireFrame) bool { return len(f.Spans) > 0 })
	require.Len(t, later, 1)
	assert.Contains(t, later, traceID(1).String()+spanID(2).String())
	assert.Len(t, e.trace("/api/executions/run-a/trace").Spans, 2)
	_, spans, _ = multi.subscribe("run", "run-a")
	assert.Len(t, spans, 2)
	assert.EqualValues(t, 2, e.endings(endedNotEnabled))
	e.eventually(func() bool { return e.counted("exposure_reloads", "result", "loaded") == 2 })
}

// In Orcheo only the last span names the workflow.
func TestASocketEndsOnceASpanNamesAWorkflowThatIsNotEnabled(t *testing.T) {
	e := newExposed(t, showsA, setup{})
	e.add(made{trace: 1, id: 2, parent: 1, name: "node", execution: "run-1"})
	socket, multi := e.view("/ws/executions/run-1"), e.talk()
	assert.Len(t, socket.frame().Spans, 2, "with a place for the root")
	multi.subscribe("run", "run-1")
	e.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", workflow: "b"})
	for {
		_, text, err := socket.conn.ReadMessage()
		if err != nil {
			assert.True(t, websocket.IsCloseError(err, closeNotEnabled), err)
			break
		}
		assert.NotContains(t, string(text), `"workflow_id":"b"`)
	}
	assert.Equal(t, closeNotEnabled, multi.heard(typeError, "run").Code)
	isNotEnabled(t, e.get("/api/executions/run-1/trace"))
}

func TestAClientMaySayWhichWorkflowAnExecutionIsOfUntilASpanDoes(t *testing.T) {
	e := newExposed(t, "{default: disabled, workflows: {allow: [a]}}", setup{})
	e.add(made{trace: 1, id: 2, parent: 1, name: "node", execution: "run-1"})
	isNotEnabled(t, e.get("/api/executions/run-1/trace"))
	isNotEnabled(t, e.get("/api/executions/run-1/trace?workflow_id=b"))
	e.eventually(func() bool { return e.get("/api/executions/run-1/trace?workflow_id=a").status == http.StatusOK })
	assert.NotEmpty(t, e.view("/ws/executions/run-1?workflow_id=a").frame().Spans)
	multi := e.talk()
	multi.say(`{"type":"subscribe","id":"run","execution_id":"run-1","workflow_id":"a"}`)
	assert.NotEmpty(t, multi.heard("trace:update", "run").Spans)
	e.play("run-1", "b", 1)
	isNotEnabled(t, e.get("/api/executions/run-1/trace?workflow_id=a"))
}

func TestInfoTellsWhetherToOfferTheTraceTab(t *testing.T) {
	e := newExposed(t, showsA, setup{})
	e.play("run-a", "a", 1)
	e.play("run-b", "b", 2)
	type tab struct {
		Enabled bool
		Reach   string
		Rollout *struct {
			LoadedAt string `json:"loaded_at"`
			Failing  bool
		}
	}
	ask := func(query string) tab {
		var answer struct {
			TraceTab tab `json:"trace_tab"`
		}
		require.NoError(t, json.Unmarshal([]byte(e.get("/api/info"+query).body), &answer))
		return answer.TraceTab
	}
	for query, want := range map[string]bool{
		"": true, "?workflow_id=a": true, "?workflow_id=b": false, "?execution_id=run-a": true, "?execution_id=run-b": false,
		"?execution_id=run-x": true, "?execution_id=run-x&workflow_id=b": false, "?workflow_id=": true,
	} {
		assert.Equal(t, want, ask(query).Enabled, query)
	}
	assert.Equal(t, "some", ask("").Reach)
	assert.NotEmpty(t, ask("").Rollout.LoadedAt)

	require.NoError(t, os.WriteFile(e.file, []byte("default: perhaps"), 0o600))
	e.eventually(func() bool { return ask("").Rollout.Failing })
	assert.True(t, ask("?workflow_id=a").Enabled, "what it said before stays in force")
	e.eventually(func() bool { return e.counted("exposure_reloads", "result", "failed") == 1 })

	e.switchTo("default: disabled")
	assert.Equal(t, "none", ask("").Reach)
	assert.False(t, ask("").Enabled)
	assert.False(t, ask("").Rollout.Failing)

	w := newWorld(t, setup{})
	assert.Contains(t, w.get("/api/info").body, `"trace_tab":{"enabled":true,"reach":"all"}`)
}

func TestNamedViewersAreKnownByTheHeadersThatForwardAuthLooksAt(t *testing.T) {
	b := newBouncer(t, " run-b", " list/b")
	s := guardedBy(b, func(c *Config) { c.ForwardAuth.Headers = []string{"Authorization", "X-Forwarded-User"} })
	e := newExposed(t, "{default: disabled, viewers: [{header: X-Forwarded-User, is: [ann]}]}", s)
	e.play("run-b", "b", 2)
	as := func(user, path string) reply {
		return e.ask(http.MethodGet, path, map[string]string{"X-Forwarded-User": user})
	}
	isNotEnabled(t, as("bob", "/api/executions/run-b/trace"))
	assert.Equal(t, http.StatusOK, as("ann", "/api/executions/run-b/trace").status)
	isNotEnabled(t, as("bob", "/api/executions?workflow_id=b"))
	assert.Contains(t, as("ann", "/api/executions?workflow_id=b").body, "run-b")
	conn, _, err := e.dial("/ws/executions/run-b", http.Header{"X-Forwarded-User": {"ann"}})
	require.NoError(t, err)
	v := &watcher{t: t, conn: conn}
	v.frame()
	e.switchTo("{default: disabled, viewers: [{header: X-Forwarded-User, is: [bob]}]}")
	assert.Equal(t, closeNotEnabled, v.closed())
}

func TestAFileThatCannotBeReadAtFirstFailsTheStart(t *testing.T) {
	w := newWorld(t, setup{empty: true})
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = "127.0.0.1:0"
	cfg.ExposeFile = filepath.Join(t.TempDir(), "missing.yaml")
	s, err := newServer(w.server.set, cfg)
	require.NoError(t, err)
	err = s.Start(t.Context(), w.host)
	require.ErrorContains(t, err, "expose_file")
	require.ErrorContains(t, err, "missing.yaml")
	require.NoError(t, s.Shutdown(t.Context()))
}
