package e2e

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestAgainstWhatOrcheoItselfAnswers holds our answer beside the one that Orcheo's backend gave for the same run. Every key of
// its answer is in ours; every value is the same but for these differences, each on purpose:
//
//   - ids: Orcheo derives span ids from the history; ours are those of OTLP, which Tempo and Jaeger know too.
//   - times of nodes: Orcheo shows a node from its finish to finish + latency, or with no end; ours are as sent, and
//     effective_start_time tells when the work began.
//   - attributes that only the history has: orcheo.workflow.state.*, and the thread on the root span.
//   - statuses of nodes that Orcheo reads from state words: over OTLP they say OK.
//   - roles: "message" there, "unknown" over OTLP, where a message names none.
//   - redaction: ours covers status messages too.
func TestAgainstWhatOrcheoItselfAnswers(t *testing.T) {
	c := startCollector(t, quickly)
	for _, name := range otlpreplay.Cases() {
		run := freshRun(t, name)
		if run.Case.GoldenREST == nil {
			continue // recorded from the SDK alone; there was no backend to ask
		}
		t.Run(name, func(t *testing.T) {
			c.send(t, otlpreplay.HTTPProtobuf, run, otlpreplay.Recorded)
			eventually(t, patience, "complete", func() bool { return c.trace(t, run.Expect.ExecutionID).Execution.Complete })
			var golden, ours traceJSON
			var goldenRaw, oursRaw map[string]any
			require.NoError(t, json.Unmarshal(run.Case.GoldenREST, &golden))
			require.NoError(t, json.Unmarshal(run.Case.GoldenREST, &goldenRaw))
			c.get(t, "/api/executions/"+url.PathEscape(run.Expect.ExecutionID)+"/trace", &ours)
			c.get(t, "/api/executions/"+url.PathEscape(run.Expect.ExecutionID)+"/trace", &oursRaw)
			assertKeys(t, goldenRaw, oursRaw, "answer")

			assert.Equal(t, golden.Execution.Status, ours.Execution.Status)
			assert.Equal(t, golden.Execution.TokenUsage, ours.Execution.TokenUsage)
			assert.Equal(t, golden.PageInfo.HasNextPage, ours.PageInfo.HasNextPage)
			if !assert.Len(t, ours.Spans, len(golden.Spans)) {
				return
			}
			compareSpans(t, golden, ours)
		})
	}
}

// assertKeys wants every key of Orcheo's answer in ours, at any depth but that of attributes and lists.
func assertKeys(t *testing.T, golden, ours map[string]any, path string) {
	t.Helper()
	for key, value := range golden {
		have, has := ours[key]
		if !assert.True(t, has, "%s.%s is missing", path, key) {
			continue
		}
		if inner, ok := value.(map[string]any); ok && key != "attributes" {
			if innerOurs, ok := have.(map[string]any); assert.True(t, ok, "%s.%s is no object", path, key) {
				assertKeys(t, inner, innerOurs, path+"."+key)
			}
		}
	}
}

func compareSpans(t *testing.T, golden, ours traceJSON) {
	byName := func(answer traceJSON) map[string]spanJSON {
		m := map[string]spanJSON{}
		for _, raw := range answer.Spans {
			s := parseSpan(t, raw)
			m[s.Name] = s
		}
		require.Len(t, m, len(answer.Spans), "the recordings name each span differently")
		return m
	}
	theirs, mine := byName(golden), byName(ours)
	for name, want := range theirs {
		got, has := mine[name]
		if !assert.True(t, has, "no span %q", name) {
			continue
		}
		assert.Equal(t, want.Parent == nil, got.Parent == nil, "%s: a root there is a root here", name)
		for key, value := range want.Attributes {
			if onlyInHistory(key) {
				continue
			}
			if key == "orcheo.execution.id" {
				assert.Equal(t, ours.Execution.ID, got.Attributes[key], "the replay's own id")
				continue
			}
			if key == "orcheo.node.status" && strings.ToLower(value.(string)) == got.Attributes[key] {
				continue // OTLP has it in lower case
			}
			assert.Equal(t, value, got.Attributes[key], "%s: %s", name, key)
		}
		for _, event := range want.Events {
			compareEvent(t, name, got, event.Name, event.Attributes)
		}
		if want.Status.Code == "ERROR" {
			assert.Equal(t, want.Status.Code, got.Status.Code, name)
		}
	}
}

func onlyInHistory(key string) bool {
	return strings.HasPrefix(key, "orcheo.workflow.state.") || key == "orcheo.execution.thread_id"
}

// compareEvent wants an event of that name with these attributes, but for roles that are not named over OTLP.
func compareEvent(t *testing.T, span string, got spanJSON, name string, want map[string]any) {
	t.Helper()
	found := slices.ContainsFunc(got.Events, func(e struct {
		Name       string         `json:"name"`
		Attributes map[string]any `json:"attributes"`
	},
	) bool {
		if e.Name != name {
			return false
		}
		for key, value := range want {
			if key == "role" && value == "message" {
				value = "unknown"
			}
			if key == "exception.stacktrace" || key == "exception.type" {
				continue // neutral in the recording
			}
			if e.Attributes[key] != value {
				return false
			}
		}
		return true
	})
	assert.True(t, found, "%s: no event %s %v among %v", span, name, want, got.Events)
}
