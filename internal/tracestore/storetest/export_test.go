package storetest

import (
	"testing"
	"time"
)

// Impatient has checks wait for a signal only briefly, for stores that never give one.
func Impatient(t *testing.T) {
	before := patience
	patience = 20 * time.Millisecond
	t.Cleanup(func() { patience = before })
}
