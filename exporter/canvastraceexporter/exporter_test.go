package canvastraceexporter

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadatatest"
	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/observation"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

var serverID = component.MustNewID("canvasserver")

// server is an extension that takes one store, as the real one does.
type server struct {
	component.StartFunc
	component.ShutdownFunc
	source  live.Source
	refuses error
}

func (s *server) Register(_ string, source live.Source) (func(), error) {
	if s.refuses != nil {
		return nil, s.refuses
	}
	s.source = source
	return func() {}, nil
}

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

func startExporter(t *testing.T, change func(*Config)) (func(ptrace.Traces), *server, *componenttest.Telemetry) {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Server = &serverID
	if change != nil {
		change(cfg)
	}
	tel := componenttest.NewTelemetry()
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	e, err := NewFactory().CreateTraces(t.Context(), set, cfg)
	require.NoError(t, err)
	s := &server{}
	require.NoError(t, e.Start(t.Context(), host{serverID: s}))
	t.Cleanup(func() { require.NoError(t, e.Shutdown(context.Background())) })
	return func(td ptrace.Traces) { require.NoError(t, e.ConsumeTraces(t.Context(), td)) }, s, tel
}

func traces(n int, fill func(i int, s ptrace.Span)) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "orcheo")
	ss := rs.ScopeSpans().AppendEmpty()
	for i := range n {
		s := ss.Spans().AppendEmpty()
		s.SetTraceID(pcommon.TraceID{15: 1})
		s.SetSpanID(pcommon.SpanID{6: byte(i >> 8), 7: byte(i + 1)})
		s.SetName("span")
		s.SetStartTimestamp(pcommon.Timestamp(1e18))
		s.SetEndTimestamp(pcommon.Timestamp(1e18 + 1e6))
		fill(i, s)
	}
	return td
}

func TestAServerThatIsMissingOrSomethingElseFailsTheStartAndIsNamed(t *testing.T) {
	tests := []struct {
		name string
		host host
		want string
	}{
		{"missing", host{}, `there is no extension "canvasserver"`},
		{"something else", host{serverID: &struct {
			component.StartFunc
			component.ShutdownFunc
		}{}}, `extension "canvasserver" does not serve traces`},
		{"taken", host{serverID: &server{refuses: errors.New("canvastrace/other is there already")}}, "canvastrace/other is there already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			cfg.Server = &serverID
			e, err := NewFactory().CreateTraces(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
			require.NoError(t, err)
			require.ErrorContains(t, e.Start(t.Context(), tt.host), tt.want)
			require.NoError(t, e.Shutdown(t.Context()))
		})
	}
}

func TestSpansAreStoredAndCountedByWhatBecameOfThem(t *testing.T) {
	consume, s, tel := startExporter(t, nil)
	td := traces(3, func(i int, s ptrace.Span) {
		if i == 2 {
			s.SetSpanID(pcommon.SpanID{})
		}
	})
	consume(td)
	consume(td)
	assert.Equal(t, map[string]int64{outcomeStored: 2, outcomeDuplicate: 2, outcomeInvalidID: 2}, outcomesOf(t, tel))
	metadatatest.AssertEqualCanvastraceSpansHeld(t, tel, []metricdata.DataPoint[int64]{{Value: 2}}, metricdatatest.IgnoreTimestamp())

	h, err := s.source.Open(t.Context(), "00000000000000000000000000000001", tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	assert.Len(t, h.Spans(), 2)
}

// outcomesOf reads the counter of spans by outcome.
func outcomesOf(t *testing.T, tel *componenttest.Telemetry) map[string]int64 {
	t.Helper()
	m, err := tel.GetMetric("otelcol_canvastrace_spans")
	require.NoError(t, err)
	got := map[string]int64{}
	for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
		outcome, _ := p.Attributes.Value("outcome")
		got[outcome.AsString()] = p.Value
	}
	return got
}

func TestPdataIsNotKept(t *testing.T) {
	consume, s, _ := startExporter(t, nil)
	td := traces(1, func(_ int, s ptrace.Span) {
		s.SetName("workflow.execution")
		s.Attributes().PutStr("orcheo.execution.id", "run-1")
		s.Attributes().PutStr("content", "as it was")
	})
	consume(td)
	span := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	span.SetName("overwritten")
	span.Attributes().PutStr("content", "overwritten")
	h, err := s.source.Open(t.Context(), "run-1", tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	spans := h.Spans()
	require.Len(t, spans, 1)
	assert.Equal(t, "workflow.execution", spans[0].Record.Facts.Name)
	assert.Contains(t, string(spans[0].Record.Body), "as it was")
}

func TestAFloodStaysWithinTheBudgetAndTheRootIsThere(t *testing.T) {
	consume, s, _ := startExporter(t, func(c *Config) {
		c.Retention.MaxBytes = 8 * mib
		c.Retention.MaxExecutionBytes = mib
	})
	for i := range 200 {
		consume(traces(100, func(n int, sp ptrace.Span) {
			sp.SetSpanID(pcommon.SpanID{5: byte(i + 1), 7: byte(n)})
			sp.SetParentSpanID(pcommon.SpanID{0: 0xff})
			sp.Attributes().PutStr("content", fmt.Sprintf("%01000d", i*100+n))
		}))
		st := s.source.Stats()
		require.LessOrEqual(t, st.Bytes, st.BudgetBytes)
	}
	consume(traces(1, func(_ int, sp ptrace.Span) {
		sp.SetSpanID(pcommon.SpanID{0: 0xff})
		sp.SetName("workflow.execution")
		sp.Attributes().PutStr("orcheo.execution.id", "run-flood")
	}))
	h, err := s.source.Open(t.Context(), "run-flood", tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	require.Eventually(t, func() bool { return h.Overview().Status == tracestore.StatusCompleted }, time.Minute, time.Millisecond)
	spans := h.Spans()
	require.NotEmpty(t, spans)
	assert.Equal(t, "workflow.execution", spans[0].Record.Facts.Name, "the root of an execution over its bound")
	o := h.Overview()
	assert.Equal(t, 20_001, o.Spans+o.Dropped, "every span is shown, or left as a skeleton, or counted")
}

// TestAFaultCostsOneRequestOfTheView has an observer that is broken on purpose.
func TestAFaultCostsOneRequestOfTheView(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	tel := componenttest.NewTelemetry()
	set := tel.NewTelemetrySettings()
	set.Logger = zap.New(core)
	e, err := newTraceExporter(createDefaultConfig().(*Config), set, component.MustNewID("canvastrace"))
	require.NoError(t, err)
	require.NoError(t, e.start(t.Context(), host{}))
	defer func() { require.NoError(t, e.shutdown(context.Background())) }()
	whole := e.observers.New
	e.observers.New = func() any { return new(observation.Observer) }
	say := func(_ int, s ptrace.Span) { s.SetName("a private thought") }
	require.NoError(t, e.consume(t.Context(), traces(3, say)))
	e.observers.New = whole
	require.NoError(t, e.consume(t.Context(), traces(2, say)))

	metadatatest.AssertEqualCanvastraceStoreErrors(t, tel, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
	page, err := e.store.Read(t.Context(), tracestore.TraceID{15: 1}, tracestore.Position{}, tracestore.ReadLimit{})
	require.NoError(t, err)
	assert.Len(t, page.Records, 2)
	said := logs.FilterLevelExact(zap.ErrorLevel).All()
	require.Len(t, said, 1)
	assert.EqualValues(t, 3, said[0].ContextMap()["spans"])
	assert.Contains(t, said[0].ContextMap()["stack"], "Observe")
	assert.NotContains(t, said[0].ContextMap()["stack"], "thought")
}
