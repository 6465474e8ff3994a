package memorystore

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Compressor compresses a store's finished executions in the background.
type Compressor struct {
	store  *Store
	failed func(error)
	done   chan struct{}
	wg     sync.WaitGroup
	once   sync.Once
}

// compressEvery is how often there is a look at what is due.
const compressEvery = time.Second

// StartCompressor starts to compress, one execution at a time and at most half of the time, so that at most half of a core
// goes into it. failed is told of errors but for tracestore.ErrClosed, which ends it.
func StartCompressor(s *Store, failed func(error)) *Compressor {
	c := &Compressor{store: s, failed: failed, done: make(chan struct{})}
	c.wg.Go(c.run)
	return c
}

// Stop ends the compressing, and waits until it did. Stopping twice is fine.
func (c *Compressor) Stop() {
	c.once.Do(func() { close(c.done) })
	c.wg.Wait()
}

func (c *Compressor) run() {
	for c.rest(compressEvery) {
		_, err := c.store.Compress(context.Background(), c.rest)
		switch {
		case errors.Is(err, tracestore.ErrClosed):
			return
		case err != nil:
			c.failed(err)
		}
	}
}

// rest waits; false: it is over.
func (c *Compressor) rest(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.done:
		return false
	}
}
