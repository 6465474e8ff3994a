"""A model server that answers every request with the same words and figures: OpenAI's chat completions, responses and
embeddings, Anthropic's messages, whole or streamed, and Google's generateContent. It runs no model and calls nobody.

    python3 stub.py [port]        listens on 127.0.0.1:8900 unless told otherwise

What it answers depends on two things: whether the request offers a tool, and whether it brings a tool's result.
"""

import base64
import itertools
import json
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER = "It is 17 degrees and cloudy in Paris."

# The usage that the server reports, which is what a correct account of a capture must arrive at.
# OpenAI counts the cached part inside the prompt and the reasoning inside the completion.
OPENAI = {
    "plain": {"prompt": 1200, "cached": 1024, "completion": 80, "reasoning": 48},
    "tool_call": {"prompt": 1500, "cached": 1024, "completion": 60, "reasoning": 32},
    "tool_result": {"prompt": 1640, "cached": 1408, "completion": 45, "reasoning": 16},
}
# Anthropic counts the cache beside the input: a prompt is the sum of the three.
ANTHROPIC = {
    "plain": {"input": 120, "read": 2048, "write_5m": 384, "write_1h": 128, "output": 75},
    "tool_call": {"input": 90, "read": 2048, "write_5m": 256, "write_1h": 0, "output": 50},
    "tool_result": {"input": 40, "read": 2304, "write_5m": 0, "write_1h": 0, "output": 35},
}
# Google counts the cached part inside the prompt, but the thoughts beside the candidates.
GOOGLE = {
    "plain": {"prompt": 1200, "cached": 1024, "candidates": 32, "thoughts": 48},
    "tool_call": {"prompt": 1500, "cached": 1024, "candidates": 28, "thoughts": 32},
    "tool_result": {"prompt": 1640, "cached": 1408, "candidates": 29, "thoughts": 16},
}
EMBEDDING_TOKENS = 9

# The tools that the server knows how to call, and what it asks of them.
TOOLS = {
    "get_weather": {"city": "Paris"},
    "Bash": {"command": "echo 17 degrees and cloudy", "description": "Look up the weather in Paris"},
}

DATED = {"gpt-5-mini": "gpt-5-mini-2025-08-07", "claude-sonnet-4-5": "claude-sonnet-4-5-20250929"}
CREATED = 1767225600

serial = itertools.count(1)


def situation(offered, has_result):
    """Names the kind of answer, and the tool to call if the answer is a call."""
    if has_result:
        return "tool_result", None
    tool = next((name for name in TOOLS if name in offered), None)
    return ("tool_call", tool) if tool else ("plain", None)


def openai_usage(kind, prompt, completion):
    u = OPENAI[kind]
    return {
        f"{prompt}_tokens": u["prompt"],
        f"{completion}_tokens": u["completion"],
        "total_tokens": u["prompt"] + u["completion"],
        f"{prompt}_tokens_details": {"cached_tokens": u["cached"], **({"audio_tokens": 0} if prompt == "prompt" else {})},
        f"{completion}_tokens_details": {"reasoning_tokens": u["reasoning"]},
    }


def chat_completion(request):
    offered = [t["function"]["name"] for t in request.get("tools", []) if "function" in t]
    kind, tool = situation(offered, request["messages"][-1]["role"] == "tool")
    message = {"role": "assistant", "content": None if tool else ANSWER, "refusal": None}
    if tool:
        call = {"name": tool, "arguments": json.dumps(TOOLS[tool])}
        message["tool_calls"] = [{"id": f"call_{next(serial)}", "type": "function", "function": call}]
    return {
        "id": f"chatcmpl-{next(serial)}",
        "object": "chat.completion",
        "created": CREATED,
        "model": DATED.get(request["model"], request["model"]),
        "service_tier": "default",
        "system_fingerprint": "fp_stub",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if tool else "stop"}],
        "usage": openai_usage(kind, "prompt", "completion"),
    }


def chat_chunks(request):
    whole = chat_completion(request)
    choice, usage = whole.pop("choices")[0], whole.pop("usage")
    whole["object"] = "chat.completion.chunk"

    def chunk(delta, finish=None):
        return {**whole, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    message = choice["message"]
    yield chunk({"role": "assistant", "content": ""})
    for index, call in enumerate(message.get("tool_calls", [])):
        yield chunk({"tool_calls": [{"index": index, **call}]})
    for word in (message["content"] or "").split(" "):
        yield chunk({"content": word + " "})
    yield chunk({}, choice["finish_reason"])
    if request.get("stream_options", {}).get("include_usage"):
        yield {**whole, "choices": [], "usage": usage}


def response(request):
    items = request["input"] if isinstance(request["input"], list) else []
    offered = [t.get("name") for t in request.get("tools", [])]
    kind, tool = situation(offered, any(i.get("type") == "function_call_output" for i in items))
    if tool:
        output = {"type": "function_call", "id": f"fc_{next(serial)}", "call_id": f"call_{next(serial)}", "name": tool,
                  "arguments": json.dumps(TOOLS[tool]), "status": "completed"}
    else:
        text = {"type": "output_text", "text": ANSWER, "annotations": []}
        output = {"type": "message", "id": f"msg_{next(serial)}", "role": "assistant", "status": "completed", "content": [text]}
    return {
        "id": f"resp_{next(serial)}", "object": "response", "created_at": CREATED, "status": "completed", "error": None,
        "incomplete_details": None, "instructions": request.get("instructions"), "metadata": {},
        "model": DATED.get(request["model"], request["model"]), "output": [output], "parallel_tool_calls": True,
        "tool_choice": "auto", "tools": request.get("tools", []), "usage": openai_usage(kind, "input", "output"),
    }


def embeddings(request):
    inputs = request["input"] if isinstance(request["input"], list) else [request["input"]]
    vector = [0.25, -0.5, 0.125, 1.0]
    if request.get("encoding_format") == "base64":
        vector = base64.b64encode(struct.pack("<4f", *vector)).decode()
    data = [{"object": "embedding", "index": i, "embedding": vector} for i in range(len(inputs))]
    usage = {"prompt_tokens": EMBEDDING_TOKENS, "total_tokens": EMBEDDING_TOKENS}
    return {"object": "list", "model": request["model"], "data": data, "usage": usage}


def message(request):
    content = request["messages"][-1]["content"]
    has_result = isinstance(content, list) and any(b.get("type") == "tool_result" for b in content)
    kind, tool = situation([t.get("name") for t in request.get("tools", [])], has_result)
    if tool:
        block = {"type": "tool_use", "id": f"toolu_{next(serial)}", "name": tool, "input": TOOLS[tool]}
    else:
        block = {"type": "text", "text": ANSWER}
    u = ANTHROPIC[kind]
    return {
        "id": f"msg_{next(serial)}", "type": "message", "role": "assistant",
        "model": DATED.get(request["model"], request["model"]), "content": [block],
        "stop_reason": "tool_use" if tool else "end_turn", "stop_sequence": None,
        "usage": {
            "input_tokens": u["input"],
            "cache_read_input_tokens": u["read"],
            "cache_creation_input_tokens": u["write_5m"] + u["write_1h"],
            "cache_creation": {"ephemeral_5m_input_tokens": u["write_5m"], "ephemeral_1h_input_tokens": u["write_1h"]},
            "output_tokens": u["output"],
            "service_tier": "standard",
        },
    }


def message_events(request):
    whole = message(request)
    block, reason, output = whole["content"][0], whole["stop_reason"], whole["usage"]["output_tokens"]
    start = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
    yield {"type": "message_start", "message": start}
    if block["type"] == "text":
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        for word in block["text"].split(" "):
            yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word + " "}}
    else:
        yield {"type": "content_block_start", "index": 0, "content_block": {**block, "input": {}}}
        arguments = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield {"type": "content_block_delta", "index": 0, "delta": arguments}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": output}}
    yield {"type": "message_stop"}


def google_content(request):
    offered = [d["name"] for t in request.get("tools", []) for d in t.get("functionDeclarations", [])]
    has_result = any("functionResponse" in p for p in request["contents"][-1]["parts"])
    kind, tool = situation(offered, has_result)
    part = {"functionCall": {"name": tool, "args": TOOLS[tool]}} if tool else {"text": ANSWER}
    u = GOOGLE[kind]
    return {
        "responseId": f"google-{next(serial)}", "modelVersion": "gemini-2.5-flash",
        "candidates": [{"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [part]}}],
        "usageMetadata": {
            "promptTokenCount": u["prompt"], "cachedContentTokenCount": u["cached"], "candidatesTokenCount": u["candidates"],
            "thoughtsTokenCount": u["thoughts"], "totalTokenCount": u["prompt"] + u["candidates"] + u["thoughts"],
        },
    }


def openai_stream(request):
    return "".join(f"data: {json.dumps(c)}\n\n" for c in chat_chunks(request)) + "data: [DONE]\n\n"


def anthropic_stream(request):
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in message_events(request))


# path -> how to answer whole, how to answer streamed
ROUTES = {
    "/v1/chat/completions": (chat_completion, openai_stream),
    "/v1/responses": (response, None),
    "/v1/embeddings": (embeddings, None),
    "/v1/messages": (message, anthropic_stream),
    "/v1/models/gemini-2.5-flash:generateContent": (google_content, None),
    "/v1beta/models/gemini-2.5-flash:generateContent": (google_content, None),
    "/v1/messages/count_tokens": (lambda _: {"input_tokens": ANTHROPIC["plain"]["input"]}, None),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        route = ROUTES.get(self.path.split("?")[0])
        if not route:
            return self.reply(404, "application/json", json.dumps({"error": {"message": f"no route {self.path}"}}))
        whole, streamed = route
        if streamed and request.get("stream"):
            return self.reply(200, "text/event-stream", streamed(request))
        self.reply(200, "application/json", json.dumps(whole(request)))

    def do_GET(self):
        self.reply(404, "application/json", "{}")

    do_HEAD = do_GET

    def reply(self, status, kind, body):
        body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8900
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
