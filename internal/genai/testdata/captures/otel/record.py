"""Records the OpenTelemetry project's own instrumentations: python3 otel/record.py openai | openai-v2 | anthropic | google"""

import sys

import scenario

which = sys.argv[1]
provider = scenario.provider()

if which == "anthropic":
    from opentelemetry.instrumentation.genai.anthropic import AnthropicInstrumentor as Instrumentor
elif which == "google":
    from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor as Instrumentor
elif which == "openai":
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as Instrumentor
else:
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor as Instrumentor

if which != "openai-v2":
    Instrumentor().instrument(tracer_provider=provider)
else:  # the deprecated form keeps the content in log records
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    logs = LoggerProvider(resource=provider.resource)
    logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    Instrumentor().instrument(tracer_provider=provider, logger_provider=logs)

with provider.get_tracer("weather").start_as_current_span("weather report"):
    if which == "anthropic":
        from anthropic import Anthropic

        scenario.ask_anthropic(Anthropic(**scenario.ANTHROPIC))
    elif which == "google":
        from google.genai import Client

        scenario.ask_google(Client(api_key="none", http_options={"base_url": scenario.STUB}))
    else:
        from openai import OpenAI

        scenario.ask_openai(OpenAI(**scenario.OPENAI))

provider.shutdown()
if which == "openai-v2":
    logs.shutdown()
