package genai

import (
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// BenchmarkRead reads each example once over, and a span that has nothing to do with models.
func BenchmarkRead(b *testing.B) {
	engine := NewEngine(Dialects())
	plain := ptrace.NewSpan()
	for key, value := range map[string]string{
		"http.request.method": "POST", "server.address": "api.example.com", "url.full": "https://api.example.com/v1/x", "network.protocol.version": "1.1",
		"http.response.status_code": "200", "user_agent.original": "x", "code.function.name": "send", "thread.name": "main",
	} {
		plain.Attributes().PutStr(key, value)
	}
	b.Run("plain_http", func(b *testing.B) { benchmarkSpans(b, engine, []string{"http"}, []ptrace.Span{plain}) })
	for _, path := range examples(b) {
		var scopes []string
		var spans []ptrace.Span
		for scope, span := range spansOf(b, path) {
			scopes, spans = append(scopes, scope), append(spans, span)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(path, "testdata/"), "captures/"), ".json")
		b.Run(strings.ReplaceAll(name, "/", "_"), func(b *testing.B) { benchmarkSpans(b, engine, scopes, spans) })
	}
}

func benchmarkSpans(b *testing.B, engine *Engine, scopes []string, spans []ptrace.Span) {
	reader := engine.NewReader()
	b.ReportAllocs()
	start, n := time.Now(), 0
	for b.Loop() {
		for i, span := range spans {
			reader.Read(scopes[i], span)
			n++
		}
	}
	b.ReportMetric(float64(time.Since(start).Nanoseconds())/float64(n), "ns/span")
}
