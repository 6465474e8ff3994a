package canvasserverextension

import (
	"sync"

	"go.uber.org/zap"
)

// courier brings changes to clients whose sockets can take them at once, one client after the other: to wake a goroutine for
// each would cost more than to write. Whoever cannot be served without waiting is nudged. The courier's own
// goroutine lives as long as there is something to bring.
type courier struct {
	logger    *zap.Logger
	telemetry *telemetry

	mu      sync.Mutex
	waiting []*attended
	running bool
}

// call has a client served. It waits for nothing.
func (c *courier) call(to *attended) {
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
	var round []*attended
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

func (c *courier) serve(to *attended, sent *tally) {
	defer func() {
		if recovered(c.logger, recover(), nil) != nil {
			to.client.kill()
		}
	}()
	to.called.Store(false) // what changes from here on is another call
	if !to.promptly(sent) {
		to.nudge()
	}
}
