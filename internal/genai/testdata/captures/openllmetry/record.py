"""Records the OpenLLMetry instrumentations: python3 openllmetry/record.py openai | anthropic"""

import sys

import scenario

which = sys.argv[1]
provider = scenario.provider()

if which == "openai":
    from openai import OpenAI
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument(tracer_provider=provider)
    with provider.get_tracer("weather").start_as_current_span("weather report"):
        scenario.ask_openai(OpenAI(**scenario.OPENAI))

else:
    from anthropic import Anthropic
    from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor

    AnthropicInstrumentor().instrument(tracer_provider=provider)
    with provider.get_tracer("weather").start_as_current_span("weather report"):
        scenario.ask_anthropic(Anthropic(**scenario.ANTHROPIC))

provider.shutdown()
