package partialspanconnector

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/orcheo/otelcol-canvas/connector/partialspanconnector/internal/metadata"
	"github.com/orcheo/otelcol-canvas/connector/partialspanconnector/internal/metadatatest"
	"github.com/orcheo/otelcol-canvas/connector/partialspanconnector/internal/partiallog"
)

// start starts the connector in front of next.
func start(t *testing.T, next consumer.Traces, cfg *Config) (connector.Logs, *componenttest.Telemetry) {
	t.Helper()
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(context.Background())) })
	set := connectortest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	router := connector.NewTracesRouter(map[pipeline.ID]consumer.Traces{pipeline.NewID(pipeline.SignalTraces): next})
	c, err := NewFactory().CreateLogsToTraces(context.Background(), set, cfg, router)
	require.NoError(t, err)
	require.NoError(t, c.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, c.Shutdown(context.Background())) })
	return c, telemetry
}

func defaults() *Config { return NewFactory().CreateDefaultConfig().(*Config) }

// batch returns a request with one resource, and a function that adds records.
func batch() (plog.Logs, func(event, body string)) {
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "from the log")
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	return logs, func(event, body string) {
		r := records.AppendEmpty()
		r.Body().SetStr(body)
		if event != "" {
			r.Attributes().PutStr("partial.event", event)
			r.Attributes().PutStr("partial.body.type", "json/v1")
		}
	}
}

func body(id int, resource string) string {
	return fmt.Sprintf(`{"resourceSpans":[{%s"scopeSpans":[{"spans":[{"traceId":"%032x","spanId":"%016x","name":"n%d"}]}]}]}`, resource, id, id, id)
}

func TestOneBatchOfEveryKindOfRecord(t *testing.T) {
	next := new(consumertest.TracesSink)
	c, telemetry := start(t, next, &Config{MaxBodyBytes: 300})
	logs, add := batch()
	add("heartbeat", body(1, ""))
	add("", "an ordinary log line")
	add("heartbeat", "{half")
	add("start", body(2, ""))
	add("stop", body(1, ""))
	add("stop", "{half")
	add("heartbeat", fmt.Sprintf("%301s", "{}"))
	require.NoError(t, c.ConsumeLogs(context.Background(), logs))

	require.Len(t, next.AllTraces(), 1, "one batch stays one batch")
	var names []string
	for _, rs := range next.AllTraces()[0].ResourceSpans().All() {
		names = append(names, rs.ScopeSpans().At(0).Spans().At(0).Name())
	}
	assert.Equal(t, []string{"n1", "n2", "n1"}, names, "in the order of the records, whatever stood between them")

	metadatatest.AssertEqualPartialspanRecords(t, telemetry, []metricdata.DataPoint[int64]{
		point("json/v1", "converted", 2), point("none", "not_partial", 1), point("json/v1", "malformed", 2),
		point("json/v1", "stopped", 1), point("json/v1", "too_large", 1),
	}, metricdatatest.IgnoreTimestamp())
}

func point(dialect, outcome string, n int64) metricdata.DataPoint[int64] {
	set := attribute.NewSet(attribute.String("dialect", dialect), attribute.String("outcome", outcome))
	return metricdata.DataPoint[int64]{Attributes: set, Value: n}
}

func TestTheResourceIsThatOfTheBodyOrElseOfTheRecord(t *testing.T) {
	next := new(consumertest.TracesSink)
	c, _ := start(t, next, defaults())
	logs, add := batch()
	add("heartbeat", body(1, `"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"from the body"}}]},`))
	add("heartbeat", body(2, ""))
	require.NoError(t, c.ConsumeLogs(context.Background(), logs))
	resources := next.AllTraces()[0].ResourceSpans()
	assert.Equal(t, map[string]any{"service.name": "from the body"}, resources.At(0).Resource().Attributes().AsRaw())
	assert.Equal(t, map[string]any{"service.name": "from the log"}, resources.At(1).Resource().Attributes().AsRaw())
}

func TestNothingIsSentOnWhereThereIsNoSpan(t *testing.T) {
	next := new(consumertest.TracesSink)
	c, _ := start(t, next, defaults())
	logs, add := batch()
	add("", "an ordinary log line")
	require.NoError(t, c.ConsumeLogs(context.Background(), logs))
	assert.Empty(t, next.AllTraces())
}

func TestARefusalOfTheNextConsumerReachesTheSender(t *testing.T) {
	full := errors.New("data refused due to high memory usage")
	next, err := consumer.NewTraces(func(context.Context, ptrace.Traces) error { return full })
	require.NoError(t, err)
	c, _ := start(t, next, defaults())
	logs, add := batch()
	add("heartbeat", body(1, ""))
	require.ErrorIs(t, c.ConsumeLogs(context.Background(), logs), full)
}

func TestTheRecordsAreNotChanged(t *testing.T) {
	c, _ := start(t, new(consumertest.TracesSink), defaults())
	logs, add := batch()
	add("heartbeat", body(1, ""))
	logs.MarkReadOnly() // a write would panic
	require.NoError(t, c.ConsumeLogs(context.Background(), logs))
	assert.False(t, c.Capabilities().MutatesData)
}

func TestValidate(t *testing.T) {
	require.NoError(t, defaults().Validate())
	require.ErrorContains(t, (&Config{}).Validate(), "max_body_bytes is 0: set 1 or more bytes")
}

// TestAFaultCostsOneRecord has a reader that is broken on purpose, for one of three records.
func TestAFaultCostsOneRecord(t *testing.T) {
	core, said := observer.New(zap.DebugLevel)
	telemetry := componenttest.NewTelemetry()
	set := telemetry.NewTelemetrySettings()
	set.Logger = zap.New(core)
	next := &consumertest.TracesSink{}
	c, err := newPartialSpans(defaults(), set, next)
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Shutdown(context.Background())) }()
	whole := c.read
	c.read = func(record plog.LogRecord, event partiallog.Event) (ptrace.Traces, error) {
		if strings.Contains(record.Body().Str(), "a private thought") {
			panic(errors.New(record.Body().Str()))
		}
		return whole(record, event)
	}
	logs, add := batch()
	add("heartbeat", body(1, ""))
	add("heartbeat", "a private thought")
	add("heartbeat", body(2, ""))
	require.NoError(t, c.ConsumeLogs(t.Context(), logs))

	assert.Equal(t, 2, next.SpanCount())
	metadatatest.AssertEqualPartialspanRecords(t, telemetry, []metricdata.DataPoint[int64]{
		point("json/v1", "converted", 2), point("json/v1", "failed", 1),
	}, metricdatatest.IgnoreTimestamp())
	errs := said.FilterLevelExact(zap.ErrorLevel).All()
	require.Len(t, errs, 1)
	assert.Equal(t, "*errors.errorString", errs[0].ContextMap()["fault"])
	assert.Contains(t, errs[0].ContextMap()["stack"], "guarded")
	assert.NotContains(t, fmt.Sprint(errs[0].ContextMap()), "thought")
}
