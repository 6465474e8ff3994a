package canvasserverextension

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// The types of messages of a multiplexed WebSocket.
const (
	typeInit        = "init"
	typeSubscribe   = "subscribe"
	typeUnsubscribe = "unsubscribe"
	typePing        = "ping"

	typeWelcome    = "welcome"
	typeSubscribed = "subscribed"
	typeExecutions = "executions:update"
	typeHeartbeat  = "heartbeat"
	typePong       = "pong"
	typeError      = "error"
	typeGoAway     = "goaway"
)

const (
	maxSubscriptionID = 128 // bytes
	maxEchoBytes      = 64  // of the t of a ping
)

// message is what a client sends. Fields that are not known are ignored.
type message struct {
	Type        string          `json:"type"`
	ID          string          `json:"id"`
	Token       string          `json:"token"`
	ExecutionID string          `json:"execution_id"`
	TraceID     string          `json:"trace_id"`
	WorkflowID  string          `json:"workflow_id"`
	Since       json.RawMessage `json:"since"`
	Executions  *selection      `json:"executions"`
	T           json.RawMessage `json:"t"`

	malformed *problem // a field is not what it should be; type and id are there as far as they can be
}

// parseMessage reads a message. The error is for a text that is none.
func parseMessage(text []byte) (m message, _ *closing) {
	var head struct {
		Type *string         `json:"type"`
		ID   json.RawMessage `json:"id"`
	}
	if err := json.Unmarshal(text, &head); err != nil || head.Type == nil {
		return m, &closing{closeBadRequest, "a message is a JSON object with a type", endedBadRequest}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		m = message{Type: *head.Type}
		_ = json.Unmarshal(head.ID, &m.ID)
		m.malformed = badRequest("malformed " + clip(m.Type) + ": a field is not of the type that it should be")
	}
	return m, nil
}

// clip is a text that a client chose, for a message to it.
func clip(text string) string { return strings.ToValidUTF8(text[:min(len(text), 64)], "") }

// target is what a subscribe message asks to follow.
func (m *message) target() (s subscription, bad *problem) {
	if m.TraceID != "" && !decodeHex(s.hint[:], m.TraceID) {
		return s, badRequest("malformed trace_id: write 32 hex digits, not all zero, or leave it out")
	}
	s.id = m.ExecutionID
	if s.id == "" { // the trace alone is an alias of whatever it belongs to
		s.id, s.hint = m.TraceID, tracestore.TraceID{}
	}
	if s.id == "" {
		return s, badRequest("subscribe to something: write execution_id, trace_id, or executions")
	}
	if why := checkID(s.id); why != "" {
		return s, badRequest("malformed execution_id: " + why)
	}
	s.workflow = m.WorkflowID
	s.from, bad = m.start()
	return s, bad
}

// start is where a subscription begins: at a cursor, or at a position of the one trace.
func (m *message) start() (from live.Start, _ *problem) {
	malformed := badRequest("malformed since: write a cursor that begins with c., unchanged from an earlier frame, or the epoch and seq of one")
	if len(m.Since) == 0 || string(m.Since) == "null" {
		return from, nil
	}
	if m.Since[0] == '"' {
		if json.Unmarshal(m.Since, &from.Cursor) != nil || !strings.HasPrefix(from.Cursor, "c.") {
			return from, malformed
		}
		return from, nil
	}
	var position struct {
		Epoch string  `json:"epoch"`
		Seq   *uint64 `json:"seq"`
	}
	if json.Unmarshal(m.Since, &position) != nil || position.Epoch == "" || position.Seq == nil {
		return from, malformed
	}
	from.After = tracestore.Position{Epoch: position.Epoch, Seq: *position.Seq}
	return from, nil
}

// list is what a subscribe message asks to see of the live list.
func (m *message) list() (tracestore.Query, *problem) {
	if m.ExecutionID != "" || m.TraceID != "" || len(m.Since) > 0 {
		return tracestore.Query{}, badRequest("executions together with execution_id, trace_id or since: subscribe to them one by one")
	}
	wanted := *m.Executions
	if wanted.Limit == 0 {
		wanted.Limit = listLimit
	}
	if wanted.Limit < 1 || wanted.Limit > maxListLimit {
		return tracestore.Query{}, badLimit(maxListLimit)
	}
	return wanted.parse()
}

// echo is the t of a ping, to be sent back.
func (m *message) echo() (json.RawMessage, *problem) {
	if len(m.T) > maxEchoBytes || (len(m.T) > 0 && (m.T[0] == '{' || m.T[0] == '[')) {
		return nil, badRequest("malformed t: write a number or a short text")
	}
	return m.T, nil
}

// The messages that are sent, besides frames.
type (
	welcomeMessage struct {
		Type        string        `json:"type"`
		V           int           `json:"v"`
		HeartbeatMS int64         `json:"heartbeat_ms"`
		Limits      welcomeLimits `json:"limits"`
	}
	welcomeLimits struct {
		MaxSubscriptions      int     `json:"max_subscriptions"`
		MaxClientMessageBytes int     `json:"max_client_message_bytes"`
		MessageRate           float64 `json:"message_rate"`
		MaxFrameBytes         int     `json:"max_frame_bytes"`
		FlushIntervalMS       int64   `json:"flush_interval_ms"`
		ListIntervalMS        int64   `json:"list_interval_ms"`
	}
	subscribedMessage struct {
		Type string `json:"type"`
		ID   string `json:"id"`
		Mode string `json:"mode"`
	}
	errorMessage struct {
		Type      string `json:"type"`
		ID        string `json:"id,omitempty"`
		Code      int    `json:"code"`
		Message   string `json:"message"`
		Retryable bool   `json:"retryable"`
	}
	pongMessage struct {
		Type string          `json:"type"`
		T    json.RawMessage `json:"t,omitempty"`
	}
	heartbeatMessage struct {
		Type string `json:"type"`
		T    int64  `json:"t"` // Unix milliseconds
	}
	goAwayMessage struct {
		Type         string `json:"type"`
		RetryAfterMS int64  `json:"retry_after_ms"`
	}
)

// errorOf tells a client of a problem; id is of the subscription that it concerns, "" for none.
func errorOf(id string, p *problem) errorMessage {
	code := codeOf(p)
	return errorMessage{Type: typeError, ID: id, Code: code, Message: p.detail, Retryable: code == closeTryAgain || code == closeTooMany}
}

func welcomeOf(c *Config) welcomeMessage {
	return welcomeMessage{Type: typeWelcome, V: 1, HeartbeatMS: c.PingInterval.Milliseconds(), Limits: welcomeLimits{
		MaxSubscriptions: c.MaxSubscriptions, MaxClientMessageBytes: c.MaxClientMessageBytes, MessageRate: c.MessageRate,
		MaxFrameBytes: c.MaxFrameBytes, FlushIntervalMS: c.FlushInterval.Milliseconds(), ListIntervalMS: c.ListInterval.Milliseconds(),
	}}
}

func heartbeatOf(now time.Time) heartbeatMessage {
	return heartbeatMessage{Type: typeHeartbeat, T: now.UnixMilli()}
}

// tagOf is what makes a frame one of a subscription: the end of its JSON object, without the brace.
func tagOf(id string) string {
	text, err := json.Marshal(id)
	if err != nil {
		panic(err) // a text
	}
	return `,"sub":` + string(text)
}

// listMessages are the messages that tell of a change of a list, each of about maxBytes at most. The last one says whether there
// are more executions than the list has rows, and where they go on.
func listMessages(id string, c listChange, maxBytes int) (messages [][]byte) {
	begin := func() []byte { return append([]byte(`{"type":"`+typeExecutions+`"`+tagOf(id)), `,"executions":[`...) }
	end := func(text []byte, removed []string) []byte {
		gone, err := json.Marshal(append([]string{}, removed...))
		if err != nil {
			panic(err) // texts
		}
		return append(append(text, `],"removed":`...), gone...)
	}
	text, rows := begin(), 0
	for _, r := range c.rows {
		if rows > 0 && len(text)+len(r.body) > maxBytes {
			messages = append(messages, append(end(text, nil), '}'))
			text, rows = begin(), 0
		}
		if rows > 0 {
			text = append(text, ',')
		}
		text = append(text, r.body...)
		rows++
	}
	text = append(end(text, c.removed), `,"page_info":`...)
	return append(messages, append(canvaswire.AppendListPageInfo(text, c.next), '}'))
}
