"""Records the SDK of Traceloop, whose decorators make the spans above the model calls: python3 openllmetry/record_workflow.py"""

import os

os.environ["TRACELOOP_TELEMETRY"] = "false"

import scenario
from openai import OpenAI
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import task, tool, workflow

endpoint = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
Traceloop.init(app_name="weather", api_endpoint=endpoint, api_key="none", disable_batch=True)


@tool(name="get_weather")
def get_weather(city):
    return scenario.WEATHER


@task(name="ask")
def ask():
    get_weather("Paris")
    scenario.ask_openai(OpenAI(**scenario.OPENAI))


@workflow(name="weather")
def weather(question):
    Traceloop.set_association_properties({"session_id": "session-1", "user_id": "user-1"})
    ask()
    return "It is 17 degrees and cloudy in Paris."


weather(scenario.QUESTION)
