//go:generate go tool mdatagen metadata.yaml

// Package partialspanconnector turns log records that tell of spans still running into spans, so that a Trace tab shows work
// before it is over. It reads the "partial span" records that G-Research's span processors send beside the ordinary spans:
// a heartbeat every few seconds, each with the whole span as it is so far.
//
// A span that it makes has no end and is marked with semconv.PartialKind. Such spans are for the live view; a pipeline that
// leads to a durable backend drops them.
package partialspanconnector
