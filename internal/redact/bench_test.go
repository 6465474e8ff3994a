package redact

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// sequential is how most redactors work: every expression over the whole text, one after the other. It has as many
// expressions as our table has rules of that kind, and none of the validators.
var sequential = compile(
	`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----`,
	`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`,
	`\bsk-ant-[A-Za-z0-9_-]{12,}`, `\bsk-[A-Za-z0-9_-]{20,}`, `\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`, `\bABSK[A-Za-z0-9+/]{40,}`,
	`\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})`, `\bgl(?:pat|dt|rt|ptt)-[\w-]{16,}`, `\bxox[abeoprs][.-][\w.-]{10,}`,
	`hooks\.slack\.com/\S{16,}`, `\bAIza[\w-]{30,}`, `\bya29\.[\w-]{20,}`, `\bhf_\w{24,}`, `\bgsk_\w{20,}`, `\bxai-\w{24,}`, `\bpplx-\w{24,}`,
	`\br8_\w{24,}`, `\blsv2_(?:pt|sk)_\w{16,}`, `\bdapi[a-f0-9]{32}`, `\b(?:sk|rk)_(?:live|test)_\w{10,}`, `\bwhsec_\S{16,}`,
	`\bSG\.[\w-]{16,}\.[\w-]{16,}`, `\bnpm_\w{30,}`, `\bhv[sbr]\.[\w-]{20,}`,
	`[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@`, `[?&]sig=[\w%+/=-]{20,}`, `(?i)authorization["']?\s*[:=]\s*\S+`, `(?i)\bbearer\s+[\w.~+/=-]{8,}`,
	`(?i)cookie:\s*[^\r\n]+`, `(?i)(?:password|passwd|secret|token|api_?key|access_?key|private_?key|credential)["']?\s*[:=]\s*["']?[^\s"'&,;]{8,}`,
	`[\w.%+-]+@[\w-]+\.[\w.-]*[A-Za-z]{2,}`, `\b\d{3}-\d{2}-\d{4}\b`, `\b(?:\d[ -]?){13,19}\b`, `\+\d[\d -]{9,17}\d`,
)

func compile(patterns ...string) []*regexp.Regexp {
	list := make([]*regexp.Regexp, len(patterns))
	for i, p := range patterns {
		list[i] = regexp.MustCompile(p)
	}
	return list
}

func redactSequentially(text string) string {
	for _, pattern := range sequential {
		text = pattern.ReplaceAllLiteralString(text, DefaultMarker)
	}
	return text
}

// sample makes n bytes of a message history as it stands in an attribute; a dirty one has a secret in every kibibyte.
func sample(n int, dirty bool) string {
	const clean = `{"role":"user","parts":[{"type":"text","content":"Summarise the quarterly report for the board: revenue grew by 12.5 % ` +
		`to 48,200,100 in run 3f0d7f5e-3b8e-4d8e-9a5e-0c1f5a1b2c3d, token usage was 1200 in and 900 out.\nKeep it short, name three risks ` +
		`and the owner of each."}]},{"role":"assistant","parts":[{"type":"text","content":"Three risks stand out. First, supply: two vendors ` +
		`hold most of the volume. Second, churn in the smaller accounts rose in May. Third, the migration is late by six weeks."}]},`
	secrets := []string{"mail user@example.com ", "key sk-proj-abcdefghij0123456789ABCD ", "card 4111 1111 1111 1111 ", "token=abcdefgh12345678 "}
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		if dirty && i%2 == 0 {
			b.WriteString(secrets[i/2%len(secrets)])
		}
		b.WriteString(clean)
	}
	return b.String()[:n]
}

// BenchmarkString measures values that were not seen before.
func BenchmarkString(b *testing.B) {
	r := newRedactor(b, Config{})
	for _, size := range []int{512, 4 << 10, 64 << 10} {
		for _, dirty := range []bool{false, true} {
			text := sample(size, dirty)
			b.Run(fmt.Sprintf("%dB/dirty=%v", size, dirty), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					p := r.NewPass()
					if f := p.search(text, classText); len(f.matches) > 0 {
						p.replaceAll(text, f, classText, new(Hits)) // what comes of it is remembered
					}
				}
				perOp := b.Elapsed() / time.Duration(b.N)
				b.ReportMetric(float64(timeOf(func() { redactSequentially(text) }))/float64(perOp), "x_faster_than_sequential")
			})
		}
	}
}

// BenchmarkRepeatedString measures clean values that come again, as a conversation's history does with every turn.
func BenchmarkRepeatedString(b *testing.B) {
	r := newRedactor(b, Config{})
	for _, size := range []int{shortRemembered, 512, 4 << 10, 64 << 10} {
		text := sample(size, false)
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				r.String(text)
			}
		})
	}
}

// shortValues are what most attributes of a span hold.
var shortValues = []string{
	"openai", "node-2", "Draft Answer", "success", "gpt-4o-mini-2024-07-18", "chatcmpl-9x8y7zAbCdEf", "workflow.execution", "POST",
	"https://api.openai.com/v1/chat/completions", "3f0d7f5e-3b8e-4d8e-9a5e-0c1f5a1b2c3d", "2026-11-22T14:31:01.198132+00:00",
	"opentelemetry.instrumentation.openai", "0ba177cbd213d5e175691cc9b9de7b69", "orcheo_backend.app.main", "application/json; charset=utf-8",
}

func BenchmarkShortStrings(b *testing.B) {
	r := newRedactor(b, Config{})
	size := 0
	for _, value := range shortValues {
		size += len(value)
	}
	b.ReportAllocs()
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, value := range shortValues {
			r.String(value)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(shortValues)), "ns/value")
}

// BenchmarkMap measures the attributes of one span of a workflow's node.
func BenchmarkMap(b *testing.B) {
	r := newRedactor(b, Config{Identifiers: []string{"orcheo.execution.id", "orcheo.node.id", "gen_ai.response.id"}})
	m := pcommon.NewMap()
	for i, key := range []string{
		"orcheo.node.id", "orcheo.node.display_name", "orcheo.node.kind", "orcheo.node.status", "orcheo.ai.kind", "orcheo.ai.model.requested",
		"gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.response.id", "server.address",
	} {
		m.PutStr(key, shortValues[i])
	}
	for _, key := range []string{"orcheo.token.input", "orcheo.token.output", "orcheo.node.latency_ms", "server.port"} {
		m.PutInt(key, 1200)
	}
	b.ReportAllocs()
	for b.Loop() {
		var hits Hits
		p := r.NewPass()
		p.Map(m, &hits)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m.Len()), "ns/attribute")
}

// timeOf returns what f takes, the best of a few runs.
func timeOf(f func()) time.Duration {
	best := time.Duration(1 << 62)
	for range 5 {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	return best
}
