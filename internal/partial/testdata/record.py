"""Records Logfire's pending spans: a workflow of two steps, and a log line between them.

In the folder of this file, with the versions that SOURCE.md names and the receiver of internal/genai/testdata/captures/recording:

    OTEL_TRACES_EXPORTER=none OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none receiver -o logfire.json -- python3 record.py
"""

import time

import logfire
from logfire import AdvancedOptions
from logfire._internal.exporters.remove_pending import RemovePendingSpansExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# Pending spans go to exporters of this kind alone. It drops those whose real span is in the same batch.
exporter = RemovePendingSpansExporter(OTLPSpanExporter())
logfire.configure(
    send_to_logfire=False,
    console=False,
    service_name="weather",
    service_version="1.0",
    advanced=AdvancedOptions(pending_spans=True),
    additional_span_processors=[BatchSpanProcessor(exporter, schedule_delay_millis=200)],
)

with logfire.span("forecast for {city}", city="Paris"):
    with logfire.span("ask the station"):
        time.sleep(0.5)
    logfire.info("the station answered")
    with logfire.span("write the forecast", lines=3):
        time.sleep(0.5)

logfire.force_flush()
