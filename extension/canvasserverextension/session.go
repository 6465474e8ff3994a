package canvasserverextension

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// session is one multiplexed WebSocket. One goroutine writes and owns everything; one reads and hands each message over, so
// that a client that sends and does not read is held up by itself; and for a moment each subscription that is being opened or
// confirmed has one, because that asks others.
type session struct {
	api      *api
	conn     *wsconn.Conn
	viewer   *viewer
	stranger bool   // nobody has authenticated the viewer yet
	leave    func() // of the gate
	begun    func() // of the gate of those before init; nil afterwards

	ctx     context.Context // ends with the session
	cancel  context.CancelFunc
	helpers sync.WaitGroup
	asked   chan message // from the reader
	done    chan outcome // from helpers

	subs     map[string]*channel // by the client's id
	opening  map[string]*attempt
	helping  int // helpers that open
	signal   chan struct{}
	initBy   time.Time
	nextAuth time.Time // zero: never
}

func newSession(a *api, v *viewer, stranger bool, leave, begun func()) *session {
	s := &session{
		api: a, viewer: v, stranger: stranger, leave: leave, begun: begun,
		asked: make(chan message), done: make(chan outcome),
		subs: map[string]*channel{}, opening: map[string]*attempt{}, signal: make(chan struct{}, 1),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// drop gives back what the session holds. No helper runs.
func (s *session) drop() {
	s.cancel()
	s.helpers.Wait()
	for id := range s.subs {
		s.forget(id)
	}
	if s.begun != nil {
		s.begun()
	}
	s.leave()
}

// wake implements member. A session listens itself.
func (s *session) wake() {}

// kill implements member.
func (s *session) kill() {
	s.cancel()
	s.conn.Kill()
}

// run implements member.
func (s *session) run(stop <-chan struct{}) {
	defer s.api.telemetry.connected(transportMultiplexed)()
	defer s.drop()
	received := make(chan error, 1)
	go func() { received <- s.conn.Receive(s.handler()) }()
	err := s.serve(stop)
	if errors.Is(err, errReceived) {
		err = <-received
		received <- err
	}
	s.cancel() // the reader may wait to hand something over
	s.api.telemetry.closed(endSocket(s.conn, err))
	<-received //nolint:errcheck // it says that the reader ended; why was told above
}

// handler reads: it says what is wrong with a message as a whole, and hands the others over.
func (s *session) handler() wsconn.Handler {
	return wsconn.Handler{
		Took: meter(s.api.config.MessageRate),
		Message: func(text []byte) error {
			m, closed := parseMessage(text)
			if closed != nil {
				return closed
			}
			select {
			case s.asked <- m:
				return nil
			case <-s.ctx.Done():
				return s.ctx.Err()
			}
		},
		Binary: func() error { return &closing{closeBadRequest, "messages are text", endedBadRequest} },
	}
}

// serve writes until the connection ends.
func (s *session) serve(stop <-chan struct{}) (err error) {
	defer func() {
		// One execution that cannot be shown must not take the collector with it.
		if p := recover(); p != nil {
			s.api.logger.Error("Serving a WebSocket panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			err = errPanic
		}
	}()
	s.initBy = time.Now().Add(s.api.config.InitTimeout)
	beat := time.NewTicker(s.api.config.PingInterval)
	defer beat.Stop()
	due := time.NewTimer(time.Until(s.initBy))
	defer due.Stop()
	rules := s.api.rollout.replaced()
	for err == nil {
		select {
		case <-s.conn.Received():
			return errReceived
		case <-stop:
			return s.goAway()
		case m := <-s.asked:
			err = s.obey(&m)
		case o := <-s.done:
			err = s.take(o)
		case <-s.signal:
			s.noteChanges(time.Now())
		case <-rules:
			rules = s.api.rollout.replaced()
			err = s.followRollout()
		case <-beat.C:
			err = s.beat()
		case <-due.C:
		}
		if err == nil {
			err = s.turn(time.Now())
		}
		due.Reset(time.Until(s.next()))
	}
	return err
}

// send writes a message that is not a frame.
func (s *session) send(m any) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.conn.Write(text)
}

// fail tells the client of a problem with a subscription, or with none.
func (s *session) fail(id string, p *problem) error { return s.send(errorOf(id, p)) }

func (s *session) beat() error {
	if err := s.conn.Ping(); err != nil || s.begun != nil {
		return err
	}
	return s.send(heartbeatOf(time.Now()))
}

// turn does what is due.
func (s *session) turn(now time.Time) error {
	if s.begun != nil {
		if now.Before(s.initBy) {
			return nil
		}
		return &closing{closeNoInit, "no init came", endedNoInit}
	}
	if !s.nextAuth.IsZero() && !now.Before(s.nextAuth) {
		if !s.api.access.good(s.viewer) {
			return errUnauthenticated
		}
		s.nextAuth = now.Add(s.api.access.every)
	}
	for id, c := range s.subs {
		if err := s.serveChannel(id, c, now); err != nil {
			return err
		}
	}
	return nil
}

// next is when something is due that nothing announces.
func (s *session) next() time.Time {
	if s.begun != nil {
		return s.initBy
	}
	next := sooner(s.nextAuth, time.Now().Add(time.Hour))
	for _, c := range s.subs {
		next = sooner(next, c.due())
	}
	return next
}

// The range of what a client is told to wait after a restart, so that not all of them come at once.
const (
	goAwayLeast  = 500 * time.Millisecond
	goAwaySpread = 2 * time.Second
)

// goAway sends what is pending, and says good-bye.
func (s *session) goAway() error {
	for _, c := range s.subs {
		if c.follower == nil {
			continue
		}
		var bad *problem
		if _, err := c.flush(0, s.sendFrame); err != nil && !errors.Is(err, errRight) && !errors.As(err, &bad) {
			return err
		}
	}
	wait := goAwayLeast + rand.N(goAwaySpread)
	if err := s.send(goAwayMessage{Type: typeGoAway, RetryAfterMS: wait.Milliseconds()}); err != nil {
		return err
	}
	return &closing{closeRestart, reasonShutdown, endedShutdown}
}

func (s *session) sendFrame(o outgoing) error { return o.writeTo(s.conn) }
