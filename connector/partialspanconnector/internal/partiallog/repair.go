package partiallog

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
)

// Lengths of ids, in bytes.
const (
	traceIDSize = 16
	spanIDSize  = 8
)

// repair rewrites the ids of spans and links from base64 to hexadecimal, and leaves out what is neither: an id of a span
// (that of the record stands in), a whole link. Protobuf libraries print bytes as base64, where OTLP JSON says hexadecimal.
func repair(body []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // times in nanoseconds do not fit a float
	var request map[string]any
	if err := decoder.Decode(&request); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	for _, resource := range objects(request, "resourceSpans", "resource_spans") {
		for _, scope := range objects(resource, "scopeSpans", "scope_spans") {
			for _, span := range objects(scope, "spans") {
				repairSpan(span)
			}
		}
	}
	return json.Marshal(request)
}

func repairSpan(span map[string]any) {
	repairID(span, traceIDSize, "traceId", "trace_id")
	repairID(span, spanIDSize, "spanId", "span_id")
	repairID(span, spanIDSize, "parentSpanId", "parent_span_id")
	links, ok := span["links"].([]any)
	if !ok {
		delete(span, "links")
		return
	}
	readable := links[:0]
	for _, link := range links {
		l, ok := link.(map[string]any)
		if ok && repairID(l, traceIDSize, "traceId", "trace_id") && repairID(l, spanIDSize, "spanId", "span_id") {
			readable = append(readable, l)
		}
	}
	span["links"] = readable
}

// repairID writes the id under the first of the names that holds one in hexadecimal, or takes it out and says so.
func repairID(object map[string]any, size int, names ...string) (readable bool) {
	for _, name := range names {
		value, has := object[name]
		if !has {
			continue
		}
		text, _ := value.(string)
		id := readID(text, size)
		if id == "" {
			delete(object, name)
			continue
		}
		object[name] = id
		readable = true
	}
	return readable
}

// readID returns an id in hexadecimal, or nothing. The two encodings of an id differ in length, so they cannot be confused.
func readID(text string, size int) string {
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == size {
		return text
	}
	if raw, err := decodeBase64(text); err == nil && len(raw) == size {
		return hex.EncodeToString(raw)
	}
	return ""
}

// objects returns the objects of the lists under any of the names.
func objects(parent map[string]any, names ...string) []map[string]any {
	var found []map[string]any
	for _, name := range names {
		list, _ := parent[name].([]any)
		for _, item := range list {
			if object, ok := item.(map[string]any); ok {
				found = append(found, object)
			}
		}
	}
	return found
}
