package wsconn

import (
	"net"
	"sync"
	"time"
)

// silence knows when a client was silent for too long. A client can answer no ping that waits behind a message it is still
// taking in, so the clock of silence stands still during a write: a slow client is a stall or none, but not silent.
//
// The read deadline of the connection follows loosely, for moving it costs as much as the rest of a write: it is never later
// than it should be, and whoever meets it asks whether the time is really up.
type silence struct {
	timeout time.Duration
	of      net.Conn // whose read deadline is set

	mu     sync.Mutex
	until  time.Time
	atMost time.Duration // how long the write that goes on may stop the clock
	paused time.Time     // when it began; zero if none goes on
	armed  time.Time     // the deadline that the connection has
}

// begin starts the clock.
func (s *silence) begin(timeout time.Duration, of net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timeout, s.of, s.until = timeout, of, time.Now().Add(timeout)
	s.arm(s.until)
}

// arm sets the connection's deadline. s.mu is held.
func (s *silence) arm(at time.Time) {
	s.armed = at
	_ = s.of.SetReadDeadline(at) // fails on a closed connection only, which the reader notices itself
}

// heard says that the client was heard of.
func (s *silence) heard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.until = now.Add(s.timeout)
	if !s.paused.IsZero() {
		s.paused = now
	}
}

// pause stops the clock for at most so long.
func (s *silence) pause(now time.Time, atMost time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused, s.atMost = now, atMost
}

// resume lets the clock go on.
func (s *silence) resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = s.until.Add(time.Since(s.paused))
	s.paused = time.Time{}
	if s.armed.After(s.until) {
		s.arm(s.until)
	}
}

// over is asked when the connection's deadline has passed: whether the client was silent for too long. If not, the connection
// has a later deadline afterwards.
func (s *silence) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := s.until
	if !s.paused.IsZero() {
		until = until.Add(s.atMost)
	}
	if !time.Now().Before(until) {
		return true
	}
	s.arm(until)
	return false
}
