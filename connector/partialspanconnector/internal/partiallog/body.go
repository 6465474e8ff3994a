package partiallog

import (
	"encoding/base64"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

func readProto(body []byte) (ptrace.Traces, error) {
	var decoder ptrace.ProtoUnmarshaler
	traces, err := decoder.UnmarshalTraces(body)
	if err != nil {
		return ptrace.Traces{}, fmt.Errorf("read the body as OTLP protobuf: %w", err)
	}
	return traces, nil
}

func readBase64(body string) (ptrace.Traces, error) {
	raw, err := decodeBase64(strings.TrimSpace(body))
	if err != nil {
		return ptrace.Traces{}, fmt.Errorf("read the body as base64: %w", err)
	}
	return readProto(raw)
}

// readJSON reads OTLP JSON. What pdata refuses is repaired and read once more; what it takes at once loses nothing on the way.
func readJSON(body []byte) (ptrace.Traces, error) {
	var decoder ptrace.JSONUnmarshaler
	traces, err := decoder.UnmarshalTraces(body)
	if err == nil {
		return traces, nil
	}
	repaired, err := repair(body)
	if err != nil {
		return ptrace.Traces{}, fmt.Errorf("read the body as JSON: %w", err)
	}
	traces, err = decoder.UnmarshalTraces(repaired)
	if err != nil {
		return ptrace.Traces{}, fmt.Errorf("read the body as OTLP JSON: %w", err)
	}
	return traces, nil
}

// decodeBase64 takes both alphabets, with and without padding.
func decodeBase64(s string) ([]byte, error) {
	s = strings.TrimRight(s, "=")
	if strings.ContainsAny(s, "-_") {
		return base64.RawURLEncoding.DecodeString(s)
	}
	return base64.RawStdEncoding.DecodeString(s)
}
