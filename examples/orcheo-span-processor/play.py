"""Play one workflow in the shape of Orcheo's spans, to try the processor without Orcheo.

    OTEL_BSP_SCHEDULE_DELAY=250 python play.py http://localhost:4318/v1/traces

As in Orcheo: one root `workflow.execution` that lasts as long as the run, and a child per node that is created when the
node has finished. Only ended spans are exported, so children leave first and the root last.
"""

from __future__ import annotations

import sys
import time
import uuid

from execution_id import ExecutionIdSpanProcessor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode

NODES = [
    ("load", "Load tickets", 0.4, {"orcheo.node.kind": "tool"}, []),
    (
        "triage",
        "Triage",
        0.7,
        {
            "orcheo.node.kind": "llm",
            "orcheo.ai.kind": "llm",
            "orcheo.ai.model.requested": "openai:gpt-4o-mini",
            "orcheo.ai.model.actual": "gpt-4o-mini-2024-07-18",
            "orcheo.ai.provider": "openai",
            "orcheo.token.input": 420,
            "orcheo.token.output": 80,
        },
        [("prompt", "Sort these three tickets by urgency."), ("response", "2, 3, 1")],
    ),
    ("notify", "Notify", 0.3, {"orcheo.node.kind": "tool", "orcheo.artifact.ids": ["digest-1"]}, []),
]


def main(endpoint: str) -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": "orcheo-backend"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    provider.add_span_processor(ExecutionIdSpanProcessor())
    tracer = provider.get_tracer("orcheo_backend.app.workflow_execution")

    execution_id = f"run-{uuid.uuid4()}"
    print(f"execution {execution_id}")
    root_attributes = {
        "orcheo.execution.id": execution_id,
        "orcheo.workflow.id": "ticket-digest",
        "orcheo.execution.run_name": "Ticket digest",
    }
    with tracer.start_as_current_span("workflow.execution", attributes=root_attributes) as root:
        for node_id, name, seconds, attributes, events in NODES:
            time.sleep(seconds)  # the node works; its span is made afterwards
            node_attributes = {
                "orcheo.node.id": node_id,
                "orcheo.node.display_name": name,
                "orcheo.node.status": "success",
                "orcheo.node.latency_ms": int(seconds * 1000),
                **attributes,
            }
            with tracer.start_as_current_span(name, attributes=node_attributes) as span:
                for event, preview in events:
                    span.add_event(event, {"preview": preview})
                span.set_status(Status(StatusCode.OK))
            print(f"  {name}")
        root.add_event("workflow.completed", {"status": "completed"})
        root.set_status(Status(StatusCode.OK))
    provider.shutdown()  # sends what is still waiting, the root


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:4318/v1/traces")
