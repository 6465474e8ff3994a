package canvasserverextension

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"go.uber.org/zap"
)

var (
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

// serving is a connection that follows one execution: a plain WebSocket or an event stream. Its methods belong to whoever
// writes. It waits for nothing by itself: whoever serves it calls turn when something happened, and when it is due.
type serving struct {
	*follower
	api    *api
	viewer *viewer

	pace pace
	beat time.Time // of the next keepAlive
	auth time.Time // of the next look at the credentials; zero: never
}

// greet sends the snapshot.
func (s *serving) greet(out outlet) error {
	err := s.flushAll(out)
	now := time.Now()
	s.beat = now.Add(s.api.config.PingInterval)
	if s.api.access.viewers != nil {
		s.auth = now.Add(s.api.access.every)
	}
	return err
}

// turn does what is due; changed says that there may be changes.
func (s *serving) turn(out outlet, changed bool) error {
	now := time.Now()
	if err := s.mayStay(now); err != nil {
		return err
	}
	if !now.Before(s.beat) {
		s.beat = now.Add(s.api.config.PingInterval)
		if err := out.keepAlive(); err != nil {
			return err
		}
	}
	if changed {
		if err := out.settle(); err != nil {
			return err
		}
	}
	if !changed && !s.pace.held {
		return nil
	}
	if !s.pace.mayFlush(now) {
		if changed {
			s.telemetry.coalesced()
		}
		return nil
	}
	err := s.flushAll(out)
	s.pace.flushed(time.Now())
	return err
}

// mayStay ends the connection with an error if it may not stay.
func (s *serving) mayStay(now time.Time) error {
	if s.pass != nil {
		if bad := s.pass.check(s.execution.Overview().WorkflowID); bad != nil {
			return bad
		}
	}
	if !s.auth.IsZero() && !now.Before(s.auth) {
		if !s.api.access.good(s.viewer) {
			return errUnauthenticated
		}
		s.auth = now.Add(s.api.access.every)
	}
	if expires := s.right.expires(); !expires.IsZero() && !now.Before(expires) {
		if bad := s.right.confirm(context.Background()); bad != nil {
			return bad
		}
	}
	return nil
}

// due is when turn has something to do that nothing announces.
func (s *serving) due() time.Time {
	return sooner(sooner(s.beat, s.auth), sooner(s.right.expires(), s.pace.due()))
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

// sayGoodbye sends what is pending when the server stops. It always returns an error.
func (s *serving) sayGoodbye(out outlet) error {
	if err := s.flushAll(out); err != nil {
		return err
	}
	return errShutdown
}

// recovered is an error where serving a client has panicked: one execution that cannot be shown must not take the collector
// with it. p is what recover returned.
func recovered(logger *zap.Logger, p any, err error) error {
	if p == nil {
		return err
	}
	logger.Error("Serving a client panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
	return errPanic
}

// sooner is the earlier of two times, of which a zero one is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
