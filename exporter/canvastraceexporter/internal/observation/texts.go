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
	slots [textSlots]string
}

func newTexts() *texts { return &texts{seed: maphash.MakeSeed()} }

// slot is the place of a text.
func (t *texts) slot(s string) *string { return &t.slots[maphash.String(t.seed, s)%textSlots] }

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
