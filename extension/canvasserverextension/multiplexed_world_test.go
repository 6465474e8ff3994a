package canvasserverextension

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// talker is a client of the multiplexed socket.
type talker struct {
	t    *testing.T
	conn *websocket.Conn
}

// said is any message of the server, as far as tests look at it.
type said struct {
	wireFrame
	ID          string `json:"id"`
	Sub         string `json:"sub"`
	Mode        string `json:"mode"`
	Code        int    `json:"code"`
	Message     string `json:"message"`
	Retryable   bool   `json:"retryable"`
	V           int    `json:"v"`
	HeartbeatMS int64  `json:"heartbeat_ms"`
	Limits      struct {
		MaxSubscriptions int `json:"max_subscriptions"`
	} `json:"limits"`
	T            any            `json:"t"`
	Executions   []wireRow      `json:"executions"`
	Removed      []string       `json:"removed"`
	PageInfo     *wirePageInfo  `json:"page_info"`
	RetryAfterMS int64          `json:"retry_after_ms"`
	Raw          map[string]any `json:"-"`
}

type wirePageInfo struct {
	HasNextPage bool    `json:"has_next_page"`
	Cursor      *string `json:"cursor"`
	AtEnd       bool    `json:"at_end"`
}

type wireRow struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// connect opens a multiplexed socket, without init.
func (w *world) connect(header http.Header, protocols ...string) *talker {
	w.t.Helper()
	conn, resp, err := w.dial("/ws", header, append([]string{protocolTrace}, protocols...)...)
	require.NoError(w.t, err)
	require.Equal(w.t, protocolTrace, resp.Header.Get("Sec-Websocket-Protocol"))
	w.t.Cleanup(func() { _ = conn.Close() })
	return &talker{t: w.t, conn: conn}
}

// talk opens a multiplexed socket and says init.
func (w *world) talk() *talker {
	w.t.Helper()
	c := w.connect(nil)
	c.say(`{"type":"init"}`)
	require.Equal(w.t, typeWelcome, c.hear().Type)
	return c
}

func (c *talker) say(text string) {
	c.t.Helper()
	require.NoError(c.t, c.conn.WriteMessage(websocket.TextMessage, []byte(text)))
}

func (c *talker) hear() (m said) {
	c.t.Helper()
	require.NoError(c.t, c.conn.SetReadDeadline(time.Now().Add(patience)))
	_, text, err := c.conn.ReadMessage()
	require.NoError(c.t, err)
	require.NoError(c.t, json.Unmarshal(text, &m), string(text))
	require.NoError(c.t, json.Unmarshal(text, &m.Raw))
	m.size = len(text)
	return m
}

// until reads messages until one fits, and returns that.
func (c *talker) until(fits func(said) bool) said {
	c.t.Helper()
	for {
		if m := c.hear(); fits(m) {
			return m
		}
	}
}

// heard reads until a message of the type, about the subscription.
func (c *talker) heard(kind, id string) said {
	c.t.Helper()
	return c.until(func(m said) bool { return m.Type == kind && (m.ID == id || m.Sub == id) })
}

// subscribe subscribes to an execution, and reads its snapshot.
func (c *talker) subscribe(id, execution string) (subscribed said, spans map[string]wireSpan, last said) {
	c.t.Helper()
	c.say(`{"type":"subscribe","id":"` + id + `","execution_id":"` + execution + `"}`)
	subscribed = c.heard(typeSubscribed, id)
	spans, last = c.spans(id, func(m said) bool { return m.Last })
	return subscribed, spans, last
}

// spans reads frames of a subscription until one fits.
func (c *talker) spans(id string, fits func(said) bool) (spans map[string]wireSpan, last said) {
	c.t.Helper()
	spans = map[string]wireSpan{}
	for {
		m := c.heard("trace:update", id)
		for _, s := range m.Spans {
			spans[s.TraceID+s.SpanID] = s
		}
		if fits(m) {
			return spans, m
		}
	}
}

// closed reads until the server closes and returns its code.
func (c *talker) closed() int {
	c.t.Helper()
	return (&watcher{t: c.t, conn: c.conn}).closed()
}
