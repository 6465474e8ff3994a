package otlpreplay

import (
	"math/rand/v2"
	"strings"
	"sync"
)

// vocabulary are made-up words of one to four syllables.
var vocabulary = sync.OnceValue(func() []string {
	syllables := strings.Fields("the an re er in on at nd st es en of te ed or ti hi as to it is ha ou ve co me de ro ic ra io li ch ll be ma si om ur")
	r := rand.New(rand.NewPCG(1, 11))
	words := make([]string, 20_000)
	for i := range words {
		for range 1 + r.IntN(4) {
			words[i] += syllables[r.IntN(len(syllables))]
		}
	}
	return words
})

// Prose is a text in ASCII of at least so many bytes in which few words are frequent and most are rare, as in any language. Each seed has
// one of its own, always the same.
func Prose(seed uint64, length int) string {
	words := vocabulary()
	r := rand.New(rand.NewPCG(seed, 7))
	rank := rand.NewZipf(r, 1.1, 3, uint64(len(words)-1))
	var out strings.Builder
	for out.Len() < length {
		out.WriteString(words[rank.Uint64()] + " ")
	}
	return out.String()
}
