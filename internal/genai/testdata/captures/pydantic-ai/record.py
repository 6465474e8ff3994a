"""Records an agent of pydantic-ai with one tool: python3 pydantic-ai/record.py openai | anthropic VERSION

VERSION is the version of the instrumentation's own format, which the library lets its user choose.
"""

import sys

import scenario
from pydantic_ai import Agent
from pydantic_ai.models.instrumented import InstrumentationSettings

which, version = sys.argv[1], int(sys.argv[2])
provider = scenario.provider()

if which == "openai":
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    model = OpenAIChatModel(scenario.OPENAI_MODEL, provider=OpenAIProvider(**scenario.OPENAI))
else:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    model = AnthropicModel(scenario.ANTHROPIC_MODEL, provider=AnthropicProvider(**scenario.ANTHROPIC))

settings = InstrumentationSettings(tracer_provider=provider, version=version)
Agent.instrument_all(settings)
agent = Agent(model, name="weather", system_prompt=scenario.SYSTEM)


@agent.tool_plain
def get_weather(city: str) -> str:
    """Tells the weather in a city."""
    return scenario.WEATHER


agent.run_sync(scenario.QUESTION)
provider.shutdown()
