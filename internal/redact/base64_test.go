package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// firstRun is what nextRun returns, byte by byte.
func firstRun(text string, at int) (from, to int, ok bool) {
	for from = at; from < len(text); from = to + 1 {
		for to = from; to < len(text) && isBase64Byte(text[to]); to++ {
		}
		if to-from >= minBase64 {
			return from, to, true
		}
	}
	return 0, 0, false
}

func TestTheNextRunIsTheFirstOneThatIsLongEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(
			rapid.Map(rapid.IntRange(0, 2*minBase64), func(n int) string { return strings.Repeat("aZ9+/-_z", n)[:n] }),
			rapid.SampledFrom([]string{" ", "*", ",", ".", "{", "@", "ü", "\xff", "\x00", "=", "\\"}),
		), 0, 12).Draw(t, "parts")
		text := strings.Join(parts, "")
		at := rapid.IntRange(0, len(text)).Draw(t, "at")
		from, to, ok := nextRun(text, at)
		wantFrom, wantTo, want := firstRun(text, at)
		require.Equal(t, []any{wantFrom, wantTo, want}, []any{from, to, ok})
	})
}
