package otlpreplay

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

//go:embed testdata/orcheo
var files embed.FS

const root = "testdata/orcheo"

// Meta is what a recording says about itself.
type Meta struct {
	ExecutionID   string `json:"execution_id"`
	WorkflowID    string `json:"workflow_id"`
	TraceID       string `json:"trace_id"` // hex
	Spans         int    `json:"otlp_spans"`
	Requests      int    `json:"otlp_requests"`
	RootInRequest []int  `json:"root_in_request"` // indices of the requests that hold the root
}

// Case is one recording. It must not be changed; Fresh makes a copy to send.
type Case struct {
	Name     string
	Meta     Meta
	Requests []ptrace.Traces // in the order in which they were sent
	// GoldenREST is what Orcheo's own backend answered to GET /api/executions/{id}/trace for this run: its span ids are
	// derived and differ from those over OTLP. Nil where the recording has none.
	GoldenREST []byte
}

// Cases lists the recordings, sorted by name.
func Cases() []string {
	entries, err := files.ReadDir(root)
	if err != nil {
		panic("otlpreplay: the embedded recordings cannot be read: " + err.Error()) // the compiler put them there
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// Load reads a recording. The error of an unknown name lists the names there are.
func Load(name string) (*Case, error) {
	if !slices.Contains(Cases(), name) {
		return nil, fmt.Errorf("no recording %q; there are: %s", name, strings.Join(Cases(), ", "))
	}
	c := &Case{Name: name}
	if err := c.load(path.Join(root, name)); err != nil {
		return nil, fmt.Errorf("load the recording %q: %w", name, err)
	}
	return c, nil
}

func (c *Case) load(folder string) error {
	meta, err := files.ReadFile(path.Join(folder, "meta.json"))
	if err != nil {
		return err
	}
	if err = json.Unmarshal(meta, &c.Meta); err != nil {
		return fmt.Errorf("meta.json: %w", err)
	}
	c.GoldenREST, err = files.ReadFile(path.Join(folder, "golden-rest.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	requests, err := fs.Glob(files, path.Join(folder, "req-*.json"))
	if err != nil {
		return err
	}
	var decoder ptrace.JSONUnmarshaler
	for _, file := range requests { // Glob sorts by name, and the names are numbered
		text, err := files.ReadFile(file)
		if err != nil {
			return err
		}
		request, err := decoder.UnmarshalTraces(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path.Base(file), err)
		}
		c.Requests = append(c.Requests, request)
	}
	return nil
}

// spans calls visit for every span of a request, with the resource and scope it belongs to.
func spans(request ptrace.Traces, visit func(ptrace.ResourceSpans, ptrace.ScopeSpans, ptrace.Span)) {
	for _, resource := range request.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				visit(resource, scope, span)
			}
		}
	}
}
