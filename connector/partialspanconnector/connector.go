package partialspanconnector

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/connector/partialspanconnector/internal/metadata"
	"github.com/orcheo/otelcol-canvas/connector/partialspanconnector/internal/partiallog"
	"github.com/orcheo/otelcol-canvas/internal/fault"
)

// outcome is what became of a record, as metadata.yaml lists it.
type outcome string

const (
	outcomeConverted  outcome = "converted"
	outcomeStopped    outcome = "stopped"
	outcomeNotPartial outcome = "not_partial"
	outcomeMalformed  outcome = "malformed"
	outcomeTooLarge   outcome = "too_large"
	outcomeFailed     outcome = "failed"
)

// series names what is counted: a record's form, and what became of it.
type series struct {
	form    partiallog.Form
	outcome outcome
}

func (s series) attributes() metric.MeasurementOption {
	return metric.WithAttributes(attribute.String("dialect", string(s.form)), attribute.String("outcome", string(s.outcome)))
}

// partialSpans is the connector. It keeps nothing from one request to the next.
type partialSpans struct {
	component.StartFunc
	next      consumer.Traces
	read      func(plog.LogRecord, partiallog.Event) (ptrace.Traces, error)
	logger    *zap.Logger
	telemetry *metadata.TelemetryBuilder
}

func newPartialSpans(cfg *Config, set component.TelemetrySettings, next consumer.Traces) (*partialSpans, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	reader := partiallog.Reader{MaxBody: cfg.MaxBodyBytes}
	return &partialSpans{next: next, read: reader.Spans, logger: set.Logger, telemetry: telemetry}, nil
}

// Capabilities says that the records are only read.
func (*partialSpans) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Shutdown lets go of the metrics.
func (p *partialSpans) Shutdown(context.Context) error {
	p.telemetry.Shutdown()
	return nil
}

// ConsumeLogs hands on the spans that the records tell of. One record that cannot be read costs none of the others; the only
// error is that of the next consumer, so that the sender tries again when the Collector is short of memory.
func (p *partialSpans) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	spans, records := p.convert(logs)
	for s, n := range records {
		p.telemetry.PartialspanRecords.Add(ctx, n, s.attributes())
	}
	if spans.SpanCount() == 0 {
		return nil
	}
	return p.next.ConsumeTraces(ctx, spans)
}

func (p *partialSpans) convert(logs plog.Logs) (ptrace.Traces, map[series]int64) {
	spans, records := ptrace.NewTraces(), map[series]int64{}
	for _, rl := range logs.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				records[series{partiallog.FormOf(record), p.guarded(record, rl.Resource(), spans)}]++
			}
		}
	}
	return spans, records
}

// guarded is record. Should a fault of ours panic on what somebody sent, that costs this record, and none of the others: a panic in a
// handler of gRPC ends the process.
func (p *partialSpans) guarded(record plog.LogRecord, resource pcommon.Resource, to ptrace.Traces) (became outcome) {
	defer func() {
		if failed := recover(); failed != nil {
			became = outcomeFailed
			p.logger.Error("A log record could not be read: its span is not shown until it ends. Please report this with the stack, which holds nothing of the record",
				fault.Fields(failed)...)
		}
	}()
	return p.record(record, resource, to)
}

func (p *partialSpans) record(record plog.LogRecord, resource pcommon.Resource, to ptrace.Traces) outcome {
	event := partiallog.EventOf(record)
	if event == partiallog.None {
		return outcomeNotPartial
	}
	read, err := p.read(record, event)
	switch {
	case errors.Is(err, partiallog.ErrTooLarge):
		return outcomeTooLarge
	case err != nil:
		return outcomeMalformed
	}
	for _, rs := range read.ResourceSpans().All() {
		if rs.Resource().Attributes().Len() == 0 {
			resource.CopyTo(rs.Resource()) // the body left out what the record's own resource says
		}
	}
	read.ResourceSpans().MoveAndAppendTo(to.ResourceSpans())
	if event == partiallog.Stop {
		return outcomeStopped
	}
	return outcomeConverted
}
