"""What the recording programs have in common: the question, the tool, where the stub server is, and how spans leave.

Every call goes through the library under test; nothing here touches a span.
"""

import json
import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

STUB = os.environ.get("STUB_URL", "http://127.0.0.1:8900")
OPENAI = {"base_url": f"{STUB}/v1", "api_key": "none"}
ANTHROPIC = {"base_url": STUB, "api_key": "none"}
OPENAI_MODEL = "gpt-5-mini"
ANTHROPIC_MODEL = "claude-sonnet-4-5"
GOOGLE_MODEL = "gemini-2.5-flash"

SYSTEM = "You are a weather assistant. Answer in one sentence."
QUESTION = "What is the weather in Paris?"
WEATHER = "17 degrees, cloudy"
TOOL_DESCRIPTION = "Tells the weather in a city."
TOOL_SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def provider(service="weather"):
    """Makes the global tracer provider that exports to the receiver."""
    made = TracerProvider(resource=Resource.create({"service.name": service}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(made)
    return made


def ask_openai(client):
    """Makes four calls, whole, with a tool (two calls), streamed; then embeds one text."""
    tool = {"name": "get_weather", "description": TOOL_DESCRIPTION, "parameters": TOOL_SCHEMA}
    tools = [{"type": "function", "function": tool}]
    history = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
    model = {"model": OPENAI_MODEL, "max_completion_tokens": 200}
    create = client.chat.completions.create

    create(**model, messages=history, seed=7)

    call = create(**model, messages=history, tools=tools).choices[0].message
    told = {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": json.dumps({"weather": WEATHER})}
    create(**model, messages=[*history, call.model_dump(exclude_none=True), told], tools=tools)

    for _ in create(**model, messages=history, stream=True, stream_options={"include_usage": True}):
        pass

    client.embeddings.create(model="text-embedding-3-small", input=QUESTION)


def ask_anthropic(client):
    """Makes four calls, whole, with a tool (two calls), streamed."""
    tools = [{"name": "get_weather", "description": TOOL_DESCRIPTION, "input_schema": TOOL_SCHEMA}]
    history = [{"role": "user", "content": QUESTION}]
    model = {"model": ANTHROPIC_MODEL, "max_tokens": 200, "system": SYSTEM}
    create = client.messages.create

    create(**model, messages=history)

    call = create(**model, messages=history, tools=tools).content[0]
    asked = {"role": "assistant", "content": [{"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}]}
    told = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": WEATHER}]}
    create(**model, messages=[*history, asked, told], tools=tools)

    for _ in create(**model, messages=history, stream=True):
        pass


def ask_google(client):
    """Makes three calls, whole, with a tool (two calls)."""
    from google.genai import types

    plain = {"system_instruction": SYSTEM, "max_output_tokens": 200}
    function = {"name": "get_weather", "description": TOOL_DESCRIPTION, "parameters_json_schema": TOOL_SCHEMA}
    tools = {**plain, "tools": [{"function_declarations": [function]}]}
    generate = client.models.generate_content

    generate(model=GOOGLE_MODEL, contents=QUESTION, config=plain)

    asked = types.Content(role="user", parts=[types.Part(text=QUESTION)])
    call = generate(model=GOOGLE_MODEL, contents=[asked], config=tools).candidates[0].content
    result = types.Part.from_function_response(name="get_weather", response={"weather": WEATHER})
    told = types.Content(role="user", parts=[result])
    generate(model=GOOGLE_MODEL, contents=[asked, call, told], config=tools)
