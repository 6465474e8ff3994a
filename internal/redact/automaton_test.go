package redact

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

type occurrence struct{ literal, end int }

func occurrences(a *automaton, text string) []occurrence {
	var list []occurrence
	for w := (walk{}); a.advance(&w, text); {
		for _, e := range a.endings(&w) {
			list = append(list, occurrence{e.literal, w.at})
		}
	}
	return list
}

func TestTheAutomatonFindsWhatASearchForEachLiteralFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("ab-ü\x00")), 1, 5, -1)
		literals := slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(word, 1, 8).Draw(t, "literals"))))
		text := strings.Join(rapid.SliceOf(rapid.OneOf(word, rapid.SampledFrom([]string{"A", "B", "\xff", "Ab"}))).Draw(t, "text"), "")
		var want []occurrence
		for end := 1; end <= len(text); end++ {
			for i, literal := range literals {
				if strings.HasSuffix(lowerASCII(text[:end]), literal) {
					want = append(want, occurrence{i, end})
				}
			}
		}
		assert.ElementsMatch(t, want, occurrences(newAutomaton(literals), text))
	})
}

func TestAnAutomatonOfAllBytes(t *testing.T) {
	var literals []string
	for c := range 256 {
		literals = append(literals, lowerASCII(string([]byte{byte(c)})))
	}
	a := newAutomaton(slices.Compact(slices.Sorted(slices.Values(literals))))
	assert.Len(t, occurrences(a, "Az\x00\xff"), 4)
}
