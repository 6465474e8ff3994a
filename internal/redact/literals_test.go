package redact

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// occurrencesIn is what the set finds, place by place.
func occurrencesIn(l *literals, text string) (list [][]occurrence) {
	var w walk
	var all waiting
	for {
		n, more := l.next(&w, text, all)
		if n == 0 {
			return list
		}
		list, all = append(list, slices.Clone(more[:n])), more[n:]
	}
}

// searched is what a search for each literal finds: by their end, the longest first.
func searched(literals []string, text string) (list [][]occurrence) {
	lower := lowerASCII(text)
	for end := 1; end <= len(text); end++ {
		var here []occurrence
		for i, literal := range literals {
			if strings.HasSuffix(lower[:end], literal) {
				here = append(here, occurrence{end, len(literal), i})
			}
		}
		slices.SortFunc(here, func(a, b occurrence) int { return b.length - a.length })
		if here != nil {
			list = append(list, here)
		}
	}
	return list
}

func TestASetOfLiteralsFindsWhatASearchForEachFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("ab-ü\x00")), 1, 5, -1)
		literals := slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(word, 1, 8).Draw(t, "literals"))))
		text := strings.Join(rapid.SliceOf(rapid.OneOf(word, rapid.SampledFrom([]string{"A", "B", "\xff", "Ab"}))).Draw(t, "text"), "")
		assert.Equal(t, searched(literals, text), occurrencesIn(newLiterals(literals), text))
	})
}

func TestTheAnchorsOfTheRulesAreFoundAsByASearchForEach(t *testing.T) {
	var anchors []string
	for _, rule := range builtinRules() {
		anchors = append(anchors, rule.anchors...)
	}
	slices.Sort(anchors)
	anchors = slices.Compact(anchors)
	l := newLiterals(anchors)
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(
			rapid.SampledFrom(anchors), rapid.StringOfN(rapid.RuneFrom([]rune("aeikoprstAEKS _-.:/")), 0, 12, -1), rapid.SampledFrom(fragments),
			rapid.Map(rapid.SampledFrom(anchors), strings.ToUpper), rapid.Map(rapid.SampledFrom(anchors), func(s string) string { return s[1:] }))
		text := strings.Join(rapid.SliceOfN(piece, 0, 20).Draw(t, "text"), "")
		assert.Equal(t, searched(anchors, text), occurrencesIn(l, text))
	})
}

func TestASetOfAllBytes(t *testing.T) {
	var literals []string
	for c := range 256 {
		literals = append(literals, lowerASCII(string([]byte{byte(c)})))
	}
	l := newLiterals(slices.Compact(slices.Sorted(slices.Values(literals))))
	assert.Len(t, occurrencesIn(l, "Az\x00\xff"), 4)
}

func TestASetOfMoreLiteralsThanBuckets(t *testing.T) {
	var literals []string
	for i := range 500 {
		literals = append(literals, fmt.Sprintf("%c%c%c", 'a'+i%26, 'a'+i/26, 'a'+i*7%26))
	}
	slices.Sort(literals)
	l := newLiterals(literals)
	text := strings.Join(literals, "")
	require.Equal(t, searched(literals, text), occurrencesIn(l, text))
}

func TestAGlanceMissesNoLiteralAndNoNumber(t *testing.T) {
	r := newRedactor(t, Config{})
	for _, fragment := range fragments {
		s := scan{Redactor: r, budget: passAnchors, text: fragment, upTo: classText}
		if s.numbersIn(region{0, len(fragment)}); len(s.matches) > 0 {
			assert.NotZero(t, r.literals.glance(fragment)&numberPair, fragment)
		}
		if n, _ := r.literals.next(&walk{}, fragment, nil); n > 0 {
			assert.NotZero(t, r.literals.glance(fragment)&bucketMask, fragment)
		}
	}
}

func TestDigitsAreFoundEightAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("019/:a\x00\x80ÿü°¹ \x0f")), 0, 40, -1).Draw(t, "text")
		want, n := len(text), 0
		for i := range len(text) {
			if isDigit(text[i]) {
				want, n = min(want, i), n+1
			}
		}
		assert.Equal(t, want, nextDigit(text, 0))
		assert.True(t, holdsDigits(text, n))
		assert.False(t, holdsDigits(text, n+1))
	})
}

func TestAGlanceSeesWhatASearchForEachFinds(t *testing.T) {
	literals := []string{"@", "be", "bearer", "\x00\x00", "api key", "a\x00", "://"}
	l := newLiterals(literals)
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(rapid.SampledFrom(literals), rapid.StringOfN(rapid.RuneFrom([]rune("abeik ://ü\x00BE")), 0, 9, -1))
		text := strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "text"), "")
		assert.Equal(t, searched(literals, text) != nil, text != "" && l.glance(text)&bucketMask != 0, "%q", text)
	})
}
