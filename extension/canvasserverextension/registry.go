package canvasserverextension

import (
	"fmt"
	"sync"

	"github.com/orcheo/otelcol-canvas/internal/live"
)

// registry holds the one source that is served.
type registry struct {
	mu     sync.RWMutex
	source live.Source
	holder string // who registered it; "" once it unregistered
	turn   int    // of the registration, so that an old unregister does nothing to a new one
}

// register implements live.Registrar for the server of the given name.
func (r *registry) register(server, name string, s live.Source) (unregister func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.holder != "" {
		return nil, fmt.Errorf("register %s with %s: it already serves %s, and one server shows one trace store; "+
			"give %s a server of its own, or none", name, server, r.holder, name)
	}
	r.source, r.holder = s, name
	r.turn++
	turn := r.turn
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.turn == turn {
			r.holder = ""
		}
	}, nil
}

// current is the source to read from, nil before the first registration.
func (r *registry) current() live.Source {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.source
}
