package observation

import (
	"hash/maphash"
	"strings"
	"unicode/utf8"
)

const textSlots = 512

// texts keeps one copy of ids that come again and again, and none of the request's memory. It is a table with a single place
// for each hash, so it takes at most textSlots ids, and two that share a place cost a copy each time and nothing else.
type texts struct {
	seed  maphash.Seed
	slots [textSlots]textSlot
}

// textSlot is one place. Most ids come once, so the sum tells that there is another one without a look at its text, which lies
// somewhere in memory.
type textSlot struct {
	sum  uint64
	text string
}

func newTexts() *texts { return &texts{seed: maphash.MakeSeed()} }

// find returns the copy of a text, and where there is none its place and sum.
func (t *texts) find(s string) (kept string, slot *textSlot, sum uint64) {
	sum = maphash.String(t.seed, s)
	slot = &t.slots[sum%textSlots]
	if slot.sum == sum && slot.text == s {
		return slot.text, slot, sum
	}
	return "", slot, sum
}

// cut returns at most n bytes of valid UTF-8.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	if utf8.ValidString(s) { // eight bytes at a time
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
