package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestSpansThatStillRunAreOnTheTraceTabOnly: spans are shown while they run, whichever way they are told of, and the backend
// gets the finished span alone.
func TestSpansThatStillRunAreOnTheTraceTabOnly(t *testing.T) {
	backend := startArchive(t, nil)
	c := start(t, profile("staging", backend.forwarding(otlpreplay.HTTPProtobuf)))
	trace := pcommon.TraceID{0xfe, 15: 1}
	id := trace.String()
	shown := func(name string) (spanJSON, bool) {
		for _, raw := range c.trace(t, id).Spans {
			if s := parseSpan(t, raw); s.Name == name {
				return s, true
			}
		}
		return spanJSON{}, false
	}
	is := func(name, state string) {
		t.Helper()
		eventually(t, patience, name+" shown as "+state, func() bool { s, ok := shown(name); return ok && s.State == state })
	}

	c.heartbeat(t, trace, "reported by heartbeats", 1)
	is("reported by heartbeats", "running")
	unfinished := finished(trace, "sent without an end", 2)
	flatten(unfinished)[0].span.SetEndTimestamp(0)
	c.post(t, otlpreplay.GRPC, unfinished)
	is("sent without an end", "running")

	for id, says := range map[byte]map[string]any{
		8: {"logfire.span_type": "pending_span", "logfire.pending_parent_id": "0000000000000001"}, // of the span 5
		6: {"_dd.partial_version": 1.0},
		7: {"partial.gc": true},
	} {
		running := finished(trace, fmt.Sprint("told otherwise ", id), id)
		span := flatten(running)[0].span
		span.SetParentSpanID(pcommon.SpanID{7: 5})
		require.NoError(t, span.Attributes().FromRaw(says))
		c.post(t, otlpreplay.GRPC, running)
	}
	is("told otherwise 8", "running")
	is("told otherwise 6", "running")
	is("told otherwise 7", "ended")

	c.post(t, otlpreplay.GRPC, finished(trace, "reported by heartbeats", 1), finished(trace, "sent without an end", 2))
	is("reported by heartbeats", "ended")
	is("sent without an end", "ended")
	c.heartbeat(t, trace, "reported by heartbeats", 1) // late: the end is known
	c.post(t, otlpreplay.GRPC, finished(trace, "last", 3))
	is("reported by heartbeats", "ended")

	arrived := byID(t, backend.await(t, 3))
	require.Len(t, arrived, 3, "each span once")
	for _, f := range arrived {
		assert.NotZero(t, f.span.EndTimestamp(), f.span.Name())
		for key := range f.span.Attributes().All() {
			assert.NotContains(t, key, "partial", f.span.Name())
		}
	}
	assert.EqualValues(t, 2, c.metric(t, "otelcol_partialspan_records", `outcome="converted"`))
	assert.EqualValues(t, 2, c.metric(t, "otelcol_partialspan_records", `outcome="not_partial"`))
}

func finished(trace pcommon.TraceID, name string, id byte) ptrace.Traces {
	td := ptrace.NewTraces()
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(trace)
	s.SetSpanID(pcommon.SpanID{7: id})
	s.SetName(name)
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Now().Add(-time.Minute)))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	return td
}

// heartbeat sends a partial span as G-Research's processors do, and beside it an ordinary log record.
func (c *collector) heartbeat(t testing.TB, trace pcommon.TraceID, name string, id byte) {
	t.Helper()
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr("an ordinary line")
	r := records.AppendEmpty()
	r.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	r.Attributes().PutStr("partial.event", "heartbeat")
	r.Attributes().PutStr("partial.frequency", "5s")
	r.Attributes().PutStr("partial.body.type", "json/v1")
	r.Body().SetStr(fmt.Sprintf(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":%q,"spanId":"%016x","name":%q,"startTimeUnixNano":"%d"}]}]}]}`,
		trace.String(), id, name, time.Now().Add(-time.Minute).UnixNano()))
	body, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	require.NoError(t, err)
	resp, err := http.Post("http://"+c.http+"/v1/logs", "application/x-protobuf", bytes.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}
