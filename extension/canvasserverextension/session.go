package canvasserverextension

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// session is one multiplexed WebSocket. One goroutine reads, and hands each message over to whoever writes, so that a client
// that sends and does not read is held up by itself. For a moment each subscription that is being opened or confirmed has a
// helper, because that asks others.
type session struct {
	attended
	api      *api
	conn     *wsconn.Conn
	viewer   *viewer
	leave    func()       // of the gate
	begun    func()       // of the gate of those before init; nil afterwards
	messages messageMeter // of the reader

	letter   atomic.Pointer[letter] // from the reader
	gone     atomic.Bool            // nobody takes letters any more
	stranger bool                   // nobody has authenticated the viewer yet
	counted  bool                   // see count

	subs    channels
	errands *errands        // nil: none, as most of the time
	rules   <-chan struct{} // closed when other rules of the rollout are in force than the subscriptions were held to
	beat    time.Time       // of the next heartbeat
	auth    time.Time       // by when init must come, and then of the next look at the credentials; zero: never
}

// letter is a message that the client sent.
type letter struct {
	text  []byte
	taken chan struct{} // closed when it was obeyed, or nobody will
}

func newSession(a *api, v *viewer, stranger bool, leave, begun func()) *session {
	now := time.Now()
	s := &session{
		api: a, viewer: v, stranger: stranger, leave: leave, begun: begun,
		messages: messageMeter{perSecond: a.config.MessageRate}, rules: a.rollout.replaced(),
		beat: now.Add(a.config.PingInterval), auth: now.Add(a.config.InitTimeout),
	}
	s.attend(s)
	return s
}

// count has the connection counted, until it is dropped. See plainClient.
func (s *session) count() {
	s.counted = true
	s.api.telemetry.connections(transportMultiplexed, 1)
}

// drop gives back what the session holds. Nobody writes any more.
func (s *session) drop() {
	for _, o := range s.errands.over() {
		o.drop()
	}
	for _, c := range slices.Backward(s.subs) {
		s.forget(c)
	}
	if s.begun != nil {
		s.begun()
	}
	s.leave()
	if s.counted {
		s.api.telemetry.connections(transportMultiplexed, -1)
	}
}

// kill implements member and attendee.
func (s *session) kill() {
	s.letGo()
	s.conn.Kill()
}

// letGo has the reader wait for nobody any more. Everybody may call it.
func (s *session) letGo() {
	s.gone.Store(true)
	if l := s.letter.Swap(nil); l != nil {
		close(l.taken)
	}
}

// run implements member.
func (s *session) run() {
	defer s.drop()
	s.begin()
	s.ended(s.conn.Receive(s))
}

// Took implements wsconn.Handler.
func (s *session) Took() error { return s.messages.took() }

// Binary implements wsconn.Handler.
func (s *session) Binary() error {
	return &closing{closeBadRequest, "messages are text", endedBadRequest}
}

// Message implements wsconn.Handler. It hands the message over, and waits until it was obeyed.
func (s *session) Message(text []byte) error {
	l := &letter{text: text, taken: make(chan struct{})}
	s.letter.Store(l)
	s.wake()
	if !s.gone.Load() { // or whoever let go may have looked before the letter was there
		<-l.taken
	}
	if s.gone.Load() {
		return errReceived
	}
	return nil
}

// step implements attendee.
func (s *session) step(changed bool) (err error) {
	defer func() { err = recovered(s.api.logger, recover(), err) }()
	if s.api.hub.isClosing() {
		return s.goAway()
	}
	if err := s.readLetter(); err != nil {
		return err
	}
	if err := s.takeFound(); err != nil {
		return err
	}
	if now := s.api.rollout.replaced(); now != s.rules {
		s.rules = now
		if err := s.followRollout(); err != nil {
			return err
		}
	}
	now := time.Now()
	if changed {
		s.noteChanges(now)
		if err := s.conn.Finish(); err != nil {
			return err
		}
	}
	if !now.Before(s.beat) {
		s.beat = now.Add(s.api.config.PingInterval)
		if err := s.heartbeat(); err != nil {
			return err
		}
	}
	return s.turn(now)
}

// readLetter does what the client asked for last. Where that ends the session, the reader is let go of with it.
func (s *session) readLetter() error {
	l := s.letter.Load()
	if l == nil {
		return nil
	}
	m, bad := parseMessage(l.text)
	if bad != nil {
		return bad
	}
	if err := s.obey(&m); err != nil {
		return err
	}
	if s.letter.CompareAndSwap(l, nil) {
		close(l.taken)
	}
	return nil
}

// takeFound goes on with what helpers found out.
func (s *session) takeFound() (err error) {
	for _, o := range s.errands.take() {
		if err != nil {
			o.drop()
			continue
		}
		err = s.take(o)
	}
	if s.errands.idle() {
		s.errands = nil
	}
	return err
}

// end implements attendee.
func (s *session) end(err error) {
	s.letGo()
	s.errands.end()
	s.api.telemetry.closed(endSocket(s.conn, err))
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

func (s *session) heartbeat() error {
	if err := s.conn.Ping(); err != nil || s.begun != nil {
		return err
	}
	return s.send(heartbeatOf(time.Now()))
}

// turn does what is due.
func (s *session) turn(now time.Time) error {
	if s.begun != nil {
		if now.Before(s.auth) {
			return nil
		}
		return &closing{closeNoInit, "no init came", endedNoInit}
	}
	if !s.auth.IsZero() && !now.Before(s.auth) {
		if !s.api.access.good(s.viewer) {
			return errUnauthenticated
		}
		s.auth = now.Add(s.api.access.every)
	}
	for _, c := range slices.Backward(s.subs) {
		if err := s.serveChannel(c, now); err != nil {
			return err
		}
	}
	return nil
}

// due implements attendee.
func (s *session) due() time.Time {
	next := sooner(s.auth, s.beat)
	if s.begun != nil {
		return next
	}
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
