"""Records the OpenInference instrumentations.

    python3 openinference/record.py openai | anthropic | google | langchain | both

"both" is the agent of LangChain with the client beneath it instrumented too: two spans of one call.
"""

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

elif which == "google":
    from google.genai import Client
    from openinference.instrumentation.google_genai import GoogleGenAIInstrumentor

    GoogleGenAIInstrumentor().instrument(tracer_provider=provider)
    with provider.get_tracer("weather").start_as_current_span("weather report"):
        scenario.ask_google(Client(api_key="none", http_options={"base_url": scenario.STUB}))

else:  # an agent with a tool
    from langchain.agents import create_agent
    from langchain_openai import ChatOpenAI
    from openinference.instrumentation.langchain import LangChainInstrumentor

    def get_weather(city: str) -> str:
        """Tells the weather in a city."""
        return scenario.WEATHER

    LangChainInstrumentor().instrument(tracer_provider=provider)
    if which == "both":
        from openinference.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor().instrument(tracer_provider=provider)
    model = ChatOpenAI(model=scenario.OPENAI_MODEL, **scenario.OPENAI)
    agent = create_agent(model, tools=[get_weather], system_prompt=scenario.SYSTEM, name="weather")
    thread = {"configurable": {"thread_id": "thread-1"}}
    question = {"messages": [{"role": "user", "content": scenario.QUESTION}]}
    if which == "both":  # the client's spans hang below whatever span is current, which LangChain's are not
        with provider.get_tracer("weather").start_as_current_span("weather report"):
            agent.invoke(question, config=thread)
    else:
        agent.invoke(question, config=thread)

provider.shutdown()
