package rollout

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func TestTheShareIsReadFromTheTraceState(t *testing.T) {
	for state, want := range map[string]float64{
		"": 0, "ot=th:c": 0.25, "ot=th:8": 0.5, "ot=th:0": 1, "vendor=a,ot=rv:00112233445566;th:f": 0.0625,
		"ot=th:": 0, "ot=th:xyz": 0, "th:c": 0, "ot=th:123456789abcdef": 0,
	} {
		assert.InDelta(t, want, share(state), 1e-9, state)
	}
}

func TestABackendsAnswerIsReadInEveryWrapping(t *testing.T) {
	w := newWorkflow("orcheo-staging")
	td := w.beginning()
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	bare := string(text)
	batches := bare[len(`{"resourceSpans":`) : len(bare)-1]
	for name, body := range map[string]string{
		"OTLP": bare, "Jaeger's API v3": `{"result":` + bare + `}`, "Tempo's API v2": `{"trace":` + bare + `}`, "Tempo's older API": `{"batches":` + batches + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			got := readOTLP([]byte(body), w.trace)
			assert.Equal(t, map[string]int{w.call.String(): 1, w.node.String(): 1}, got.times)
			assert.Equal(t, []string{"orcheo-staging"}, got.services)
			assert.Equal(t, 1, got.missing(w.spans()), "the root is still to come")
			assert.Zero(t, got.repeated())
		})
	}
	assert.Empty(t, readOTLP([]byte(bare), pcommon.TraceID{1}).times, "another trace")
	assert.Empty(t, readOTLP([]byte("<html>"), w.trace).times)
}

func TestTheWorkflowPassesAnyShareAndIsMarked(t *testing.T) {
	w := newWorkflow("s")
	assert.Equal(t, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, w.trace[9:])
	for _, td := range []ptrace.Traces{w.beginning(), w.ending(), w.afterwards()} {
		for _, s := range td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			marked, is := s.Attributes().Get(Synthetic)
			assert.True(t, is && marked.Bool(), s.Name())
			assert.Equal(t, w.trace, s.TraceID())
		}
	}
}

func TestAReportForProgramsHasTheseNames(t *testing.T) {
	r := Report{Schema: Schema, Outcome: Failed, StartedAt: time.Unix(0, 0).UTC(), Steps: []Result{
		{ID: "name", Title: "Names resolve", Status: Passed, Detail: "d", Duration: time.Second, Millis: 1000},
		{ID: "tls", Title: "Certificates are good", Status: Failed, Detail: "<d>", Cause: "c", Remedy: "r"},
	}}
	var out bytes.Buffer
	require.NoError(t, r.WriteJSON(&out))
	assert.JSONEq(t, `{"schema":"canvas-rollout-check/1","outcome":"failed","started_at":"1970-01-01T00:00:00Z","duration_ms":0,"endpoint":"","server":"",
		"execution_id":"","trace_id":"","steps":[
		{"id":"name","title":"Names resolve","status":"passed","detail":"d","duration_ms":1000},
		{"id":"tls","title":"Certificates are good","status":"failed","detail":"<d>","cause":"c","remedy":"r","duration_ms":0}]}`, out.String())
	assert.Len(t, r.Failures(), 1)
}

func TestNoTokenIsTold(t *testing.T) {
	c := &check{prepared: prepared{Options: Options{IngestToken: "s3cret"}}}
	assert.Equal(t, "it says [token]", c.withoutSecrets("it says s3cret"))
}

func TestATokenIsNotToldInPartWhereAnAnswerIsCut(t *testing.T) {
	c := &check{prepared: prepared{Options: Options{IngestToken: "s3cret-of-senders"}}}
	for before := maxQuote - 20; before <= maxQuote; before++ {
		told := c.quote([]byte(strings.Repeat("é", before/2) + strings.Repeat("a", before%2) + "s3cret-of-senders, it says"))
		assert.NotContains(t, told, "s3", before)
		assert.True(t, utf8.ValidString(told), before)
	}
}

func TestTheSchemeOfAProxyTellsItsPort(t *testing.T) {
	for text, want := range map[string]string{
		"http://proxy.example.com": "proxy.example.com:80", "https://proxy.example.com": "proxy.example.com:443",
		"https://user:secret@proxy.example.com:3128": "proxy.example.com:3128", "http://[::1]": "[::1]:80",
	} {
		proxy, err := url.Parse(text)
		require.NoError(t, err)
		assert.Equal(t, want, proxyAddress(proxy), text)
	}
}
