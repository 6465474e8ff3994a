package memorystore

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"sync"
)

// epochsAtOnce is how many epochs are parts of one string: there is one for each trace, and every object is one more that has to be
// allocated and marked. One that lives on keeps the others of its string, a few hundred bytes at most.
const epochsAtOnce = 32

// epochSize is what an epoch takes, but for its string's header.
const epochSize = 10

// newEpochs returns a source of epochs: a random word, so that two runs of the process differ, and a counter. The words are
// short because a client's cursor carries one for each trace.
func newEpochs() func() string {
	var word [4]byte
	_, _ = rand.Read(word[:]) // never fails, see crypto/rand
	e := epochs{prefix: hex.EncodeToString(word[:])}
	return e.next
}

type epochs struct {
	prefix string

	mu      sync.Mutex
	count   uint64
	rest    string              // those that were not given yet
	lengths []uint8             // their lengths
	room    [epochsAtOnce]uint8 // for lengths
}

func (e *epochs) next() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.lengths) == 0 {
		e.make()
	}
	epoch := e.rest[:e.lengths[0]]
	e.rest, e.lengths = e.rest[e.lengths[0]:], e.lengths[1:]
	return epoch
}

func (e *epochs) make() {
	var memory [epochsAtOnce * 24]byte
	all := memory[:0]
	e.lengths = e.room[:0]
	for range epochsAtOnce {
		before := len(all)
		e.count++
		all = strconv.AppendUint(append(all, e.prefix...), e.count, 36)
		e.lengths = append(e.lengths, uint8(len(all)-before))
	}
	e.rest = string(all)
}
