"""A model call as any Python program reports it. Run it as README.md says."""

import json
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
# Endpoint and service name come from OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_SERVICE_NAME.
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), schedule_delay_millis=250))
tracer = provider.get_tracer("sdk-example")

with tracer.start_as_current_span("workflow.execution", attributes={"orcheo.execution.id": f"python-{time.time_ns()}"}):
    with tracer.start_as_current_span("chat gpt-4o-mini", kind=trace.SpanKind.CLIENT) as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.provider.name", "openai")
        span.set_attribute("gen_ai.request.model", "gpt-4o-mini")
        time.sleep(1)  # the call
        span.set_attribute("gen_ai.usage.input_tokens", 12)
        span.set_attribute("gen_ai.usage.output_tokens", 3)
        question = [{"role": "user", "parts": [{"type": "text", "content": "What is 2+2? Mail it to me@example.com"}]}]
        answer = [{"role": "assistant", "parts": [{"type": "text", "content": "4"}]}]
        span.set_attribute("gen_ai.input.messages", json.dumps(question))
        span.set_attribute("gen_ai.output.messages", json.dumps(answer))

provider.shutdown()  # sends what is left
