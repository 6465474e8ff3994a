package demo

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Heartbeats is a span processor that reports spans while they run, as the "partial span" processors of G-Research do for
// other languages: a log record when a span starts, and one at every beat until it ends, with the span as it is so far.
// Shut it down with the tracer provider.
type Heartbeats struct {
	url    string // of OTLP/HTTP logs
	every  time.Duration
	client *http.Client
	failed func(error)

	mu       sync.Mutex
	open     map[key][]byte       // running spans as they were when they started, in OTLP protobuf
	resource []attribute.KeyValue // of the spans
	news     []key                // started since the last report
	wake     chan struct{}
	stop     chan struct{}
	done     chan struct{}
}

type key struct {
	trace trace.TraceID
	span  trace.SpanID
}

func keyOf(s sdktrace.ReadOnlySpan) key {
	return key{s.SpanContext().TraceID(), s.SpanContext().SpanID()}
}

var _ sdktrace.SpanProcessor = (*Heartbeats)(nil)

// NewHeartbeats reports to an OTLP/HTTP endpoint such as http://localhost:4318. failed is called once, with the first report
// that was not taken; after it there are no more: not everything that takes spans takes logs.
func NewHeartbeats(endpoint string, every time.Duration, failed func(error)) *Heartbeats {
	h := &Heartbeats{
		url: endpoint + "/v1/logs", every: every, failed: failed,
		client: &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}},
		open:   map[key][]byte{},
		wake:   make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go h.run()
	return h
}

// OnStart has the span reported at once. What it tells is what is known now: the SDK does not let anybody but the span's
// own goroutine read it later on.
func (h *Heartbeats) OnStart(_ context.Context, s sdktrace.ReadWriteSpan) {
	body, err := partial(s)
	if err != nil {
		return // it shows when it ends
	}
	h.mu.Lock()
	h.resource = s.Resource().Attributes()
	h.open[keyOf(s)] = body
	h.news = append(h.news, keyOf(s))
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// OnEnd ends the reports of a span. The span itself goes out by another processor.
func (h *Heartbeats) OnEnd(s sdktrace.ReadOnlySpan) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, keyOf(s))
}

// ForceFlush does nothing: a heartbeat that is late says nothing any more.
func (h *Heartbeats) ForceFlush(context.Context) error { return nil }

// Shutdown ends all reports.
func (h *Heartbeats) Shutdown(context.Context) error {
	close(h.stop)
	<-h.done
	h.client.CloseIdleConnections()
	return nil
}

func (h *Heartbeats) run() {
	defer close(h.done)
	beat := time.NewTicker(h.every)
	defer beat.Stop()
	for {
		var request plogotlp.ExportRequest
		var some bool
		select {
		case <-h.stop:
			return
		case <-beat.C:
			request, some = h.report(false)
		case <-h.wake:
			request, some = h.report(true)
		}
		if !some {
			continue
		}
		if err := h.send(request); err != nil {
			h.failed(err)
			return
		}
	}
}

// report makes records of the running spans: of all, or of those that started since the last report of starts.
func (h *Heartbeats) report(starts bool) (request plogotlp.ExportRequest, some bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	put(rl.Resource().Attributes(), h.resource)
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	if !starts {
		for k := range h.open {
			h.record(records.AppendEmpty(), k, "heartbeat")
		}
		return plogotlp.NewExportRequestFromLogs(logs), records.Len() > 0
	}
	for _, k := range h.news {
		if _, open := h.open[k]; open {
			h.record(records.AppendEmpty(), k, "start")
		}
	}
	h.news = nil
	return plogotlp.NewExportRequestFromLogs(logs), records.Len() > 0
}

func (h *Heartbeats) record(r plog.LogRecord, k key, event string) {
	r.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	r.SetTraceID(pcommon.TraceID(k.trace))
	r.SetSpanID(pcommon.SpanID(k.span))
	r.Attributes().PutStr("partial.event", event)
	r.Attributes().PutStr("partial.frequency", h.every.String())
	r.Attributes().PutStr("partial.body.type", "proto")
	r.Body().SetStr(base64.StdEncoding.EncodeToString(h.open[k]))
}

// partial is the span as it is so far, in OTLP protobuf.
func partial(s sdktrace.ReadOnlySpan) ([]byte, error) {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	put(rs.Resource().Attributes(), s.Resource().Attributes())
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName(s.InstrumentationScope().Name)
	out := ss.Spans().AppendEmpty()
	out.SetTraceID(pcommon.TraceID(s.SpanContext().TraceID()))
	out.SetSpanID(pcommon.SpanID(s.SpanContext().SpanID()))
	out.SetParentSpanID(pcommon.SpanID(s.Parent().SpanID()))
	out.SetName(s.Name())
	out.SetKind(ptrace.SpanKind(s.SpanKind()))
	out.SetStartTimestamp(pcommon.NewTimestampFromTime(s.StartTime()))
	put(out.Attributes(), s.Attributes())
	return (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
}

// put writes attributes of the kinds that the scenario uses.
func put(m pcommon.Map, attrs []attribute.KeyValue) {
	for _, kv := range attrs {
		switch kv.Value.Type() {
		case attribute.INT64:
			m.PutInt(string(kv.Key), kv.Value.AsInt64())
		case attribute.STRINGSLICE:
			list := m.PutEmptySlice(string(kv.Key))
			for _, s := range kv.Value.AsStringSlice() {
				list.AppendEmpty().SetStr(s)
			}
		default:
			m.PutStr(string(kv.Key), kv.Value.String())
		}
	}
}

func (h *Heartbeats) send(request plogotlp.ExportRequest) error {
	body, err := request.MarshalProto()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), h.client.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	resp, err := h.client.Do(req)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s", h.url, resp.Status)
	}
	return nil
}
