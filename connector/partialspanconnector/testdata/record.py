"""Records G-Research's partial spans: a workflow with one step that links to another trace, both long enough for heartbeats.

In the folder of this file, with the versions that SOURCE.md names and the receiver of internal/genai/testdata/captures/recording:

    receiver -o gresearch.json -- python3 record.py
"""

import time

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanContext, TraceFlags
from partial_span_processor import PartialSpanProcessor

resource = Resource({"service.name": "weather"})
provider = TracerProvider(resource=resource)
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
provider.add_span_processor(
    PartialSpanProcessor(
        OTLPLogExporter(),
        heartbeat_interval_millis=400,
        initial_heartbeat_delay_millis=100,
        process_interval_millis=100,
        resource=resource,
    )
)
tracer = provider.get_tracer("weather.workflow", "1.0")
earlier = SpanContext(0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, True, TraceFlags(1))

with tracer.start_as_current_span("workflow.execution", attributes={"orcheo.execution.id": "run-1"}) as root:
    with tracer.start_as_current_span("ask the station", links=[Link(earlier, {"attempt": 1})]) as step:
        time.sleep(0.3)
        step.add_event("prompt", {"preview": "What is the weather in Paris?"})
        time.sleep(0.5)
    with tracer.start_as_current_span("too short for a heartbeat"):
        pass
    root.add_event("workflow.completed")

provider.shutdown()
