"""Let every span of a workflow carry the id of its execution.

Orcheo puts `orcheo.execution.id` on the root span only, and the root is exported last, when the run is over. Whoever
watches a run by its execution id then has nothing to go by until the end. This processor copies the id, and the
workflow's, from the parent span in the same process to each child at the moment the child starts.
"""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

KEYS = ("orcheo.execution.id", "orcheo.workflow.id")


class ExecutionIdSpanProcessor(SpanProcessor):
    """Copies KEYS from the in-process parent to each span that does not have them."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        parent = trace.get_current_span(parent_context)
        if not isinstance(parent, ReadableSpan) or not parent.attributes:
            return  # no parent, a parent in another process, or one that is not sampled
        for key in KEYS:
            if key in parent.attributes and key not in (span.attributes or {}):
                span.set_attribute(key, parent.attributes[key])
