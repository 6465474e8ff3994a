package canvasrouterextension

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"github.com/orcheo/otelcol-canvas/extension/canvasrouterextension/internal/metadata"
)

// NewFactory returns the factory of the canvasrouter extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return &canvasRouter{config: cfg.(*Config), set: set}, nil
}
