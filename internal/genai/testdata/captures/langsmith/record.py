"""Records the LangSmith SDK in its OpenTelemetry mode: python3 langsmith/record.py openai | langchain"""

import os
import sys

import scenario

# The SDK reads its settings when it is imported.
os.environ |= {
    "LANGSMITH_OTEL_ENABLED": "true",
    "LANGSMITH_OTEL_ONLY": "true",
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_API_KEY": "none",
    "LANGSMITH_ENDPOINT": os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    "LANGSMITH_PROJECT": "weather",
}

provider = scenario.provider()

if sys.argv[1] == "openai":
    from langsmith import Client, traceable
    from langsmith.wrappers import wrap_openai
    from openai import OpenAI

    client = Client()

    @traceable(run_type="tool", client=client)
    def get_weather(city):
        return scenario.WEATHER

    @traceable(run_type="chain", name="weather", client=client, metadata={"thread_id": "thread-1"})
    def weather(question):
        get_weather("Paris")
        scenario.ask_openai(wrap_openai(OpenAI(**scenario.OPENAI)))
        return "It is 17 degrees and cloudy in Paris."

    weather(scenario.QUESTION)
    client.flush()
else:
    from langchain.agents import create_agent
    from langchain_core.tracers.langchain import wait_for_all_tracers
    from langchain_openai import ChatOpenAI

    def get_weather(city: str) -> str:
        """Tells the weather in a city."""
        return scenario.WEATHER

    model = ChatOpenAI(model=scenario.OPENAI_MODEL, **scenario.OPENAI)
    agent = create_agent(model, tools=[get_weather], system_prompt=scenario.SYSTEM, name="weather")
    thread = {"configurable": {"thread_id": "thread-1"}}
    agent.invoke({"messages": [{"role": "user", "content": scenario.QUESTION}]}, config=thread)
    wait_for_all_tracers()

provider.shutdown()
