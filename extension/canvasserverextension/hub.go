package canvasserverextension

import (
	"context"
	"sync"
)

// hub knows the WebSockets that are open, so that they can be closed. net/http forgets them once they are upgraded.
type hub struct {
	stop chan struct{} // closed when the server begins to stop

	mu      sync.Mutex
	stopped bool
	clients map[member]struct{}
	wg      sync.WaitGroup
}

// member is a client with a goroutine of its own.
type member interface {
	// run reads until the connection ends.
	run()
	// wake has the client look at what else is to be done, such as to end when the server stops. It waits for nothing.
	wake()
	// kill ends the connection at once.
	kill()
}

func newHub() *hub { return &hub{stop: make(chan struct{}), clients: make(map[member]struct{})} }

// closing is closed when the server begins to stop.
func (h *hub) closing() <-chan struct{} { return h.stop }

// isClosing says whether the server stops.
func (h *hub) isClosing() bool {
	select {
	case <-h.stop:
		return true
	default:
		return false
	}
}

// start runs a client in a goroutine of its own; false where the server stops.
func (h *hub) start(c member) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return false
	}
	h.clients[c] = struct{}{}
	h.wg.Go(func() {
		defer h.forget(c)
		c.run()
	})
	return true
}

func (h *hub) forget(c member) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
}

// beginClosing tells every client to send what it has and to close.
func (h *hub) beginClosing() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return
	}
	h.stopped = true
	close(h.stop)
	for c := range h.clients {
		c.wake()
	}
}

// wakeOn wakes every client whenever the channel that next returns is closed, until the server begins to stop.
func (h *hub) wakeOn(next func() <-chan struct{}) {
	h.wg.Go(func() {
		for happened := next(); ; {
			select {
			case <-happened:
				happened = next() // before anybody looks, so that nobody misses what comes after the look
				h.wake()
			case <-h.stop:
				return
			}
		}
	})
}

func (h *hub) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		c.wake()
	}
}

// close tells every client to close and waits for them; those that are not done when ctx ends are cut off.
func (h *hub) close(ctx context.Context) {
	h.beginClosing()
	done := make(chan struct{})
	go func() {
		h.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	h.mu.Lock()
	for c := range h.clients {
		c.kill()
	}
	h.mu.Unlock()
	<-done
}
