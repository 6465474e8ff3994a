// Command go is a model call as any Go program reports it. Run it as ../README.md says.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	ctx := context.Background()
	// Endpoint and service name come from OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_SERVICE_NAME.
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter, sdktrace.WithBatchTimeout(250*time.Millisecond)))
	tracer := provider.Tracer("sdk-example")

	ctx, root := tracer.Start(ctx, "workflow.execution",
		trace.WithAttributes(attribute.String("orcheo.execution.id", fmt.Sprintf("go-%d", time.Now().UnixNano()))))
	_, span := tracer.Start(ctx, "chat gpt-4o-mini", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.provider.name", "openai"),
		attribute.String("gen_ai.request.model", "gpt-4o-mini"),
	))
	time.Sleep(time.Second) // the call
	span.SetAttributes(
		attribute.Int("gen_ai.usage.input_tokens", 12),
		attribute.Int("gen_ai.usage.output_tokens", 3),
		attribute.String("gen_ai.input.messages", `[{"role":"user","parts":[{"type":"text","content":"What is 2+2? Mail it to me@example.com"}]}]`),
		attribute.String("gen_ai.output.messages", `[{"role":"assistant","parts":[{"type":"text","content":"4"}]}]`),
	)
	span.End()
	root.End()

	if err := provider.Shutdown(context.Background()); err != nil { // sends what is left
		log.Fatal(err)
	}
}
