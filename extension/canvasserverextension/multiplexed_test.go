package canvasserverextension

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func spanKey(trace, span uint64) string { return traceID(trace).String() + spanID(span).String() }

func withSpans(m said) bool { return len(m.Spans) > 0 }

func TestOneSocketFollowsManyExecutions(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 2)
	w.run("run-2", 2, 3)
	c := w.talk()
	first, spans, last := c.subscribe("a", "run-1")
	assert.Equal(t, modeSnapshot, first.Mode)
	assert.Len(t, spans, 3)
	assert.Equal(t, "run-1", last.ExecutionID)
	_, spans, other := c.subscribe("b", "run-2")
	assert.Len(t, spans, 4)

	w.add(made{trace: 2, id: 9, parent: 1, name: "late"})
	spans, next := c.spans("b", withSpans)
	assert.Contains(t, spans, spanKey(2, 9))
	assert.Equal(t, other.Seq, next.PrevSeq, "the chain of positions goes on")
	w.add(made{trace: 1, id: 9, parent: 1, name: "late"})
	spans, next = c.spans("a", withSpans)
	assert.Contains(t, spans, spanKey(1, 9))
	assert.Equal(t, last.Seq, next.PrevSeq)
	assert.Equal(t, int64(2), w.counted("subscriptions", "kind", kindExecution))
	assert.Equal(t, int64(1), w.connections(transportMultiplexed))
}

func TestTheWelcomeTellsWhatIsAllowed(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.connect(nil)
	c.say(`{"type":"init","something":"new"}`)
	m := c.hear()
	assert.Equal(t, 1, m.V)
	assert.Equal(t, int64(20_000), m.HeartbeatMS)
	assert.Equal(t, 64, m.Limits.MaxSubscriptions)
}

func TestAClientResumes(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 2)
	_, _, last := w.talk().subscribe("a", "run-1")
	w.add(made{trace: 1, id: 9, parent: 1, name: "late"})
	for name, tc := range map[string]struct{ since, mode string }{
		"from a cursor":                {fmt.Sprintf("%q", last.Cursor), modeResume},
		"from a position":              {fmt.Sprintf(`{"epoch":%q,"seq":%d}`, *last.Epoch, last.Seq), modeResume},
		"from a position that is gone": {`{"epoch":"gone","seq":7}`, modeReset},
		"from nothing":                 {`null`, modeSnapshot},
	} {
		t.Run(name, func(t *testing.T) {
			c := w.talk()
			c.say(`{"type":"subscribe","id":"x","execution_id":"run-1","since":` + tc.since + `}`)
			assert.Equal(t, tc.mode, c.heard(typeSubscribed, "x").Mode)
			spans, m := c.spans("x", func(m said) bool { return m.Last })
			assert.Contains(t, spans, spanKey(1, 9))
			assert.Equal(t, tc.mode == modeReset, m.Reset)
			if tc.mode == modeResume {
				assert.Equal(t, last.Seq, m.PrevSeq)
			} else {
				assert.Len(t, spans, 4)
			}
		})
	}
	w.eventually(func() bool { return w.counted("resyncs", "", "") == 1 })
}

func TestATraceAloneIsSubscribedTo(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.talk()
	c.say(`{"type":"subscribe","id":"a","trace_id":"` + traceID(1).String() + `"}`)
	c.heard(typeSubscribed, "a")
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"})
	_, m := c.spans("a", withSpans)
	assert.Equal(t, traceID(1).String(), m.ExecutionID)
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", count: 2})
	_, m = c.spans("a", func(m said) bool { return m.Complete })
	assert.Equal(t, traceID(1).String(), m.ExecutionID, "the id that was asked for")
}

func TestAHintOfOneSubscriptionIsItsOwn(t *testing.T) {
	w := newWorld(t, setup{})
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"})
	c := w.talk()
	c.say(`{"type":"subscribe","id":"a","execution_id":"run-1","trace_id":"` + traceID(1).String() + `"}`)
	spans, _ := c.spans("a", withSpans)
	assert.Contains(t, spans, spanKey(1, 2))
	_, spans, last := c.subscribe("b", "run-1")
	assert.Empty(t, spans)
	assert.False(t, last.Execution.Known)
}

func TestWhatAnUnsubscribedClientMissesItDoesNotGet(t *testing.T) {
	w := newWorld(t, setup{})
	w.run("run-1", 1, 1)
	c := w.talk()
	c.subscribe("a", "run-1")
	c.say(`{"type":"unsubscribe","id":"a"}`)
	c.say(`{"type":"unsubscribe","id":"never"}`)
	c.say(`{"type":"ping","t":1}`)
	require.Equal(t, typePong, c.hear().Type)
	w.eventually(func() bool { return w.counted("subscriptions", "kind", kindExecution) == 0 })
	w.add(made{trace: 1, id: 9, parent: 1, name: "late"})
	_, spans, _ := c.subscribe("a", "run-1") // the id is free again
	assert.Contains(t, spans, spanKey(1, 9))
}

func TestPingsAreAnsweredAndHeartbeatsComeByThemselves(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.PingInterval = 20 * time.Millisecond }})
	c := w.connect(nil)
	c.say(`{"type":"ping","t":"before init"}`)
	assert.Equal(t, "before init", c.hear().T)
	c.say(`{"type":"init"}`)
	c.until(func(m said) bool { return m.Type == typeWelcome })
	assert.NotZero(t, c.until(func(m said) bool { return m.Type == typeHeartbeat }).T)
	c.say(`{"type":"ping"}`)
	c.until(func(m said) bool { return m.Type == typePong })
}

func TestMistakesThatAreToldAndDoNotClose(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.MessageRate = 0 }})
	c := w.talk()
	for name, tc := range map[string]struct{ text, id, want string }{
		"an unknown type":          {`{"type":"publish","id":"a"}`, "a", "unknown message type publish"},
		"no id":                    {`{"type":"subscribe","execution_id":"run-1"}`, "", "malformed id"},
		"an id that is a number":   {`{"type":"subscribe","id":1}`, "", "not of the type"},
		"a long id":                {`{"type":"subscribe","id":"` + strings.Repeat("x", 129) + `"}`, strings.Repeat("x", 64), "malformed id"},
		"nothing to subscribe to":  {`{"type":"subscribe","id":"a"}`, "a", "subscribe to something"},
		"a malformed execution":    {`{"type":"subscribe","id":"a","execution_id":"a\u0000b"}`, "a", "malformed execution_id"},
		"a malformed trace":        {`{"type":"subscribe","id":"a","trace_id":"xyz"}`, "a", "malformed trace_id"},
		"a malformed cursor":       {`{"type":"subscribe","id":"a","execution_id":"r","since":"c.!"}`, "a", "malformed cursor"},
		"a page cursor":            {`{"type":"subscribe","id":"a","execution_id":"r","since":"p.AAAA"}`, "a", "malformed since"},
		"a position without seq":   {`{"type":"subscribe","id":"a","execution_id":"r","since":{"epoch":"x"}}`, "a", "malformed since"},
		"a negative position":      {`{"type":"subscribe","id":"a","execution_id":"r","since":{"epoch":"x","seq":-1}}`, "a", "malformed since"},
		"a since that is a number": {`{"type":"subscribe","id":"a","execution_id":"r","since":5}`, "a", "malformed since"},
		"an unknown status":        {`{"type":"subscribe","id":"a","executions":{"status":"odd"}}`, "a", "malformed status"},
		"a list and a trace":       {`{"type":"subscribe","id":"a","execution_id":"r","executions":{}}`, "a", "one by one"},
		"a large echo":             {`{"type":"ping","t":"` + strings.Repeat("x", 100) + `"}`, "", "malformed t"},
		"a second init":            {`{"type":"init"}`, "", "nothing to renew"},
	} {
		c.say(tc.text)
		m := c.hear()
		assert.Equal(t, typeError, m.Type, name)
		assert.Equal(t, closeBadRequest, m.Code, name)
		assert.Contains(t, m.Message, tc.want, name)
		assert.Equal(t, tc.id, m.ID, name)
		assert.False(t, m.Retryable, name)
	}
	c.subscribe("a", "run-1")
}

func TestASocketThatDoesNotSayInitIsClosed(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.InitTimeout = 100 * time.Millisecond }})
	assert.Equal(t, closeNoInit, w.connect(nil).closed())
	w.eventually(func() bool { return w.endings(endedNoInit) == 1 })
}

func TestMistakesThatClose(t *testing.T) {
	w := newWorld(t, setup{})
	for name, tc := range map[string]struct {
		say  func(*talker)
		code int
		why  ending
	}{
		"subscribe and no init": {func(c *talker) { c.say(`{"type":"subscribe","id":"a","execution_id":"r"}`) }, closeUnauthenticated, endedUnauthenticated},
		"no JSON":               {func(c *talker) { c.say(`{`) }, closeBadRequest, endedBadRequest},
		"no object":             {func(c *talker) { c.say(`[]`) }, closeBadRequest, endedBadRequest},
		"no type":               {func(c *talker) { c.say(`{"id":"a"}`) }, closeBadRequest, endedBadRequest},
		"bytes": {func(c *talker) {
			require.NoError(t, c.conn.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"init"}`)))
		}, closeBadRequest, endedBadRequest},
		"an id twice": {func(c *talker) {
			c.say(`{"type":"init"}`)
			c.say(`{"type":"subscribe","id":"a","execution_id":"r"}`)
			c.say(`{"type":"subscribe","id":"a","execution_id":"s"}`)
		}, closeDuplicate, endedDuplicate},
	} {
		before := w.endings(tc.why)
		c := w.connect(nil)
		tc.say(c)
		assert.Equal(t, tc.code, c.closed(), name)
		require.NoError(t, c.conn.Close())
		w.eventually(func() bool { return w.endings(tc.why) == before+1 })
	}
	assert.Zero(t, w.counted("subscriptions", "", ""))
}

func TestSubscriptionsOfASocketAreLimited(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.MaxSubscriptions = 2 }})
	c := w.talk()
	c.subscribe("a", "run-1")
	c.subscribe("b", "run-2")
	c.say(`{"type":"subscribe","id":"c","execution_id":"run-3"}`)
	m := c.heard(typeError, "c")
	assert.Equal(t, closeTooMany, m.Code)
	assert.True(t, m.Retryable)
	c.say(`{"type":"unsubscribe","id":"a"}`)
	c.subscribe("c", "run-3")
}

func TestAFloodOfSubscribesIsClosed(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.talk()
	for i := range 100_000 {
		text := fmt.Sprintf(`{"type":"subscribe","id":"s%d","execution_id":"run-%d"}`, i, i)
		if c.conn.WriteMessage(websocket.TextMessage, []byte(text)) != nil {
			break
		}
	}
	w.eventually(func() bool { return w.endings(endedRate) == 1 })
	w.eventually(func() bool { return w.connections(transportMultiplexed) == 0 })
	assert.Zero(t, w.counted("subscriptions", "", ""))
}

func TestSocketsBeforeInitAreLimited(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.MaxPendingConnections = 1 }})
	first := w.connect(nil)
	_, resp, err := w.dial("/ws", nil, protocolTrace)
	require.Error(t, err)
	assert.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
	assert.Equal(t, int64(1), w.rejections(rejectedPending))
	first.say(`{"type":"init"}`)
	first.hear()
	w.talk()
}

func TestAMultiplexedHandshakeThatIsTurnedAway(t *testing.T) {
	w := newWorld(t, setup{})
	assert.Equal(t, http.StatusUpgradeRequired, w.get("/ws").status)
	for _, protocols := range [][]string{nil, {"orcheo-auth"}, {"orcheo-trace.v9"}} {
		_, resp, err := w.dial("/ws", nil, protocols...)
		require.ErrorIs(t, err, websocket.ErrBadHandshake)
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	}
	_, resp, err := w.dial("/ws", http.Header{"Origin": {"http://attacker.example"}}, protocolTrace)
	require.Error(t, err)
	assert.Equal(t, http.StatusForbidden, resp.StatusCode)
}

func TestAShutdownSaysGoAwayAndCloses1012(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = time.Hour }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 1 })
	c := w.talk()
	c.subscribe("a", "run-1")
	w.add(made{trace: 1, id: 2, parent: 1, name: "node"})
	w.eventually(func() bool { return len(w.trace("/api/executions/run-1/trace").Spans) == 2 })
	before := w.connect(nil) // no init yet
	w.eventually(func() bool { return w.connections(transportMultiplexed) == 2 })

	stopped := make(chan error, 1)
	go func() { stopped <- w.server.Shutdown(context.Background()) }()
	spans, _ := c.spans("a", withSpans)
	assert.Contains(t, spans, spanKey(1, 2), "what was held back for flush_interval")
	m := c.until(func(m said) bool { return m.Type == typeGoAway })
	assert.GreaterOrEqual(t, m.RetryAfterMS, int64(500))
	assert.Equal(t, closeRestart, c.closed())
	assert.Equal(t, closeRestart, before.closed())
	require.NoError(t, <-stopped)
	assert.Equal(t, int64(2), w.endings(endedShutdown))
}

func TestALargeSnapshotHoldsUpNoOtherSubscription(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval, c.MaxFrameBytes = 0, minFrameBytes }})
	w.run("small", 1, 1)
	w.run("large", 2, 2000)
	c := w.talk()
	c.subscribe("small", "small")
	c.say(`{"type":"subscribe","id":"large","execution_id":"large"}`)
	c.heard(typeSubscribed, "large")
	c.say(`{"type":"ping","t":1}`)
	large, pongAt := 0, 0
	c.until(func(m said) bool {
		if m.Type == typePong {
			pongAt = large
		}
		large += len(m.Spans)
		return m.Sub == "large" && m.Last
	})
	assert.Equal(t, 2001, large)
	assert.Less(t, pongAt, 2001, "other messages are answered in between")
}

func TestATalkerThatNeverReadsHoldsUpNobody(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { c.FlushInterval = 0; c.WriteTimeout = time.Second }})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", open: true})
	d := frozenDialer()
	d.Subprotocols = []string{protocolTrace}
	conn, resp, err := d.DialContext(t.Context(), "ws://"+w.addr+"/ws", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	defer conn.Close()
	c := &talker{t: t, conn: conn}
	c.say(`{"type":"init"}`)
	c.say(`{"type":"subscribe","id":"a","execution_id":"run-1"}`)
	w.eventually(func() bool { return w.counted("subscriptions", "", "") == 1 })
	text := strings.Repeat("x", 15<<10)
	for i := range 600 {
		w.add(made{trace: 1, id: uint64(i) + 2, parent: 1, name: "node", text: text})
	}
	w.eventually(func() bool { return w.endings(endedStalled) == 1 })
	assert.Equal(t, int64(1), w.counted("stalls", "", ""))
	assert.Zero(t, w.counted("subscriptions", "", ""))
}
