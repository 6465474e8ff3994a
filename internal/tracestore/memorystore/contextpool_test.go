package memorystore

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever traces take and let go of in whatever order: each has what it took, there is one copy of what several have, and the traces
// and the store together are charged for each copy once.
func TestAContextIsKeptOnceAndChargedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool := newContextPool()
		var traces [4]contexts
		var taken [4]map[uint32]*takenContext
		for i := range taken {
			taken[i] = map[uint32]*takenContext{}
		}
		context := rapid.Custom(func(t *rapid.T) string { // of different lengths, so that sizes are told apart
			n := rapid.IntRange(0, 11).Draw(t, "context")
			return fmt.Sprint(n, strings.Repeat("x", n*20))
		})
		trace := rapid.IntRange(0, len(traces)-1)
		t.Repeat(map[string]func(*rapid.T){
			"acquire": func(t *rapid.T) {
				of, text := trace.Draw(t, "trace"), context.Draw(t, "text")
				n := traces[of].acquire(&pool, []byte(text))
				if taken[of][n] == nil {
					taken[of][n] = &takenContext{text: text}
				}
				require.Equal(t, text, taken[of][n].text, "a number is of one context")
				taken[of][n].refs++
			},
			"release": func(t *rapid.T) {
				of := trace.Draw(t, "trace")
				if len(taken[of]) == 0 {
					return
				}
				n := rapid.SampledFrom(slices.Sorted(maps.Keys(taken[of]))).Draw(t, "number")
				traces[of].release(&pool, n)
				if taken[of][n].refs--; taken[of][n].refs == 0 {
					delete(taken[of], n)
				}
			},
			"clear": func(t *rapid.T) {
				of := trace.Draw(t, "trace")
				traces[of].clear(&pool)
				clear(taken[of])
			},
			"come back": func(t *rapid.T) { // as from blocks
				of := trace.Draw(t, "trace")
				var own contexts
				again := map[uint32]*takenContext{}
				for _, n := range slices.Sorted(maps.Keys(taken[of])) {
					c := taken[of][n]
					for range c.refs {
						again[own.acquire(nil, []byte(c.text))] = c
					}
				}
				traces[of].clear(&pool)
				traces[of].take(&pool, &own)
				taken[of] = again
			},
			"": func(t *rapid.T) {
				copies, charged := map[*pooledContext]bool{}, pool.orphans
				texts := map[string]bool{}
				for i := range traces {
					own := int64(0)
					for n, c := range taken[i] {
						require.Equal(t, c.text, string(traces[i].get(n)))
						texts[c.text] = true
						entry := traces[i].list()[n]
						copies[entry.of] = true
						own += entry.held(&traces[i])
					}
					require.Equal(t, own, traces[i].held())
					charged += own
				}
				want := int64(0)
				for c := range copies {
					want += c.size()
				}
				require.Equal(t, want, charged, "bytes of all copies")
				require.Len(t, copies, len(texts), "copies")
				require.Equal(t, len(texts), pool.byHash.count)
			},
		})
		for i := range traces {
			traces[i].clear(&pool)
		}
		require.Zero(t, pool.bytes())
	})
}

type takenContext struct {
	text string
	refs int
}
