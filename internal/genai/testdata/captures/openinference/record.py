"""Records the OpenInference instrumentations: python3 openinference/record.py openai | anthropic | langchain"""

import sys

import scenario

which = sys.argv[1]
provider = scenario.provider()

if which == "openai":
    from openai import OpenAI
    from openinference.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument(tracer_provider=provider)
    with provider.get_tracer("weather").start_as_current_span("weather report"):
        scenario.ask_openai(OpenAI(**scenario.OPENAI))

elif which == "anthropic":
    from anthropic import Anthropic
    from openinference.instrumentation.anthropic import AnthropicInstrumentor

    AnthropicInstrumentor().instrument(tracer_provider=provider)
    with provider.get_tracer("weather").start_as_current_span("weather report"):
        scenario.ask_anthropic(Anthropic(**scenario.ANTHROPIC))

else:  # an agent with a tool, the spans of the framework alone
    from langchain.agents import create_agent
    from langchain_openai import ChatOpenAI
    from openinference.instrumentation.langchain import LangChainInstrumentor

    def get_weather(city: str) -> str:
        """Tells the weather in a city."""
        return scenario.WEATHER

    LangChainInstrumentor().instrument(tracer_provider=provider)
    model = ChatOpenAI(model=scenario.OPENAI_MODEL, **scenario.OPENAI)
    agent = create_agent(model, tools=[get_weather], system_prompt=scenario.SYSTEM, name="weather")
    thread = {"configurable": {"thread_id": "thread-1"}}
    agent.invoke({"messages": [{"role": "user", "content": scenario.QUESTION}]}, config=thread)

provider.shutdown()
