package canvaswire

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	began = int64(1_795_357_859_913_341_000)
	ended = int64(1_795_357_861_042_576_000)
)

var primary = tracestore.TraceID{0x87, 0xdd, 0xee, 0x9f, 0x1b, 0x60, 0xad, 0x34, 0xca, 0x7f, 0xea, 0x5e, 0x2e, 0x5d, 0xde, 0xbe}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, got, "", "  "), "%s", got)
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		require.NoError(t, os.WriteFile(path, pretty.Bytes(), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), pretty.String())
}

func sampleSummary() tracestore.Summary {
	return tracestore.Summary{
		Execution: "run-1", WorkflowID: "wf-1", RunName: "Nightly digest", RootName: "workflow.execution", Tags: []string{"prod", "demo"},
		Status: tracestore.StatusCompleted, Started: began, Finished: ended, LastActivity: ended, PrimaryTrace: primary,
		Spans: 5, Errors: 1, Dropped: 2, InputTokens: 1240, OutputTokens: 900, CostUSD: 0.0125, CostKnown: true,
		Models: []string{"gpt-4o-mini"}, Complete: true, CompleteReason: tracestore.CompleteQuiet, Revision: 7,
	}
}

func sampleOverview() *execution.Overview {
	counted := tracestore.Usage{Input: 1240, Output: 900, CacheRead: 100, CacheWrite: 20, Reasoning: 30, CostUSD: 0.0125, CostKnown: true}
	return &execution.Overview{
		Summary: sampleSummary(),
		Totals: execution.Totals{
			Counted: counted, Reported: tracestore.Usage{Input: 2480, Output: 1800},
			Excluded: []execution.Exclusion{
				{Reason: execution.UsageAggregate, Spans: 1, Input: 1240, Output: 900},
				{Reason: execution.UsageReplay, Spans: 2, CostKnown: true},
			},
		},
		Traces: []tracestore.TraceID{primary, {1}}, TraceCount: 2,
		Links: []tracestore.Link{{Trace: tracestore.TraceID{2}, Span: tracestore.SpanID{3}}},
		Known: true,
	}
}

func sampleSpan() SpanParts {
	span := llmSpan()
	span.Links().AppendEmpty().SetTraceID(tracestore.TraceID{2})
	span.Links().At(0).SetSpanID(tracestore.SpanID{3})
	out := NewEncoder(DefaultLimits()).Span(span.TraceID(), "orcheo-backend", span)
	return SpanParts{
		Key: execution.SpanKey{Trace: span.TraceID(), Span: span.SpanID()},
		Record: &tracestore.Record{Span: &tracestore.Span{
			ID: span.SpanID(), Parent: span.ParentSpanID(), Body: out.Body, Residual: out.Residual, Whole: out.Whole,
			Facts: tracestore.Facts{Service: "orcheo-backend"},
		}},
		Tail: execution.Tail{State: execution.StateEnded, LastSeen: ended, EffectiveStart: began, Usage: execution.UsageCounted},
	}
}

func placeholder() SpanParts {
	return SpanParts{
		Key:             execution.SpanKey{Trace: primary, Span: tracestore.SpanID{9}},
		Tail:            execution.Tail{State: execution.StateMissing, EffectiveStart: began},
		PlaceholderName: "workflow.execution",
	}
}

func skeleton() SpanParts {
	return SpanParts{
		Key: execution.SpanKey{Trace: primary, Span: tracestore.SpanID{8}},
		Record: &tracestore.Record{Skeleton: true, Span: &tracestore.Span{
			ID: tracestore.SpanID{8}, Parent: tracestore.SpanID{9},
			Facts: tracestore.Facts{Start: began, End: ended, Status: tracestore.StatusError},
		}},
		Tail: execution.Tail{State: execution.StateEnded, LastSeen: ended, EffectiveStart: began},
	}
}

func sampleRow() *tracestore.ExecutionRow {
	return &tracestore.ExecutionRow{Summary: sampleSummary(), Aliases: []string{primary.String()}, Updated: time.Unix(0, ended)}
}

func TestShapes(t *testing.T) {
	frame := &Frame{
		ExecutionID: "run-1", Overview: sampleOverview(), Spans: []SpanParts{placeholder(), skeleton()}, Epoch: "e1", Seq: 12,
		PrevSeq: 10, Cursor: "c.abc", Phase: "live", Last: true,
	}
	empty := &Frame{ExecutionID: "run-2", Overview: &execution.Overview{}, Cursor: "c.0", Phase: "snapshot", Last: true}
	for name, got := range map[string][]byte{
		"span":              AppendSpan(nil, sampleSpan()),
		"placeholder":       AppendSpan(nil, placeholder()),
		"skeleton":          AppendSpan(nil, skeleton()),
		"execution":         AppendExecution(nil, "run-1", sampleOverview()),
		"execution-unknown": AppendExecution(nil, "nobody", &execution.Overview{}),
		"frame":             AppendFrame(nil, frame),
		"frame-empty":       AppendFrame(nil, empty),
		"trace": AppendTrace(nil, &Trace{
			ID: "run-1", Overview: sampleOverview(), Spans: []SpanParts{placeholder()}, Phase: "snapshot",
			Page: NextPage("", "c.abc", sampleOverview()),
		}),
		"executions":    AppendExecutions(nil, &tracestore.ExecutionPage{Rows: []tracestore.ExecutionRow{*sampleRow(), {}}, Next: "x"}),
		"workflow-runs": AppendOrcheoRows(nil, []tracestore.ExecutionRow{*sampleRow(), {}}),
		"error":         AppendError(nil, "no such route"),
		"error-auth":    AppendAuthError(nil, "send a bearer token", CodeMissingToken),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, got) })
	}
}

func keysOf(t *testing.T, doc []byte) []string {
	d := json.NewDecoder(bytes.NewReader(doc))
	var keys []string
	_, err := d.Token()
	require.NoError(t, err)
	for d.More() {
		key, err := d.Token()
		require.NoError(t, err)
		keys = append(keys, key.(string))
		var skip json.RawMessage
		require.NoError(t, d.Decode(&skip))
	}
	return keys
}

func TestEverySpanHasTheSameKeysInTheSameOrder(t *testing.T) {
	want := keysOf(t, AppendSpan(nil, sampleSpan()))
	assert.Equal(t, want, keysOf(t, AppendSpan(nil, placeholder())))
	assert.Equal(t, want, keysOf(t, AppendSpan(nil, skeleton())))
}

func TestAFrameHasNoKeyThatCanvasTakesForTheEndOfARun(t *testing.T) {
	keys := keysOf(t, AppendFrame(nil, &Frame{Overview: sampleOverview()}))
	for _, key := range []string{"status", "error", "message", "node", "step", "name"} {
		assert.NotContains(t, keys, key)
	}
}

func TestOnlyTheLastFrameOfAFlushSaysComplete(t *testing.T) {
	for _, c := range []struct {
		name           string
		complete, last bool
		want           string
	}{
		{"under way", false, true, `"complete":false`},
		{"complete, more frames follow", true, false, `"complete":false`},
		{"complete, the last frame", true, true, `"complete":true`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := sampleOverview()
			o.Complete = c.complete
			top := keysOf(t, AppendFrame(nil, &Frame{Overview: o, Last: c.last}))
			require.Equal(t, "complete", top[4])
			assert.Contains(t, string(AppendFrame(nil, &Frame{Overview: o, Last: c.last})), `"spans":[],`+c.want)
		})
	}
}

func TestTheThreadOfAnExecution(t *testing.T) {
	for _, c := range []struct {
		name string
		o    execution.Overview
		want string
	}{
		{"is the one a span names", execution.Overview{Known: true, Summary: tracestore.Summary{Execution: "run-1", Thread: "t-1"}}, "t-1"},
		{"is else the execution itself, as in Orcheo's runs", execution.Overview{Known: true, Summary: tracestore.Summary{Execution: "run-1"}}, "run-1"},
		{"is none where no span named an execution", execution.Overview{
			Known: true, Traces: []tracestore.TraceID{primary}, Summary: tracestore.Summary{Execution: primary.String()},
		}, ""},
		{"is none where all that is left is the id of an evicted trace", execution.Overview{
			Known: true, Summary: tracestore.Summary{Execution: primary.String(), PrimaryTrace: primary},
		}, ""},
		{"is none for an id nobody knows", execution.Overview{Summary: tracestore.Summary{Execution: "run-1"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, thread(&c.o)) })
	}
}

func TestHowAPageEnds(t *testing.T) {
	running := &execution.Overview{Summary: tracestore.Summary{Spans: 3}}
	for _, c := range []struct {
		name string
		next string
		o    *execution.Overview
		want PageInfo
	}{
		{"another page follows", "p.2", running, PageInfo{HasNextPage: true, Cursor: "p.2"}},
		{"more may come for an execution under way", "", running, PageInfo{HasNextPage: true, Cursor: "c.1", AtEnd: true}},
		{"nothing more comes for a complete one", "", sampleOverview(), PageInfo{Cursor: "c.1", AtEnd: true}},
		{"one without spans does not invite to ask again at once", "", &execution.Overview{}, PageInfo{Cursor: "c.1", AtEnd: true}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, NextPage(c.next, "c.1", c.o)) })
	}
}

func TestASpanWithItsWholeValues(t *testing.T) {
	span := llmSpan()
	long := string(bytes.Repeat([]byte("word "), 10<<10))
	span.Attributes().PutStr("gen_ai.input.messages", long)
	span.SetName(long[:3000])
	render := func(limits Limits) ([]byte, []byte) {
		out := NewEncoder(limits).Span(span.TraceID(), "svc", span)
		p := sampleSpan()
		p.Record.Span.Body, p.Record.Span.Residual, p.Record.Span.Whole = out.Body, out.Residual, out.Whole
		whole, err := AppendWholeSpan([]byte("x"), p)
		require.NoError(t, err)
		return AppendSpan(nil, p), whole[1:]
	}
	var doc struct {
		Name       string
		Attributes map[string]any
		Truncated  bool
		State      string
	}
	plain, whole := render(DefaultLimits())
	assert.Contains(t, string(plain), "…")
	require.NoError(t, json.Unmarshal(whole, &doc))
	assert.Equal(t, long, doc.Attributes["gen_ai.input.messages"])
	assert.Equal(t, long[:3000], doc.Name)
	assert.False(t, doc.Truncated)
	assert.Equal(t, "ended", doc.State)
	assert.Equal(t, keysOf(t, plain), keysOf(t, whole))

	_, part := render(Limits{WholeBytes: 30 << 10})
	require.NoError(t, json.Unmarshal(part, &doc))
	assert.True(t, doc.Truncated, "what even the blob does not hold is still said to be missing")
	assert.Less(t, len(doc.Attributes["gen_ai.input.messages"].(string)), len(long))

	for _, p := range []SpanParts{sampleSpan(), placeholder(), skeleton()} {
		got, err := AppendWholeSpan(nil, p)
		require.NoError(t, err)
		assert.Equal(t, string(AppendSpan(nil, p)), string(got), "a span that is shown whole is the same bytes here")
	}
}

func TestAWholeSpanOfABrokenBlobIsAnError(t *testing.T) {
	p := sampleSpan()
	p.Record.Span.Whole = []byte("x")
	p.Record.Span.Body = []byte(`{"span_id":12`)
	got, err := AppendWholeSpan([]byte("kept"), p)
	require.Error(t, err)
	assert.Equal(t, "kept", string(got))
	require.Error(t, DecodeSpan(p.Record.Body, nil, nil, ptrace.NewSpan()))
}
