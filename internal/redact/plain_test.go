package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// A search is the model: what is plain at first sight holds nothing that a search finds, and needs none of its budget.
func TestWhatIsPlainHoldsNothing(t *testing.T) {
	r := newRedactor(t, Config{KeyNames: []string{"diagnosis"}})
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(
			rapid.SampledFrom(fragments), rapid.SampledFrom(shortValues), rapid.StringMatching(`[0-9 .()-]{1,12}`), rapid.StringMatching(`[a-zA-Z0-9:-]{1,30}`),
			rapid.StringMatching(`([a-z0-9+/]{60}|[A-Za-z0-9]{20})(\\n|\n|\\u000a)?[A-Z]{0,4}`), rapid.StringMatching(`[A-Z]{2}[0-9]{2}[ ]?[0-9]{4}`))
		text := strings.Join(rapid.SliceOfN(piece, 0, 5).Draw(t, "text"), rapid.SampledFrom([]string{"", " ", "-", "."}).Draw(t, "between"))
		for _, upTo := range []class{classKey, classText} {
			s := scan{Redactor: r, budget: passAnchors, text: text, upTo: upTo}
			found := s.search()
			if r.isPlain(text, upTo) {
				assert.Empty(t, found.matches, text)
				assert.Equal(t, passAnchors, s.budget, text)
			}
		}
	})
}

func TestMostOfWhatSpansHoldIsPlain(t *testing.T) {
	r := newRedactor(t, Config{})
	for _, text := range shortValues {
		assert.Equal(t, text == "chatcmpl-9x8y7zAbCdEf" || strings.Contains(text, "://"), !r.isPlain(text, classText), text)
	}
}
