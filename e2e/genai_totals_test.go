package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

const captures = "../internal/genai/testdata/captures"

// account is what an execution must come to: input with its cache, output with its reasoning, and both parts.
type account struct{ input, output, cacheRead, cacheWrite int64 }

// captured says what each recorded run of a library really used, by what the model server said (testdata/captures/README.md);
// where a library reports something else than the server, why says what.
var captured = map[string]struct {
	account
	why string
}{
	"claude-code/print":          {account: account{4738, 85, 4352, 256}},
	"claude-code/print-2.1.197":  {account: account{4738, 85, 4352, 256}},
	"claude-code/print-detailed": {account: account{4738, 85, 4352, 256}},
	"langfuse/openai":            {account: account{5540 + 9 + 2680, 340, 6528, 512}},
	"langfuse/openai-v3":         {account: account{5540 + 9 + 2680, 340, 6528, 512}},
	"langsmith/langchain":        {account: account{3140, 105, 2432, 0}},
	"langsmith/openai":           {account: account{5540, 265, 4480, 0}, why: "the embedding is not traced"},
	"openinference/anthropic":    {account: account{10098, 235, 8448, 1280}},
	"openinference/both":         {account: account{3140, 105, 2432, 0}},
	"openinference/google":       {account: account{4340, 185, 3456, 0}},
	"openinference/langchain":    {account: account{3140, 105, 2432, 0}},
	"openinference/openai":       {account: account{5540 + 9, 265, 4480, 0}},
	"openllmetry/anthropic":      {account: account{10098, 236, 8448, 1280}, why: "the library counts one token too many of a streamed answer"},
	"openllmetry/anthropic-0.49": {account: account{7418, 160, 6400, 768}, why: "the streamed call reports no usage"},
	"openllmetry/openai":         {account: account{5540 + 9, 265, 4480, 0}},
	"openllmetry/openai-0.49":    {account: account{5540 + 9, 265, 4480, 0}},
	"openllmetry/workflow":       {account: account{5540 + 9, 265, 4480, 0}},
	"otel/anthropic":             {account: account{10098, 235, 8448, 1280}},
	"otel/google":                {account: account{4340, 185, 3456, 0}},
	"otel/openai":                {account: account{5540 + 9, 265, 4480, 0}},
	"otel/openai-v2":             {account: account{5540 + 9, 265, 0, 0}, why: "no cache is reported"},
	"otel/openai-v2-latest":      {account: account{5540 + 9, 265, 0, 0}, why: "no cache is reported"},
	"pydantic-ai/anthropic-v2":   {account: account{4738, 85, 4352, 256}},
	"pydantic-ai/anthropic-v6":   {account: account{4738, 85, 4352, 256}},
	"pydantic-ai/openai-v1":      {account: account{3140, 105, 2432, 0}},
	"pydantic-ai/openai-v6":      {account: account{3140, 105, 2432, 0}},
	"vercel/anthropic-v5":        {account: account{7418, 160, 6400, 768}},
	"vercel/anthropic-v6":        {account: account{7418, 160, 6400, 768}},
	"vercel/anthropic-v7":        {account: account{7418, 160, 6400, 768}},
	"vercel/openai-v5":           {account: account{4340 + 9, 185, 1024, 0}, why: "only the streamed call reports its cache"},
	"vercel/openai-v6":           {account: account{4340 + 9, 185, 3456, 0}},
	"vercel/openai-v7":           {account: account{4340 + 9, 185, 3456, 0}},
}

// Whatever library reported the calls, and however often, the Trace tab's totals are what the model server charged.
func TestEveryRecordedLibraryComesToWhatTheServerCharged(t *testing.T) {
	files, err := filepath.Glob(captures + "/*/*.json")
	require.NoError(t, err)
	c := startCollector(t)
	sender, err := otlpreplay.Dial(otlpreplay.HTTPProtobuf, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".logs.json") || strings.HasSuffix(file, ".want.json") {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), captures+"/"), ".json")
		want, known := captured[name]
		require.True(t, known, "%s: say what the run must come to", name)
		seen++
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(text)
			require.NoError(t, err)
			ids := map[string]int{}
			for _, f := range flatten(traces) {
				ids[f.span.TraceID().String()]++
			}
			require.NoError(t, sender.Send(testContext(t), traces))
			var got account
			for id, spans := range ids {
				got.add(c.totals(t, id, spans))
			}
			assert.Equal(t, want.account, got, want.why)
		})
	}
	assert.Len(t, captured, seen, "every run that is listed is recorded")
}

func (a *account) add(b account) {
	a.input += b.input
	a.output += b.output
	a.cacheRead += b.cacheRead
	a.cacheWrite += b.cacheWrite
}

// totals asks for an execution until all its spans are there.
func (c *collector) totals(t *testing.T, id string, spans int) account {
	t.Helper()
	var answer struct {
		Execution struct {
			TokenUsage struct{ Input, Output int64 } `json:"token_usage"`
			SpanCount  int                           `json:"span_count"`
			Usage      struct {
				CacheRead  int64 `json:"cache_read"`
				CacheWrite int64 `json:"cache_write"`
			} `json:"usage"`
		} `json:"execution"`
	}
	eventually(t, 10*time.Second, "all spans of "+id, func() bool {
		resp, err := http.Get("http://" + c.server + "/api/executions/" + id + "/trace")
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(body, &answer), "%.300s", body)
		return answer.Execution.SpanCount >= spans
	})
	e := answer.Execution
	return account{e.TokenUsage.Input, e.TokenUsage.Output, e.Usage.CacheRead, e.Usage.CacheWrite}
}
