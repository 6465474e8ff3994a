package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestWhatIsKnownOfWordsChangesNothing(t *testing.T) {
	r := newRedactor(t, Config{MaxValueBytes: 64})
	var words Words
	knowing, other := r.NewPass(), r.NewPass()
	knowing.Knowing(&words)
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"success", "llm", "gpt-4o-mini", "user@example.com", "token=abcdefgh12345678", " ", "10.0", "8.8.8.8", "4111111111111111", "ghp_", "\xff", "\x00"})
		text := strings.Join(rapid.SliceOfN(piece, 0, 4).Draw(t, "pieces"), "")
		upTo := rapid.SampledFrom([]class{classKey, classText}).Draw(t, "class")
		knowing.Next()
		other.Next()
		for range 2 {
			var hits, want Hits
			got, found := knowing.redact(text, upTo, &hits)
			expected, changed := other.redact(text, upTo, &want)
			assert.Equal(t, expected, got)
			assert.Equal(t, changed, found)
			assert.Equal(t, want, hits)
		}
		if r.Plain(text) {
			other.Text(text, func(string) { t.Fatalf("%q is not plain", text) }, new(Hits))
		}
	})
}
