package keymemo

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestOnlyWhatWasSeenIsKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Seen
		known := map[string]bool{}
		text := rapid.OneOf(rapid.StringMatching(`[ab\x00]{0,10}`), rapid.StringN(0, MaxSeen, MaxSeen))
		for range rapid.IntRange(1, 50).Draw(t, "texts") {
			one := text.Draw(t, "text")
			if s.Has(one) {
				assert.True(t, known[one], "%q", one)
			}
			s.Add(one)
			known[one] = true
			assert.True(t, s.Has(one), "%q", one)
		}
	})
}
