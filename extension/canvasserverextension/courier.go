package canvasserverextension

import (
	"runtime/debug"
	"sync"

	"go.uber.org/zap"
)

// courier brings changes to clients whose sockets can take them at once, one client after the other: to wake the goroutine of
// each would cost more than to write. Whoever cannot be served without waiting is woken and serves itself. Its
// goroutine lives as long as there is something to bring.
type courier struct {
	logger    *zap.Logger
	telemetry *telemetry

	mu      sync.Mutex
	waiting []*plainClient
	running bool
}

// call has a client served. It waits for nothing.
func (c *courier) call(to *plainClient) {
	if to.called.Swap(true) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, to)
	if !c.running {
		c.running = true
		go c.run()
	}
}

func (c *courier) run() {
	var round []*plainClient
	var sent tally
	for {
		clear(round) // they may leave
		c.mu.Lock()
		round, c.waiting = c.waiting, round[:0]
		if len(round) == 0 {
			c.waiting, c.running = nil, false
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		for _, to := range round {
			c.serve(to, &sent)
		}
		c.telemetry.add(&sent)
	}
}

func (c *courier) serve(to *plainClient, sent *tally) {
	defer func() {
		// One execution that cannot be shown must not take the collector with it.
		if p := recover(); p != nil {
			c.logger.Error("Serving a WebSocket panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			to.kill()
		}
	}()
	to.called.Store(false) // what changes from here on is another call
	if !to.prompt(sent) {
		to.nudge()
	}
}
