package wsconn

import (
	"sync"
	"time"
)

// silence keeps the read deadline. A client can answer no ping that waits behind a message it is still taking in, so the
// clock of silence stands still during a write: a slow client is a stall or none, but not silent.
type silence struct {
	timeout     time.Duration
	setDeadline func(time.Time) error

	mu     sync.Mutex
	until  time.Time
	paused time.Time // when the write that goes on began; zero if none does
}

func newSilence(timeout time.Duration, setDeadline func(time.Time) error) *silence {
	return &silence{timeout: timeout, setDeadline: setDeadline, until: time.Now().Add(timeout)}
}

// heard says that the client was heard of.
func (s *silence) heard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.until = now.Add(s.timeout)
	if s.paused.IsZero() {
		_ = s.setDeadline(s.until) // fails on a closed connection only, which the reader notices itself
		return
	}
	s.paused = now
}

// pause stops the clock for at most so long.
func (s *silence) pause(atMost time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = time.Now()
	_ = s.setDeadline(s.until.Add(atMost))
}

// resume lets the clock go on.
func (s *silence) resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = s.until.Add(time.Since(s.paused))
	s.paused = time.Time{}
	_ = s.setDeadline(s.until)
}
