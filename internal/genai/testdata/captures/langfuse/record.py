"""Records the Langfuse SDK: an observed agent with a tool, over Langfuse's wrapper of the OpenAI client.

    python3 langfuse/record.py
"""

import os

import scenario

os.environ |= {
    "LANGFUSE_HOST": os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    "LANGFUSE_BASE_URL": os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    "LANGFUSE_PUBLIC_KEY": "public",
    "LANGFUSE_SECRET_KEY": "none",
}

from langfuse import get_client, observe, propagate_attributes
from langfuse.openai import OpenAI


@observe(as_type="tool")
def get_weather(city):
    return scenario.WEATHER


@observe(as_type="agent", name="weather")
def weather(question):
    get_weather("Paris")
    scenario.ask_openai(OpenAI(**scenario.OPENAI))
    with get_client().start_as_current_observation(name="draft", as_type="generation", model="claude-sonnet-4-5") as draft:
        draft.update(input=question, output="Cloudy.", usage_details={
            "input": 120, "output": 75, "input_cached_tokens": 2048, "input_cache_creation": 512})
    return "It is 17 degrees and cloudy in Paris."


with propagate_attributes(session_id="session-1", user_id="user-1", tags=["forecast"]):
    weather(scenario.QUESTION)
get_client().flush()
