package canvaswire

import "go.opentelemetry.io/collector/pdata/ptrace"

// kinds are OTLP's span kinds in the words of the wire, by number.
var kinds = [...]string{
	ptrace.SpanKindUnspecified: "unspecified",
	ptrace.SpanKindInternal:    "internal",
	ptrace.SpanKindServer:      "server",
	ptrace.SpanKindClient:      "client",
	ptrace.SpanKindProducer:    "producer",
	ptrace.SpanKindConsumer:    "consumer",
}

// statusCodes are OTLP's status codes in Orcheo's words, by number.
var statusCodes = [...]string{
	ptrace.StatusCodeUnset: "UNSET",
	ptrace.StatusCodeOk:    "OK",
	ptrace.StatusCodeError: "ERROR",
}

func kindKnown(k ptrace.SpanKind) bool { return k >= 0 && int(k) < len(kinds) }

func statusKnown(c ptrace.StatusCode) bool { return c >= 0 && int(c) < len(statusCodes) }

// appendKind appends a kind; numbers that OTLP does not define are "unspecified".
func appendKind(dst []byte, k ptrace.SpanKind) []byte {
	if !kindKnown(k) {
		k = ptrace.SpanKindUnspecified
	}
	return append(append(append(dst, '"'), kinds[k]...), '"')
}

// appendStatusCode appends a status code; numbers that OTLP does not define are "UNSET".
func appendStatusCode(dst []byte, c ptrace.StatusCode) []byte {
	if !statusKnown(c) {
		c = ptrace.StatusCodeUnset
	}
	return append(append(append(dst, '"'), statusCodes[c]...), '"')
}
