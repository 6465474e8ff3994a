// Command receiver runs a program, gives it an OTLP endpoint, and writes what the program exports as one OTLP/JSON file.
//
//	go run ./receiver -o otel/chat.json -- python3 otel/record.py
//
// The program finds the endpoint in OTEL_EXPORTER_OTLP_ENDPOINT. Spans go to the file that -o names, in the order in which
// they arrived; log records, if there are any, go to a file beside it that ends in .logs.json.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

func main() {
	out := flag.String("o", "", "the file to write")
	longest := flag.Int("longest", 4000, "bytes of a string attribute that are kept, the rest is cut")
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		log.Fatal("usage: receiver -o FILE -- PROGRAM [ARGUMENT...]")
	}
	if err := record(*out, *longest, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func record(out string, longest int, program []string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for OTLP: %w", err)
	}
	inbox := &inbox{spans: ptrace.NewTraces(), records: plog.NewLogs()}
	server := &http.Server{Handler: inbox}
	go func() { _ = server.Serve(listener) }()

	child := exec.Command(program[0], program[1:]...)
	child.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+listener.Addr().String())
	child.Stdout, child.Stderr = os.Stderr, os.Stderr
	if err := child.Run(); err != nil {
		return fmt.Errorf("run %s: %w", program[0], err)
	}
	return errors.Join(server.Close(), inbox.write(out, &neutral{longest: longest}))
}

// inbox keeps everything that was exported, in the order of arrival.
type inbox struct {
	sync.Mutex
	spans   ptrace.Traces
	records plog.Logs
}

func (b *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := read(r)
	if err == nil {
		err = b.take(r.URL.Path, strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"), body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func read(r *http.Request) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(r.Body)
	}
	plain, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(plain)
}

// take accepts OTLP under any prefix (some SDKs post below a path of their own) and lets everything else pass unread.
func (b *inbox) take(path string, isJSON bool, body []byte) error {
	b.Lock()
	defer b.Unlock()
	switch {
	case strings.HasSuffix(path, "/v1/traces"):
		request := ptraceotlp.NewExportRequest()
		if err := unmarshal(request, isJSON, body); err != nil {
			return err
		}
		request.Traces().ResourceSpans().MoveAndAppendTo(b.spans.ResourceSpans())
	case strings.HasSuffix(path, "/v1/logs"):
		request := plogotlp.NewExportRequest()
		if err := unmarshal(request, isJSON, body); err != nil {
			return err
		}
		request.Logs().ResourceLogs().MoveAndAppendTo(b.records.ResourceLogs())
	}
	return nil
}

func unmarshal(request interface {
	UnmarshalProto([]byte) error
	UnmarshalJSON([]byte) error
}, isJSON bool, body []byte) error {
	if isJSON {
		return request.UnmarshalJSON(body)
	}
	return request.UnmarshalProto(body)
}

func (b *inbox) write(out string, n *neutral) error {
	b.Lock()
	defer b.Unlock()
	if b.spans.SpanCount() > 0 {
		n.traces(b.spans)
		plain, err := (&ptrace.JSONMarshaler{}).MarshalTraces(b.spans)
		if err := errors.Join(err, writeJSON(out, plain)); err != nil {
			return err
		}
	}
	if b.records.LogRecordCount() == 0 {
		return nil
	}
	n.logs(b.records)
	plain, err := (&plog.JSONMarshaler{}).MarshalLogs(b.records)
	return errors.Join(err, writeJSON(strings.TrimSuffix(out, ".json")+".logs.json", plain))
}

func writeJSON(file string, plain []byte) error {
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, plain, "", " "); err != nil {
		return err
	}
	pretty.WriteByte('\n')
	return os.WriteFile(file, pretty.Bytes(), 0o644)
}

// neutral takes out of a recording what belongs to the machine that made it, and cuts what is too long to keep.
type neutral struct{ longest int }

// machine says what stands in for an attribute that describes the machine, its user, the process or the checkout.
var machine = map[string]string{
	"host.name":               "host",
	"host.id":                 "host",
	"os.version":              "0",
	"process.owner":           "user",
	"process.executable.name": "program",
	"process.executable.path": "program",
	"process.command":         "program",
	"process.runtime.path":    "program",
	"service.instance.id":     "00000000-0000-4000-8000-000000000001",
	"thread.name":             "thread",

	"langsmith.metadata.LANGSMITH_ENDPOINT": "http://127.0.0.1:4318",
	"langsmith.metadata.revision_id":        "revision",

	// Claude Code's own instructions, which name the working directory and the system, and are not ours to keep.
	"system_prompt_preview": "[cut]",
	"system_reminders":      "[cut]",
	"tools":                 "[cut]",
}

func (n *neutral) traces(traces ptrace.Traces) {
	for _, rs := range traces.ResourceSpans().All() {
		n.attributes(rs.Resource().Attributes())
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				n.attributes(span.Attributes())
				for _, event := range span.Events().All() {
					n.attributes(event.Attributes())
				}
			}
		}
	}
}

func (n *neutral) logs(logs plog.Logs) {
	for _, rl := range logs.ResourceLogs().All() {
		n.attributes(rl.Resource().Attributes())
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				n.attributes(record.Attributes())
				n.value(record.Body())
			}
		}
	}
}

func (n *neutral) attributes(attributes pcommon.Map) {
	for key, value := range attributes.All() {
		switch stand, ok := machine[key]; {
		case ok:
			value.SetStr(stand)
		case key == "process.pid" || key == "process.parent_pid" || key == "thread.id":
			value.SetInt(1)
		case key == "process.command_args":
			value.SetEmptySlice()
		default:
			n.value(value)
		}
	}
}

func (n *neutral) value(value pcommon.Value) {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		if text := value.Str(); len(text) > n.longest {
			value.SetStr(strings.ToValidUTF8(text[:n.longest], "") + "[cut]")
		}
	case pcommon.ValueTypeMap:
		n.attributes(value.Map())
	case pcommon.ValueTypeSlice:
		for _, item := range value.Slice().All() {
			n.value(item)
		}
	}
}
