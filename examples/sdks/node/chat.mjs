// A model call as any Node program reports it. Run it as ../README.md says.
import { setTimeout } from "node:timers/promises";
import { SpanKind, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK, tracing } from "@opentelemetry/sdk-node";

// Endpoint and service name come from OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_SERVICE_NAME.
const sdk = new NodeSDK({
  spanProcessors: [new tracing.BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 250 })],
});
sdk.start();
const tracer = trace.getTracer("sdk-example");

await tracer.startActiveSpan("workflow.execution", { attributes: { "orcheo.execution.id": `node-${Date.now()}` } }, async (root) => {
  await tracer.startActiveSpan("chat gpt-4o-mini", { kind: SpanKind.CLIENT }, async (span) => {
    span.setAttributes({ "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini" });
    await setTimeout(1000); // the call
    const text = (role, content) => JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
    span.setAttributes({
      "gen_ai.usage.input_tokens": 12,
      "gen_ai.usage.output_tokens": 3,
      "gen_ai.input.messages": text("user", "What is 2+2? Mail it to me@example.com"),
      "gen_ai.output.messages": text("assistant", "4"),
    });
    span.end();
  });
  root.end();
});

await sdk.shutdown(); // sends what is left
