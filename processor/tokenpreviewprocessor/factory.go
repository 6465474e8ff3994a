package tokenpreviewprocessor

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor/internal/metadata"
)

// NewFactory returns the factory of the tokenpreview processor.
func NewFactory() processor.Factory {
	return processor.NewFactory(metadata.Type, createDefaultConfig, processor.WithTraces(createTraces, metadata.TracesStability))
}

func createTraces(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("create the processor's own metrics: %w", err)
	}
	book, err := newBook(cfg.(*Config).Prices, set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	p, err := newTokenPreview(cfg.(*Config), telemetry, book)
	if err != nil {
		return nil, err
	}
	p.logger = set.Logger
	return processorhelper.NewTraces(ctx, set, cfg, next, p.process,
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}),
		processorhelper.WithStart(func(ctx context.Context, _ component.Host) error { return book.Start(ctx) }),
		processorhelper.WithShutdown(func(ctx context.Context) error {
			telemetry.Shutdown()
			return book.Shutdown(ctx)
		}),
	)
}
