package startup

import (
	"fmt"
	"io"
)

// greet says what the profile `local` runs where and what to do next. The addresses are those of local.yaml.
func greet(w io.Writer, getenv func(string) string) {
	address := func(variable, otherwise string) string {
		if v := getenv(variable); v != "" {
			return v
		}
		return otherwise
	}
	grpc := address("CANVAS_OTLP_GRPC_ENDPOINT", "localhost:4317")
	http := address("CANVAS_OTLP_HTTP_ENDPOINT", "localhost:4318")
	server := address("CANVAS_SERVER_ENDPOINT", "localhost:8090")
	fmt.Fprintf(w, `
  otelcol-canvas, profile "local": keeps traces in memory, forwards nothing

    spans in   http://%[1]s/v1/traces (OTLP/HTTP), %[2]s (OTLP/gRPC)
    traces out http://%[3]s shows executions as they happen
               ws://%[3]s/ws/executions/{execution id}

  Next: play a workflow into it with "make demo", or start Orcheo's backend with
    ORCHEO_TRACING_EXPORTER=otlp ORCHEO_TRACING_ENDPOINT=http://%[1]s/v1/traces OTEL_BSP_SCHEDULE_DELAY=250
  Ctrl+C stops it. "--help" lists the flags; "--config=canvas:local --config=mine.yaml" overlays your settings.

`, http, grpc, server)
}
