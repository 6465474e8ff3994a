package tokenpreviewprocessor

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/redact"
)

func newPreviewer(t testing.TB, length int) previewer {
	t.Helper()
	return newProcessor(t, func(c *Config) { c.PreviewMaxLength = length }).previews
}

func TestPreviewsAreCutOnCharacters(t *testing.T) {
	p := newPreviewer(t, 16)
	for text, want := range map[string]string{
		"":                           "",
		"sixteen letters!":           "sixteen letters!",
		"seventeen letters":          "seventeen lette…",
		strings.Repeat("界", 16):      strings.Repeat("界", 16),
		strings.Repeat("界", 17):      strings.Repeat("界", 15) + "…",
		"fifteen lette" + "\xff\xfe": "fifteen lette\uFFFD",
		"0123456789 ab@example.com":  "0123456789 …",
		"ab@example.com and more":    "[REDACTED] and …",
	} {
		got := p.of(text, new(redact.Hits))
		assert.Equal(t, want, got)
	}
}

// Cutting first would leave half a secret, which no rule knows.
func TestASecretAcrossTheCutIsNotShown(t *testing.T) {
	p := newPreviewer(t, 64)
	for text, secret := range map[string]string{
		"%s":                                 "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
		"mail %s":                            "user.name@mail.example.com",
		"card %s":                            "4111 1111 1111 1111",
		"ssn %s":                             "123-45-6789",
		`password="%s"`:                      "a long pass phrase of many words",
		"postgres://app:%s@db.example.com/x": "hunter2secret",
		"jwt %s":                             "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
		"key %s":                             "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
	} {
		for lead := range 64 {
			got := p.of(strings.Repeat("x", lead)+" "+fmt.Sprintf(text, secret)+" tail "+strings.Repeat("y ", 100), new(redact.Hits))
			for size := 5; size <= len(secret); size++ {
				require.NotContains(t, got, secret[:size])
				require.NotContains(t, got, secret[len(secret)-size:])
			}
		}
	}
}

func TestAPreviewOfAPreviewIsItself(t *testing.T) {
	pieces := []string{
		"user@example.com", "[REDACTED]", `"password":"`, `"token": "`, "abc", "…", "界", "\xff", " ", "4111111111111111", "2222", "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
		"123-45-6789", "Bearer ", "abcdef123456", "token=", "\n", `\`,
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "pieces"), "")
		length := rapid.IntRange(minPreview, 80).Draw(t, "length")
		p := previewer{redactor: lawRedactor, max: length}
		once := p.of(text, new(redact.Hits))
		var more redact.Hits
		if again := p.of(once, &more); again != once || len(more) > 0 {
			t.Fatalf("%v\n%q\n%q\n%q", more, text, once, again)
		}
		if !utf8.ValidString(once) || utf8.RuneCountInString(once) > length {
			t.Fatalf("%q", once)
		}
	})
}

var lawRedactor = func() *redact.Redactor {
	r, err := redact.New(redact.Config{})
	if err != nil {
		panic(err)
	}
	return r
}()

func TestTheCutIsWhereCountingCharactersPutsIt(t *testing.T) {
	p := newPreviewer(t, 24)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.OneOf(rapid.Just('a'), rapid.RuneFrom([]rune("bü界🚀"))), 0, 40, -1).Draw(t, "text")
		if at := rapid.IntRange(-1, len(text)).Draw(t, "broken at"); at >= 0 {
			text = text[:at] + "\xff\x80" + text[at:]
		}
		end, n := 0, 0
		for i := range text {
			if n == 23 {
				end = i
			}
			n++
		}
		got, longer := p.end(text)
		assert.Equal(t, n > 24, longer)
		assert.Equal(t, n > 24, p.isLonger(text))
		if longer {
			assert.Equal(t, end, got)
		}
	})
}

// What an event brought along is shown as input and output, too: the same text, made once or not.
func TestInputAndOutputAreWhatTheEventsShow(t *testing.T) {
	pieces := []string{
		"user@example.com", `"token": "`, "plain words, ", "…", "界", "\xff", " ", "4111111111111111", "2222", "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
		"\n", `[{"type":"text","text":"`, `"}]`, "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk", "{",
	}
	byMax := map[int]*tokenPreview{}
	for _, length := range []int{16, 24, 64, 512} {
		byMax[length] = newProcessor(t, func(c *Config) { c.PreviewMaxLength = length })
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 40).Draw(rt, "pieces"), "")
		length := rapid.SampledFrom([]int{16, 24, 64, 512}).Draw(rt, "length")
		traces, span := oneSpan(map[string]any{"gen_ai.operation.name": "chat", "orcheo.node.id": "step"})
		for range rapid.IntRange(1, 6).Draw(rt, "events") {
			event := span.Events().AppendEmpty()
			event.SetName("prompt")
			event.Attributes().PutStr("preview", rapid.SampledFrom([]string{text, "other words"}).Draw(rt, "text"))
		}
		last := span.Events().At(span.Events().Len() - 1)
		last.Attributes().PutStr("preview", text)
		p := byMax[length]
		want := lastSent(t, p, span)
		input, ok := firstSpan(processed(t, p, traces).ResourceSpans().At(0)).Attributes().Get(inputValue)
		if want == "" {
			require.False(rt, ok, "what nothing says")
			return
		}
		require.Equal(rt, want, input.Str())
	})
}

// lastSent is the preview of the last message that events say, made from what they say once it is redacted, and of nothing else.
func lastSent(t *testing.T, p *tokenPreview, span ptrace.Span) string {
	t.Helper()
	copied := ptrace.NewSpan()
	span.CopyTo(copied)
	messages := p.walk("", copied, p.engine.NewReader(), &batch{pass: p.redactor.NewPass()}).Messages
	for i := len(messages) - 1; i >= 0; i-- {
		if text := p.previews.ofMessage(&messages[i], new(redact.Hits)); text != "" {
			return text
		}
	}
	return ""
}
