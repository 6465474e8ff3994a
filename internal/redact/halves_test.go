package redact

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/redact/redacttest"
)

// A secret that is split over two messages is two texts. Whatever of it begins as the shape begins is taken, from the
// shortest piece that cannot be a word: that is the first half. A second half without any mark of its shape is not
// recognisable to anybody who has only it, and stays.
func TestTheFirstHalfOfASplitKeyIsNotShown(t *testing.T) {
	redactor := newRedactor(t, Config{})
	shortPrefix := map[string]bool{
		"OpenAI": false, "Anthropic": false, "OpenRouter": false, "Langfuse": false, "GitHub, fine-grained": false, "GitLab": false, "Slack": false, "Stripe": false,
		"LangSmith": false, "Perplexity": false,
		"AWS Bedrock": true, "GitHub": true, "Groq": true, "Hugging Face": true, "xAI": true, "npm": true, "Google": true,
	}
	for _, class := range redacttest.Keys() {
		short, known := shortPrefix[class.Name]
		if !known {
			continue
		}
		generate(t, []redacttest.Class{class}, func(t *testing.T, r *rand.Rand, class redacttest.Class) {
			secret := class.Make(r).Secret
			cut := len(secret)/2 + r.IntN(len(secret)/2)
			first := secret[:cut]
			if !hasDigit(first[8:]) || short && !bothCases(first[5:]) { // it can be a word
				return
			}
			for _, text := range []string{"the key is " + first, `[{"role":"user","content":"the key is ` + first + `"},{"role":"user","content":"` + secret[cut:] + `"}]`, first + "…"} {
				if shown, _ := redactor.String(text); strings.Contains(shown, first) {
					t.Errorf("%s: %q", class.Name, shown)
				}
			}
		})
	}
}

func TestBothHalvesOfASplitPrivateKeyAreNotShown(t *testing.T) {
	redactor := newRedactor(t, Config{})
	const lines = "MIIEowIBAAKCAQEAx1YzQ0b2mJk3aVd8Nf7hPq\nrT5wE9uLsC4gXk0oBiZnAqWvGyH6jMtR2fDePlSu\n"
	first, _ := redactor.String("-----BEGIN PRIVATE KEY-----\n" + lines)
	second, _ := redactor.String(lines + "-----END PRIVATE KEY-----\nthen more")
	assert.Equal(t, "[REDACTED]", first)
	assert.Equal(t, "[REDACTED]\nthen more", second)
}

func TestWordsThatBeginLikeKeysAreNoHalves(t *testing.T) {
	redactor := newRedactor(t, Config{})
	for _, text := range []string{"hf_model", "sk-learn", "npm_config_v2", "import gsk_report", `{"tool":"hf_hub_download"}`, "xai-explain", "r8_conv", "use hf_llama7b", "sk-2024"} {
		shown, _ := redactor.String(text)
		assert.Equal(t, text, shown)
	}
}

func TestBase64IsLookedInto(t *testing.T) {
	redactor := newRedactor(t, Config{})
	for name, tt := range map[string]struct{ text, want string }{
		"a Kubernetes secret": {"data:\n  config: Z2hwXzE2QzdlNDJGMjkyYzY5MTJFNzcxMGM4MzgzNDdBZTE3OEI0YQ==\n", "data:\n  config: [REDACTED]\n"},
		"base64 in base64":    {"x WjJod1h6RTJRemRsTkRKR01qa3lZelk1TVRKRk56Y3hNR000TXpnek5EZEJaVEUzT0VJMFlRPT0= y", "x [REDACTED] y"},
		"characters before it that belong to its alphabet": {"file/Z2hwXzE2QzdlNDJGMjkyYzY5MTJFNzcxMGM4MzgzNDdBZTE3OEI0YQ==", "[REDACTED]"},
		"lines of it":    {"LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUVvd0lCQUFLQ0FRRUF4\nMVl6UTBiMm1KazNhVmQ4TmY3aFBxCi0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0=\nend", "[REDACTED]\nend"},
		"text":           {"aGVsbG8gd29ybGQsIG5vdGhpbmcgaGVyZQ==", "aGVsbG8gd29ybGQsIG5vdGhpbmcgaGVyZQ=="},
		"an allowed one": {"c3VwcG9ydCBpcyBhdCBoZWxwQGV4YW1wbGUub3JnIG5vdw==", "c3VwcG9ydCBpcyBhdCBoZWxwQGV4YW1wbGUub3JnIG5vdw=="},
	} {
		t.Run(name, func(t *testing.T) {
			r := redactor
			if name == "an allowed one" {
				r = newRedactor(t, Config{Allow: []string{"help@example.org"}})
			}
			shown, _ := r.String(tt.text)
			assert.Equal(t, tt.want, shown)
		})
	}
}
