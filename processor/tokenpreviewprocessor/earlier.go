package tokenpreviewprocessor

import (
	"hash/maphash"
	"sync/atomic"
	"unicode/utf8"
)

// earlierPreviews remembers previews that were made, because a conversation's history comes again with every turn. It holds what is
// shown anyway, redacted and cut, and of what it was made from only a hash of 128 bits with keys that are drawn when the process
// starts. It has a fixed number of places, takes no locks, and forgets what it has no place for. It is safe for concurrent use.
type earlierPreviews struct {
	seeds  [2]maphash.Seed
	places []atomic.Pointer[earlierPreview]
}

// maxEarlier is the most that all of them take, in bytes.
const maxEarlier = 4 << 20

type earlierPreview struct {
	key  previewKey
	text string
}

// previewKey stands for what a preview was made from.
type previewKey struct{ first, second uint64 }

// newEarlierPreviews remembers previews of up to so many characters.
func newEarlierPreviews(characters int) *earlierPreviews {
	return &earlierPreviews{
		seeds:  [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		places: make([]atomic.Pointer[earlierPreview], max(1, maxEarlier/(characters*utf8.UTFMax))),
	}
}

// key is the key of what was written in a form.
func (e *earlierPreviews) key(written string, form uint8) previewKey {
	return previewKey{maphash.String(e.seeds[0], written) ^ uint64(form), maphash.String(e.seeds[1], written) ^ uint64(form)}
}

func (e *earlierPreviews) place(key previewKey) *atomic.Pointer[earlierPreview] {
	return &e.places[key.first%uint64(len(e.places))]
}

func (e *earlierPreviews) get(key previewKey) (string, bool) {
	if made := e.place(key).Load(); made != nil && made.key == key {
		return made.text, true
	}
	return "", false
}

func (e *earlierPreviews) put(key previewKey, text string) {
	e.place(key).Store(&earlierPreview{key, text})
}
