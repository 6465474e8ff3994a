package redact

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// The model is a Pass of its own for every text.
func TestATextThatComesAgainIsReplacedInTheSameWay(t *testing.T) {
	r := newRedactor(t, Config{Identifiers: []string{"id"}})
	rapid.Check(t, func(t *rapid.T) {
		known := rapid.SliceOfN(texts(), 1, 6).Draw(t, "texts")
		p := r.NewPass()
		for range 20 {
			text, upTo := rapid.SampledFrom(known).Draw(t, "text"), rapid.SampledFrom([]class{classText, classKey}).Draw(t, "class")
			var hits, wantHits Hits
			got, _ := p.redact(text, upTo, &hits)
			alone := r.NewPass()
			want, _ := alone.redact(text, upTo, &wantHits)
			if got != want || !assert.ObjectsAreEqual(wantHits, hits) {
				t.Fatalf("%q: %q %v, alone %q %v", text, got, hits, want, wantHits)
			}
		}
	})
}

func TestTextsThatCameBeforeTakeTheirPartOfTheBudget(t *testing.T) {
	p := newRedactor(t, Config{}).NewPass()
	text := strings.Repeat("a@b ", 100) + "user@example.com"
	var hits Hits
	p.redact(text, classText, &hits)
	took := passAnchors - p.budget
	assert.Greater(t, took, 100)
	for p.budget >= took {
		p.redact(text, classText, &hits)
	}
	got, _ := p.redact(text, classText, &hits)
	assert.Equal(t, "[REDACTED] ("+strconv.Itoa(len(text))+" bytes, not inspected)", got)
}

func TestFewTextsAreKept(t *testing.T) {
	p := newRedactor(t, Config{}).NewPass()
	var hits Hits
	for n := range 3 * keptTexts {
		p.redact(strconv.Itoa(n)+" user@example.com", classText, &hits)
	}
	assert.Len(t, p.earlier.texts, keptTexts)
	p.redact(strings.Repeat("user@example.com ", keptRules+1), classText, &hits)
	assert.Nil(t, p.earlier.of(strings.Repeat("user@example.com ", keptRules+1), classText))
}
