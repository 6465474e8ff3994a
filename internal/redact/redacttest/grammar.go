// Package redacttest generates secrets, personal data and their look-alikes for tests: each class is a small grammar that
// a provider's documentation or a standard gives, and nothing generated is anybody's.
package redacttest

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// Class is one shape. Make draws one of it.
type Class struct {
	Name string
	Make func(r *rand.Rand) Sample
}

// Sample is a text with what it takes for a secret to be one (a name, a header, a word nearby), and the secret in it. A
// look-alike's Secret is the part that only looks like one.
type Sample struct {
	Text, Secret string
}

// bare is a secret that is one wherever it stands.
func bare(secret string) Sample { return Sample{Text: secret, Secret: secret} }

// in puts a secret into a frame, at its "%".
func in(frame, secret string) Sample {
	return Sample{Text: strings.Replace(frame, "%", secret, 1), Secret: secret}
}

// Alphabets.
const (
	digits    = "0123456789"
	lower     = "abcdefghijklmnopqrstuvwxyz"
	upper     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	alnum     = upper + lower + digits
	hexDigits = "0123456789abcdef"
	base32    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	base64url = alnum + "-_"
	base64std = alnum + "+/"
)

// chars draws n characters of an alphabet.
func chars(r *rand.Rand, n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func between(r *rand.Rand, low, high int) int { return low + r.IntN(high-low+1) }

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func uuid(r *rand.Rand) string {
	h := chars(r, 32, hexDigits)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-" + pick(r, "8", "9", "a", "b") + h[17:20] + "-" + h[20:]
}

func word(r *rand.Rand) string {
	return pick(r, "report", "vendor", "summary", "graph", "quarter", "answer", "retry", "margin", "north", "plan", "review", "budget")
}

func sentence(r *rand.Rand, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = word(r)
	}
	return strings.Join(words, " ")
}

// Surround puts a sample into one of the places in which such things stand in prompts, logs and bodies.
func Surround(r *rand.Rand, s Sample) Sample {
	before := pick(r, "", "", "Please check ", "line one\n", "… ", "(", "[", "重要: ", "- ", "> ", "`", "see: ", sentence(r, 6)+" ", "😀 ", "\t", "<p>")
	behind := pick(r, "", "", " and go on", "\nline two", " …", ")", "]", " 谢谢", ", then stop", "`", "\r\n", " "+sentence(r, 6), "</p>", "; ok")
	return Sample{Text: before + s.Text + behind, Secret: s.Secret}
}

// InJSON puts a sample's text into so many levels of JSON inside strings of JSON.
func InJSON(r *rand.Rand, s Sample, levels int) Sample {
	for range levels {
		raw, err := json.Marshal(map[string]any{"role": "user", pick(r, "content", "text", "note"): s.Text})
		if err != nil {
			panic(err) // strings always have a form in JSON
		}
		s.Text = string(raw)
	}
	return s
}

// InBase64 puts a sample's text into base64, of which every character now belongs to the secret.
func InBase64(r *rand.Rand, s Sample) Sample {
	encoding := pick(r, base64.StdEncoding, base64.URLEncoding, base64.RawURLEncoding)
	return bare(encoding.EncodeToString([]byte(s.Text)))
}

// Shows reports whether a text shows a secret, or one half of it that is long enough to be told from chance.
func Shows(text, secret string) bool {
	if strings.Contains(text, secret) {
		return true
	}
	const enough = 8
	half := len(secret) / 2
	return half >= enough && (strings.Contains(text, secret[:half]) || strings.Contains(text, secret[half:]))
}
