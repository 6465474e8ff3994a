package canvasserverextension

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/metadata"
	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// host is a collector with some extensions that remembers what was reported.
type host struct {
	extensions map[component.ID]component.Component

	mu     sync.Mutex
	events []*componentstatus.Event
}

func (h *host) GetExtensions() map[component.ID]component.Component { return h.extensions }

func (h *host) Report(e *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, e)
}

func (h *host) fatal() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.events {
		if e.Status() == componentstatus.StatusFatalError {
			return e.Err()
		}
	}
	return nil
}

// world is a running server over a running store, on a free port of loopback.
type world struct {
	t      *testing.T
	store  *memorystore.Store
	views  *live.Views
	server *canvasServer
	host   *host
	tel    *componenttest.Telemetry
	addr   string
	client *http.Client
}

type setup struct {
	config     func(*Config)
	settings   func(*extension.Settings)
	extensions map[component.ID]component.Component
	store      memorystore.Config
	empty      bool // no store is registered
}

func newWorld(t *testing.T, s setup) *world {
	t.Helper()
	w := &world{t: t, host: &host{extensions: s.extensions}, tel: componenttest.NewTelemetry()}
	t.Cleanup(func() { require.NoError(t, w.tel.Shutdown(context.Background())) })
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = "127.0.0.1:0"
	if s.config != nil {
		s.config(cfg)
	}
	require.NoError(t, cfg.Validate())
	set := extension.Settings{
		ID: component.NewID(metadata.Type), TelemetrySettings: w.tel.NewTelemetrySettings(),
		BuildInfo: component.BuildInfo{Command: "otelcol-canvas", Version: "1.2.3", Description: "test build"},
	}
	if s.settings != nil {
		s.settings(&set)
	}
	var err error
	w.server, err = newServer(set, cfg)
	require.NoError(t, err)
	require.NoError(t, w.server.Start(t.Context(), w.host))
	t.Cleanup(func() { require.NoError(t, w.server.Shutdown(context.Background())) })
	w.addr = w.server.listener.Addr().String()
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 10}
	w.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(transport.CloseIdleConnections)
	if !s.empty {
		w.fill(s.store)
	}
	return w
}

// fill makes a store and registers it.
func (w *world) fill(c memorystore.Config) {
	var err error
	w.store, err = memorystore.New(c)
	require.NoError(w.t, err)
	w.views, err = live.New(w.store, live.Config{SummaryInterval: time.Millisecond, Repoll: 50 * time.Millisecond})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { w.views.Close(); require.NoError(w.t, w.store.Close()) })
	_, err = w.server.Register("canvastrace", w.views)
	require.NoError(w.t, err)
}

// made is a span to append.
type made struct {
	trace, id, parent uint64
	name              string
	execution         string // what it names, "" if it names none
	workflow          string
	model             string
	count             int  // orcheo.trace.span_count: the execution is complete when so many are there
	open              bool // it was only seen to start
	text              string
	version           int64 // a later version replaces an earlier one
}

func traceID(n uint64) (t tracestore.TraceID) {
	binary.BigEndian.PutUint64(t[8:], n)
	return t
}

func spanID(n uint64) (s tracestore.SpanID) {
	binary.BigEndian.PutUint64(s[:], n)
	return s
}

func (m made) pdata() ptrace.Span {
	s := ptrace.NewSpan()
	s.SetTraceID(traceID(m.trace))
	s.SetSpanID(spanID(m.id))
	s.SetParentSpanID(spanID(m.parent))
	s.SetName(m.name)
	start := time.Unix(1_700_000_000, int64(m.id)*1_000_000)
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	if !m.open {
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Second)))
	}
	if m.text != "" {
		s.Attributes().PutStr("text", m.text)
	}
	return s
}

func (m made) span() *tracestore.Span {
	p := m.pdata()
	encoded := canvaswire.NewEncoder(canvaswire.DefaultLimits()).Span(p.TraceID(), "test", p)
	rank := tracestore.Rank{Class: tracestore.ClassFinal, Time: int64(p.EndTimestamp()) + m.version, Hash: m.id}
	if m.open {
		rank = tracestore.Rank{Class: tracestore.ClassStart, Time: int64(p.StartTimestamp()) + m.version, Hash: m.id}
	}
	rs := ptrace.NewResourceSpans()
	rs.Resource().Attributes().PutStr("service.name", "test")
	return &tracestore.Span{
		ID: p.SpanID(), Parent: p.ParentSpanID(), Rank: rank,
		Facts: tracestore.Facts{
			Name: m.name, Start: int64(p.StartTimestamp()), End: int64(p.EndTimestamp()),
			Workflow: m.name == "workflow.execution", Execution: m.execution, WorkflowID: m.workflow, Model: m.model, SpanCount: m.count, Service: "test",
		},
		Body: encoded.Body, Residual: encoded.Residual, Whole: encoded.Whole,
		Context: canvaswire.AppendContext(nil, rs, ptrace.NewScopeSpans()),
	}
}

func (w *world) add(spans ...made) {
	w.t.Helper()
	byTrace := map[uint64]*tracestore.TraceBatch{}
	var order []uint64
	for _, m := range spans {
		b := byTrace[m.trace]
		if b == nil {
			b = &tracestore.TraceBatch{Trace: traceID(m.trace), Sender: "test"}
			byTrace[m.trace] = b
			order = append(order, m.trace)
		}
		b.Spans = append(b.Spans, m.span())
	}
	var batches []tracestore.TraceBatch
	for _, t := range order {
		batches = append(batches, *byTrace[t])
	}
	_, err := w.views.Append(w.t.Context(), batches)
	require.NoError(w.t, err)
}

// run adds a complete execution: a root and so many children.
func (w *world) run(execution string, trace uint64, children int) {
	spans := []made{{
		trace: trace, id: 1, name: "workflow.execution", execution: execution, workflow: "wf", count: children + 1,
	}}
	for i := range children {
		spans = append(spans, made{trace: trace, id: uint64(i) + 2, parent: 1, name: "node"})
	}
	w.add(spans...)
	w.eventually(func() bool { return w.trace("/api/executions/" + execution + "/trace").Execution.Complete })
}

// patience is how long anything may take that happens at all: a guard against hanging, on a machine that is busy.
const patience = time.Minute

func (w *world) eventually(condition func() bool) {
	w.t.Helper()
	require.Eventually(w.t, condition, patience, 2*time.Millisecond)
}

// reply is an answer that was read whole.
type reply struct {
	status int
	header http.Header
	body   string
}

func (w *world) ask(method, path string, header map[string]string) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, "http://"+w.addr+path, http.NoBody)
	require.NoError(w.t, err)
	for k, v := range header {
		if k == "Host" {
			req.Host = v
			continue
		}
		req.Header.Set(k, v)
	}
	resp, err := w.client.Do(req)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return reply{status: resp.StatusCode, header: resp.Header, body: string(body)}
}

func (w *world) get(path string) reply {
	w.t.Helper()
	return w.ask(http.MethodGet, path, nil)
}

// trace types are the wire's shapes, as far as tests look at them.
type (
	wireExecution struct {
		ID             string  `json:"id"`
		Status         string  `json:"status"`
		TraceID        *string `json:"trace_id"`
		Complete       bool    `json:"complete"`
		CompleteReason *string `json:"complete_reason"`
		Known          bool    `json:"known"`
		SpanCount      int     `json:"span_count"`
	}
	wireSpan struct {
		SpanID     string         `json:"span_id"`
		TraceID    string         `json:"trace_id"`
		Name       string         `json:"name"`
		Attributes map[string]any `json:"attributes"`
		State      string         `json:"state"`
	}
	wireTrace struct {
		Execution wireExecution `json:"execution"`
		Spans     []wireSpan    `json:"spans"`
		PageInfo  struct {
			HasNextPage bool    `json:"has_next_page"`
			Cursor      *string `json:"cursor"`
			AtEnd       bool    `json:"at_end"`
		} `json:"page_info"`
		Phase string `json:"phase"`
		Known bool   `json:"known"`
	}
	wireFrame struct {
		Type           string        `json:"type"`
		ExecutionID    string        `json:"execution_id"`
		TraceID        *string       `json:"trace_id"`
		Spans          []wireSpan    `json:"spans"`
		Complete       bool          `json:"complete"`
		Epoch          *string       `json:"epoch"`
		Seq            uint64        `json:"seq"`
		PrevSeq        uint64        `json:"prev_seq"`
		Cursor         string        `json:"cursor"`
		Phase          string        `json:"phase"`
		Last           bool          `json:"last"`
		Reset          bool          `json:"reset"`
		Execution      wireExecution `json:"execution"`
		CompleteReason *string       `json:"complete_reason"`

		size int
	}
)

func (w *world) trace(path string) (t wireTrace) {
	w.t.Helper()
	r := w.get(path)
	require.Equal(w.t, http.StatusOK, r.status, r.body)
	require.NoError(w.t, json.Unmarshal([]byte(r.body), &t), r.body)
	return t
}

func names(spans []wireSpan) (ids []string) {
	for _, s := range spans {
		ids = append(ids, s.SpanID)
	}
	return ids
}

// watcher is a client of the plain socket.
type watcher struct {
	t    *testing.T
	conn *websocket.Conn
}

func (w *world) dial(path string, header http.Header, protocols ...string) (*websocket.Conn, *http.Response, error) {
	d := websocket.Dialer{Subprotocols: protocols}
	conn, resp, err := d.DialContext(w.t.Context(), "ws://"+w.addr+path, header)
	if resp != nil {
		body, _ := io.ReadAll(resp.Body)
		resp.Header.Set("X-Test-Body", url.QueryEscape(string(body)))
		_ = resp.Body.Close()
	}
	return conn, resp, err
}

func (w *world) view(path string) *watcher {
	w.t.Helper()
	conn, _, err := w.dial(path, nil)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = conn.Close() })
	return &watcher{t: w.t, conn: conn}
}

func (v *watcher) frame() (f wireFrame) {
	v.t.Helper()
	require.NoError(v.t, v.conn.SetReadDeadline(time.Now().Add(patience)))
	kind, text, err := v.conn.ReadMessage()
	require.NoError(v.t, err)
	require.Equal(v.t, websocket.TextMessage, kind)
	require.NoError(v.t, json.Unmarshal(text, &f), string(text))
	require.Equal(v.t, "trace:update", f.Type)
	f.size = len(text)
	return f
}

// until reads frames until one fits, and returns all spans that came by id.
func (v *watcher) until(fits func(wireFrame) bool) (spans map[string]wireSpan, last wireFrame) {
	v.t.Helper()
	spans = map[string]wireSpan{}
	for {
		f := v.frame()
		for _, s := range f.Spans {
			spans[s.TraceID+s.SpanID] = s
		}
		if fits(f) {
			return spans, f
		}
	}
}

// closed reads until the server closes and returns its code.
func (v *watcher) closed() int {
	v.t.Helper()
	require.NoError(v.t, v.conn.SetReadDeadline(time.Now().Add(patience)))
	for {
		if _, _, err := v.conn.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			require.ErrorAs(v.t, err, &closed)
			return closed.Code
		}
	}
}
