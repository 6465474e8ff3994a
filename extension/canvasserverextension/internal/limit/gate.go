// Package limit bounds how many clients are connected and how often they may try: a gate that counts, and token buckets.
package limit

import (
	"errors"
	"sync"
	"sync/atomic"
)

// ErrFull is returned by Gate.Enter where there is no room for anybody.
var ErrFull = errors.New("too many connections to this server; try again later, or raise max_connections")

// ErrPrincipalFull is returned by Gate.Enter where this principal has no room.
var ErrPrincipalFull = errors.New("too many connections of this client; close some, or raise max_connections_per_principal")

// Gate counts connections, in all and per principal. Principals without a connection take no memory.
type Gate struct {
	max, perPrincipal int

	mu    sync.Mutex
	total int
	each  map[string]int
}

// NewGate returns a gate for so many connections; zero means no bound.
func NewGate(maximum, perPrincipal int) *Gate {
	return &Gate{max: maximum, perPrincipal: perPrincipal, each: make(map[string]int)}
}

// Enter counts one connection in, until leave is called; leave may be called more than once.
func (g *Gate) Enter(principal string) (leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.max > 0 && g.total >= g.max {
		return nil, ErrFull
	}
	if g.perPrincipal > 0 && g.each[principal] >= g.perPrincipal {
		return nil, ErrPrincipalFull
	}
	g.total++
	g.each[principal]++
	return (&seat{gate: g, principal: principal}).leave, nil
}

// seat is what a connection has that was counted in. There is one for each, so it is small.
type seat struct {
	gate      *Gate
	principal string
	left      atomic.Bool
}

func (s *seat) leave() {
	if !s.left.Swap(true) {
		s.gate.leave(s.principal)
	}
}

func (g *Gate) leave(principal string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.total--
	if g.each[principal]--; g.each[principal] == 0 {
		delete(g.each, principal)
	}
}
