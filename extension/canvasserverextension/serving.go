package canvasserverextension

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"go.uber.org/zap"
)

var (
	errReceived = errors.New("the reading side ended")
	errPanic    = errors.New("serving the client panicked")
	errShutdown = errors.New(reasonShutdown)
)

// outlet is the transport of a connection that follows one execution.
type outlet interface {
	send(o outgoing) error
	// settle sends what somebody else has put there for the connection and could not send without waiting.
	settle() error
	// keepAlive says that the connection lives, to the client and to whatever is in between.
	keepAlive() error
}

// serving is a connection that follows one execution: a plain WebSocket or an event stream.
type serving struct {
	*follower
	viewer        *viewer
	access        *access
	flushInterval time.Duration
	pingInterval  time.Duration
	logger        *zap.Logger

	lock *sync.Mutex // held by whoever flushes or writes; it is when serving begins
	pace *pace       // nil before the snapshot was sent
	over bool        // nothing more is to be sent
}

// serve writes the snapshot, then changes at the pace that is configured, until the client is gone, the server stops or the
// client may not see more.
func (s *serving) serve(out outlet, gone, stop <-chan struct{}) (err error) {
	defer func() {
		// One execution that cannot be shown must not take the collector with it.
		if p := recover(); p != nil {
			s.logger.Error("Serving a client panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			err = errPanic
		}
	}()
	defer s.lock.Unlock()
	defer func() { s.over = true }()
	if err = s.flushAll(out); err != nil {
		return err
	}
	return s.keepUp(out, gone, stop)
}

// keepUp sends changes. While it waits it needs little: a connection is idle most of its time, and its stack should be small.
func (s *serving) keepUp(out outlet, gone, stop <-chan struct{}) error {
	ping := time.NewTicker(s.pingInterval)
	defer ping.Stop()
	s.pace = newPace(s.flushInterval, s.stream.Changed())
	defer s.pace.stop()
	watch := s.newVigil()
	defer watch.stop()
	for {
		s.lock.Unlock()
		what := s.await(ping.C, watch.due, gone, stop)
		s.lock.Lock()
		if err := s.meet(what, out, watch); err != nil {
			return err
		}
	}
}

// meet does what is due.
func (s *serving) meet(what awaited, out outlet, watch *vigil) error {
	switch what {
	case awaitedGone:
		return errReceived
	case awaitedStop:
		if err := s.flushAll(out); err != nil {
			return err
		}
		return errShutdown
	case awaitedPing:
		return out.keepAlive()
	case awaitedVigil:
		return watch.look()
	case awaitedRollout:
		if bad := s.pass.check(s.execution.Overview().WorkflowID); bad != nil {
			return bad
		}
		return nil
	case awaitedPace:
		s.pace.take()
	case awaitedChange:
		if err := out.settle(); err != nil {
			return err
		}
	}
	if !s.pace.mayFlush(time.Now()) { // a change came too soon, or somebody else has flushed when it was due
		s.telemetry.coalesced()
		return nil
	}
	err := s.flushAll(out)
	s.pace.flushed(time.Now())
	return err
}

// awaited is what a connection waited for.
type awaited int

const (
	awaitedGone awaited = iota
	awaitedStop
	awaitedPing
	awaitedVigil
	awaitedRollout
	awaitedChange
	awaitedPace
)

func (s *serving) await(ping, vigil <-chan time.Time, gone, stop <-chan struct{}) awaited {
	select {
	case <-gone:
		return awaitedGone
	case <-stop:
		return awaitedStop
	case <-ping:
		return awaitedPing
	case <-vigil:
		return awaitedVigil
	case <-s.pass.replaced():
		return awaitedRollout
	case <-s.pace.changed:
		return awaitedChange
	case <-s.pace.due:
		return awaitedPace
	}
}

// flushAll sends everything that is pending, once the right to it is confirmed.
func (s *serving) flushAll(out outlet) error {
	for {
		_, err := s.flush(0, out.send)
		if !errors.Is(err, errRight) {
			return err
		}
		if bad := s.right.confirm(context.Background()); bad != nil {
			return bad
		}
	}
}

// vigil looks from time to time whether a connection may stay.
type vigil struct {
	*serving
	auth  time.Time // when to look at the credentials; zero: never
	timer *time.Timer
	due   <-chan time.Time
}

func (s *serving) newVigil() *vigil {
	v := &vigil{serving: s}
	if s.access.viewers != nil {
		v.auth = time.Now().Add(s.access.every)
	}
	v.arm()
	return v
}

func (v *vigil) arm() {
	next := sooner(v.auth, v.right.expires())
	if next.IsZero() {
		return
	}
	if v.timer == nil {
		v.timer = time.NewTimer(time.Until(next))
		v.due = v.timer.C
		return
	}
	v.timer.Reset(time.Until(next))
}

func (v *vigil) stop() {
	if v.timer != nil {
		v.timer.Stop()
	}
}

// look ends the connection with an error if it may not stay.
func (v *vigil) look() error {
	now := time.Now()
	if !v.auth.IsZero() && !now.Before(v.auth) {
		if !v.access.good(v.viewer) {
			return errUnauthenticated
		}
		v.auth = now.Add(v.access.every)
	}
	if bad := v.right.confirm(context.Background()); bad != nil {
		return bad
	}
	v.arm()
	return nil
}

// sooner is the earlier of two times, of which a zero one is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
