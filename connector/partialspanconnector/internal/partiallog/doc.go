// Package partiallog reads the log records of "partial span" processors: each holds a span that still runs, as OTLP JSON or
// protobuf in its body, and says in its attributes which kind of news it is.
//
// The senders are G-Research's span processors (github.com/G-Research/otel-partial-python and its siblings for Java and
// .NET); the format is theirs, and what differs between them is read too.
package partiallog
