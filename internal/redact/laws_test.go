package redact

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// fragments are what the laws and the fuzzer build texts from: secrets, halves of them, and what may join them.
var fragments = []string{
	"sk-proj-abcdefghij0123456789ABCD", "sk-", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", jwt, "eyJ", "Bearer ", "abc123def456",
	"user@example.com", "@", ".com", "4111 1111 1111 1111", "4111111111111111", "123-45-6789", "+41446681800", "password", "token",
	"api_key", "=", ": ", `"`, `'`, `\"`, `\\\"`, `\`, "{", "}", "[", "]", ",", " ", "\n", `\n`, "\u00fc", "\xff", `\u0040`, `\u0022`,
	"postgres://u:p@h/", "://", "Authorization: ", "Cookie: a=b; c", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
	"[REDACTED]", "<password>", "--token ", "hunter2", "x", "0", "_", "-", ".", "/", "%40", "null", "12345678",
	"Q~", "8Q~", "8.8.4.40", "2a02:", "::1", "DE89 3704 0044 0532 0130 00", "Z2hwXzE2QzdlNDJGMjkyYzY5MTJFNzcxMGM4MzgzNDdBZTE3OEI0YQ==", "twilio", "aws",
	"wJalrXUtnFEMIaK7MDENGabPxRfiCYEXAMPLEKEY", "-----END", "Private-Lines: ", "phone ", "(415) 555-2671", ";", "pwd=", "jdbc:oracle:thin:", "tel ",
}

func texts() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(fragments), 0, 14).Draw(t, "fragments"), "")
	})
}

func TestRedactingTwiceChangesNothing(t *testing.T) {
	r := newRedactor(t, Config{})
	rapid.Check(t, func(t *rapid.T) { twice(t, r, texts().Draw(t, "text")) })
}

// twice fails unless redacting what was redacted finds nothing.
func twice(t interface{ Fatalf(string, ...any) }, r *Redactor, text string) {
	once, hits := r.String(text)
	if len(hits) == 0 && once != text {
		t.Fatalf("text changed without a hit:\n%q\n%q", text, once)
	}
	if len(hits) > 0 && !utf8.ValidString(once) {
		t.Fatalf("replaced text is not valid UTF-8: %q", once)
	}
	again, more := r.String(once)
	if again != once || len(more) != 0 {
		t.Fatalf("not idempotent: %v\n%q\n%q\n%q", more, text, once, again)
	}
}

func TestValidJSONStaysValid(t *testing.T) {
	r := newRedactor(t, Config{})
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]any{
			rapid.SampledFrom([]string{"note", "password", "a_token", "credentials", "x"}).Draw(t, "key"): rapid.OneOf(
				rapid.Map(texts(), func(s string) any { return strings.ToValidUTF8(s, "?") }),
				rapid.Map(rapid.Int64(), func(i int64) any { return i }),
				rapid.Map(rapid.SliceOf(texts()), func(list []string) any { return map[string]any{"list": list} }),
			).Draw(t, "value"),
			"z": "end",
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatalf("%v", err)
		}
		for range rapid.IntRange(0, 2).Draw(t, "levels") { // JSON inside JSON
			text, _ = json.Marshal(map[string]any{"inner": string(text)})
		}
		got, _ := r.String(string(text))
		if !json.Valid([]byte(got)) {
			t.Fatalf("was valid JSON:\n%s\nis not:\n%s", text, got)
		}
	})
}

func TestASecretIsFoundWhateverSurroundsIt(t *testing.T) {
	r := newRedactor(t, Config{})
	const secret = "ghp_99C7e42F292c6912E7710c838347Ae178Bzz"
	rapid.Check(t, func(t *rapid.T) {
		sep := rapid.SampledFrom([]string{" ", "\n", `\n`, `"`, "(", "=", ",", "/", `\u000a`, "üü ", ":"}).Draw(t, "separator")
		text := texts().Draw(t, "before") + sep + secret + " " + texts().Draw(t, "behind")
		if got, _ := r.String(text); strings.Contains(got, secret) {
			t.Fatalf("%q\n%q", text, got)
		}
	})
}

// Text made to cost much: dense anchors that are nearly secrets. What takes quadratic time takes minutes here.
func TestHostileTextTakesBoundedWork(t *testing.T) {
	const size = 256 << 10
	r := newRedactor(t, Config{Custom: []CustomRule{{Name: "dense", Literal: "aa", Pattern: `a+z`}}})
	for _, unit := range []string{
		"sk-", "sk-a.", "eyJ", "-eyJ", "eyJ.", "@", "a@", "a@b.co,", "://", "x://a:", `"token":{`, `"token":[`, `"secret":{`, `"secret":"`,
		"token=", "pwd=/", "-----BEGIN PRIVATE KEY-----.", "password", "4111 ", "1-", "+1", "aa", `\`, `\u0040`, "Bearer ", "Cookie: ",
		"\xff", "authorization: x ", "authorization: basic ", "authorization: digest ", "[REDACTED]", `{\"`, "sig=",
		"sk-proj-", "-----END PRIVATE KEY-----", "A-----END PRIVATE KEY-----", "1Q~", "aws ", "/aws", "twilio ", "2001:", "2001::", "1.1.1.1", "10.20.30.40 ", "DE89 ", "DE89",
		"aGVsbG8gd29ybGQg", "password=a;", "jdbc:oracle:a:", "SG.a", "phone 1", "(415) ", `:\/\/`, "ew0K", "YUdWc2JHOGdkMjl5YkdRZw",
	} {
		start := time.Now()
		twice(t, r, strings.Repeat(unit, size/len(unit)))
		assert.Less(t, time.Since(start), 10*time.Second, "%q", unit)
	}
}
