package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// The model looks for numbers in the whole of a text.
func TestNumbersStandInTheRegionsOfTheirPairs(t *testing.T) {
	r := newRedactor(t, Config{PrivateIPs: true})
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(
			rapid.SampledFrom(fragments), rapid.SampledFrom([]string{
				"4111 1111 1111 1111", "123-45-6789", "ssn 123456789", "+49 30 1 2 3 4 5 67 8", "(415) 555-2671", "phone: 030 12 34 56 78", "8.8.4.4", "120.10.4.30",
				"2001:db8::1", "2001:4860:4860::8888", "DE89 3704 0044 0532 0130 00", "de89370400440532013000", "1 2 3 4 5 6 7 8 9", "3f0d7f5e-3b8e-4d8e-9a5e-0c1f5a1b2c3d",
				"prose without any of it, and quite some of it at that", ") ", " (", "-", ".", "\n", `\n`, "a", "7",
			}), rapid.StringMatching(`[0-9 .()-]{1,20}`), rapid.StringMatching(`[a-z ]{1,40}`))
		text := strings.Join(rapid.SliceOfN(piece, 1, 30).Draw(t, "text"), rapid.SampledFrom([]string{"", " ", ", "}).Draw(t, "between"))
		whole := scan{Redactor: r, text: text, upTo: classText}
		whole.numbersIn(region{0, len(text)})

		var w walk
		parts := scan{Redactor: r, budget: passAnchors, text: text, upTo: classKey}
		parts.literalsIn(&w)
		parts.upTo, parts.matches = classText, nil
		if w.numbers.n > 0 {
			parts.numbers(&w.numbers)
		}
		assert.Equal(t, whole.matches, parts.matches, text)
	})
}

func TestRegionsAreFew(t *testing.T) {
	var r regions
	for i := range 1000 {
		r.add(i*100, i*100+8)
	}
	assert.Equal(t, len(r.list), r.n)
	assert.Equal(t, region{700, 99_908}, r.list[r.n-1])
}
