package live

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

func TestWhoeverAsksWhileATurnIsUnderWaySharesTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			turn    turns
			asked   sync.WaitGroup
			mu      sync.Mutex
			count   int
			release = make(chan struct{})
		)
		do := func() {
			mu.Lock()
			count++
			mu.Unlock()
			<-release
		}
		ask := func() { asked.Go(func() { turn.share(do) }) }
		ask()
		synctest.Wait()
		for range 20 {
			ask()
		}
		synctest.Wait()
		assert.Equal(t, 1, count, "the others wait")
		release <- struct{}{}
		synctest.Wait()
		assert.Equal(t, 2, count, "one turn for all of them")
		ask()
		close(release)
		asked.Wait()
		assert.Equal(t, 3, count, "who came later needs another one")
		turn.share(do)
		assert.Equal(t, 4, count)
	})
}
