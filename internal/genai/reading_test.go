package genai

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

var update = flag.Bool("update", false, "write the expectations anew")

// seen is what the engine reads of one span, as the expectations beside the examples say it.
type seen struct {
	Span      string           `json:"span"`
	Dialects  []string         `json:"dialects,omitempty"`
	Kind      Kind             `json:"kind,omitempty"`
	Scope     string           `json:"scope,omitempty"`
	Replay    bool             `json:"replay,omitempty"`
	Tokens    map[string]int64 `json:"tokens,omitempty"`
	Inference []string         `json:"inference,omitempty"`
	CostUSD   *float64         `json:"cost_usd,omitempty"`
	Model     []string         `json:"model,omitempty"` // requested, without provider, actual, provider
	Messages  []string         `json:"messages,omitempty"`
	Tool      []string         `json:"tool,omitempty"` // call, result, id
	Identity  []string         `json:"identity,omitempty"`
	Artifacts []string         `json:"artifacts,omitempty"`
}

func see(span ptrace.Span, r *Reading) seen {
	s := seen{Span: span.Name(), Dialects: r.Dialects(), Kind: r.Kind, Replay: r.Replay, Inference: r.Usage.Inference, Artifacts: r.Artifacts}
	switch {
	case r.ModelCall:
		s.Scope = "call"
	case r.Aggregate:
		s.Scope = "aggregate"
	}
	for name, figure := range map[string]Figure{
		"input": r.Usage.Input, "output": r.Usage.Output, "cache_read": r.Usage.CacheRead, "cache_write": r.Usage.CacheWrite,
		"cache_write_1h": r.Usage.CacheWrite1h, "reasoning": r.Usage.Reasoning, "audio_input": r.Usage.AudioInput, "audio_output": r.Usage.AudioOutput,
	} {
		if figure.Known() {
			if s.Tokens == nil {
				s.Tokens = map[string]int64{}
			}
			s.Tokens[name] = figure.N
		}
	}
	if r.CostKnown {
		s.CostUSD = &r.Cost
	}
	s.Model = labelled("requested", r.ModelRequested, "name", r.ModelName, "actual", r.ModelActual, "provider", r.Provider)
	for _, m := range r.Messages {
		direction := "<"
		if m.Output {
			direction = ">"
		}
		s.Messages = append(s.Messages, direction+" "+string(m.Role)+" ("+m.Source+"): "+m.Text(600))
	}
	if r.Kind == KindTool {
		s.Tool = labelled("call", r.Tool.Text(600), "result", r.Tool.ResultText(600), "id", r.Tool.CallID)
	}
	s.Identity = labelled("response", r.ResponseID, "thread", r.Thread, "workflow", r.WorkflowID, "workflow name", r.WorkflowName, "node", r.NodeID, "node name", r.NodeName)
	return s
}

func labelled(pairs ...string) []string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			list = append(list, pairs[i]+"="+pairs[i+1])
		}
	}
	return list
}

// examples are the files with spans of a dialect: real captures, and those that were made by hand.
func examples(t testing.TB) []string {
	t.Helper()
	captured, err := filepath.Glob("testdata/captures/*/*.json")
	require.NoError(t, err)
	made, err := filepath.Glob("testdata/handmade/*.json")
	require.NoError(t, err)
	var list []string
	for _, path := range append(captured, made...) {
		if !strings.HasSuffix(path, ".want.json") && !strings.HasSuffix(path, ".logs.json") {
			list = append(list, path)
		}
	}
	return list
}

// load reads an example. Lines that hold several requests, as a file exporter writes them, are all read.
func load(t testing.TB, path string) []ptrace.Traces {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	var list []ptrace.Traces
	decoder := json.NewDecoder(bytes.NewReader(raw))
	for decoder.More() {
		var one json.RawMessage
		require.NoError(t, decoder.Decode(&one))
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(one)
		require.NoError(t, err, path)
		list = append(list, traces)
	}
	return list
}

// spansOf yields the spans of an example and their scopes.
func spansOf(t testing.TB, path string) func(yield func(string, ptrace.Span) bool) {
	return func(yield func(string, ptrace.Span) bool) {
		for _, traces := range load(t, path) {
			for _, resource := range traces.ResourceSpans().All() {
				for _, scope := range resource.ScopeSpans().All() {
					for _, span := range scope.Spans().All() {
						if !yield(scope.Scope().Name(), span) {
							return
						}
					}
				}
			}
		}
	}
}

func TestNothingOfASpanIsLeftWhenTheNextOneBegins(t *testing.T) {
	engine := NewEngine(Dialects())
	reader := engine.NewReader()
	for _, path := range examples(t) {
		for scope, span := range spansOf(t, path) {
			reader.Read(scope, span)
			reader.Begin()
			left := reader.reading
			for _, m := range left.Messages[:cap(left.Messages)] {
				assert.Zero(t, m)
			}
			assert.Empty(t, left.Artifacts)
			assert.Empty(t, left.Usage.Inference)
			left.Messages, left.Artifacts, left.Usage.Inference = nil, nil, nil
			assert.Equal(t, Reading{reader: reader}, left, "%s: %s", path, span.Name())
			assert.Len(t, reader.tree.nodes, 1)
			assert.Empty(t, reader.flat)
		}
	}
	reader.Forget()
	for _, v := range reader.values {
		assert.Zero(t, v)
	}
}

func TestEveryExampleIsReadAsExpected(t *testing.T) {
	engine := NewEngine(Dialects())
	for _, path := range examples(t) {
		t.Run(strings.TrimPrefix(path, "testdata/"), func(t *testing.T) {
			reader := engine.NewReader()
			var list []seen
			for scope, span := range spansOf(t, path) {
				list = append(list, see(span, reader.Read(scope, span)))
				list[len(list)-1].detach()
			}
			var got bytes.Buffer
			encoder := json.NewEncoder(&got)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", " ")
			require.NoError(t, encoder.Encode(list))

			expectation := strings.TrimSuffix(path, ".json") + ".want.json"
			if *update {
				require.NoError(t, os.WriteFile(expectation, got.Bytes(), 0o600))
			}
			want, err := os.ReadFile(expectation)
			require.NoError(t, err, "run the test with -update to write it")
			assert.Equal(t, string(want), got.String())
		})
	}
}

// detach copies what the reader reuses for the next span.
func (s *seen) detach() {
	s.Inference = append([]string(nil), s.Inference...)
	s.Artifacts = append([]string(nil), s.Artifacts...)
	if s.CostUSD != nil {
		usd := *s.CostUSD
		s.CostUSD = &usd
	}
}

// An example is one file for a dialect: testdata/handmade/<name>.json, or a folder of captures with that name.
func TestEveryDialectHasAnExample(t *testing.T) {
	have := map[string]bool{NameOrcheo: true} // its recordings are in internal/otlpreplay
	for _, path := range examples(t) {
		if filepath.Base(filepath.Dir(path)) == "handmade" {
			have[strings.TrimSuffix(filepath.Base(path), ".json")] = true
		} else {
			have[filepath.Base(filepath.Dir(path))] = true
		}
	}
	for _, d := range Dialects() {
		assert.True(t, have[d.Name], "%s has no example", d.Name)
	}
}

// What is in an example of a dialect is told as that dialect.
func TestEveryExampleIsToldAsItsDialect(t *testing.T) {
	engine := NewEngine(Dialects())
	for _, path := range examples(t) {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if filepath.Base(filepath.Dir(path)) != "handmade" {
			name = filepath.Base(filepath.Dir(path))
		}
		reader, found := engine.NewReader(), map[string]bool{}
		for scope, span := range spansOf(t, path) {
			for _, dialect := range reader.Read(scope, span).Dialects() {
				found[dialect] = true
			}
		}
		assert.True(t, found[name], "%s is read as %v", path, found)
	}
}
