package canvastraceexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
)

// NewFactory returns the factory of the canvastrace exporter.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(metadata.Type, createDefaultConfig, exporter.WithTraces(createTraces, metadata.TracesStability))
}

func createTraces(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
	e, err := newTraceExporter(cfg.(*Config), set.TelemetrySettings, set.ID)
	if err != nil {
		return nil, err
	}
	// No queue, no retry, no time-out: storing is a matter of microseconds, and a queue would only hold pdata and add delay.
	return exporterhelper.NewTraces(ctx, set, cfg, e.consume,
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		exporterhelper.WithStart(e.start),
		exporterhelper.WithShutdown(e.shutdown),
	)
}
