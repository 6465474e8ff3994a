package memorystore

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"sync/atomic"
)

// newEpochs returns a source of epochs: a random word, so that two runs of the process differ, and a counter. The words are
// short because a client's cursor carries one for each trace.
func newEpochs() func() string {
	var word [4]byte
	_, _ = rand.Read(word[:]) // never fails, see crypto/rand
	prefix := hex.EncodeToString(word[:])
	var count atomic.Uint64
	return func() string { return prefix + strconv.FormatUint(count.Add(1), 36) }
}
