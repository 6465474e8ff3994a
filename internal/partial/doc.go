// Package partial finds the spans of a trace pipeline that tell of work still under way, and says so in the one way that the
// components of this repository read: semconv.PartialKind and its companions.
//
// Senders announce such a span in four ways, and each is a dialect here:
//
//   - Logfire sends a "pending span" of its own when a span starts: a random id, the real span as its parent, and the real
//     parent in an attribute (github.com/pydantic/logfire, logfire/_internal/tracer.py and its siblings for Rust and JavaScript).
//   - Datadog's tracers send a long-running span again and again, with the time that it took so far; the last one says that it
//     was long-running (github.com/DataDog/dd-trace-go, ddtrace/tracer; dd-trace-java, "long-running traces").
//   - Some SDKs and programs simply send a span without an end.
//   - G-Research's collector ends a span of which it hears no more, and marks the end as made up (partial.gc, see
//     github.com/G-Research/otel-partial-collector).
//
// Partial spans over log records are the partialspan connector's business; its spans come marked already and are left alone.
package partial
