package canvasserverextension

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
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
	stranger bool   // nobody has authenticated the viewer yet
	leave    func() // of the gate
	begun    func() // of the gate of those before init; nil afterwards
	counted  bool   // see count

	letter  atomic.Pointer[letter] // from the reader
	gone    atomic.Bool            // nobody takes letters any more
	helpers sync.WaitGroup
	found   findings
	errands errands

	subs     channels
	opening  map[string]*attempt // nil: none, as most of the time
	helping  int                 // of the errands: to open something
	rules    <-chan struct{}     // closed when other rules of the rollout are in force than the subscriptions were held to
	beat     time.Time           // of the next heartbeat
	initBy   time.Time
	nextAuth time.Time // zero: never
}

// letter is a message that the client sent.
type letter struct {
	text  []byte
	taken chan struct{} // closed when it was obeyed, or nobody will
}

// errands are what helpers are out for. Most of the time there are none, and then they take nothing.
type errands struct {
	out    int
	ctx    context.Context // ends with the session; nil while nobody is out
	cancel context.CancelFunc
}

func (e *errands) begin() context.Context {
	if e.out++; e.ctx == nil {
		e.ctx, e.cancel = context.WithCancel(context.Background())
	}
	return e.ctx
}

// done is one errand less.
func (e *errands) done() {
	if e.out--; e.out == 0 {
		e.end()
	}
}

// end has those who are out come back.
func (e *errands) end() {
	if e.cancel != nil {
		e.cancel()
	}
	e.ctx, e.cancel = nil, nil
}

// findings are what helpers found out, until somebody looks.
type findings struct {
	mu  sync.Mutex
	all []outcome
}

func (f *findings) add(o outcome) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, o)
}

func (f *findings) take() []outcome {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.all
	f.all = nil
	return all
}

func newSession(a *api, v *viewer, stranger bool, leave, begun func()) *session {
	now := time.Now()
	s := &session{
		api: a, viewer: v, stranger: stranger, leave: leave, begun: begun,
		rules: a.rollout.replaced(), beat: now.Add(a.config.PingInterval), initBy: now.Add(a.config.InitTimeout),
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
	s.errands.end()
	s.helpers.Wait()
	for _, o := range s.found.take() {
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
	s.ended(s.conn.Receive(s.handler()))
}

// handler hands messages over, and waits until each was obeyed.
func (s *session) handler() wsconn.Handler {
	return wsconn.Handler{
		Took:    meter(s.api.config.MessageRate),
		Message: s.handOver,
		Binary:  func() error { return &closing{closeBadRequest, "messages are text", endedBadRequest} },
	}
}

// handOver waits until a message was obeyed.
func (s *session) handOver(text []byte) error {
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
	for _, o := range s.found.take() {
		s.errands.done()
		if err != nil {
			o.drop()
			continue
		}
		err = s.take(o)
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
	for _, c := range slices.Backward(s.subs) {
		if err := s.serveChannel(c, now); err != nil {
			return err
		}
	}
	return nil
}

// due implements attendee.
func (s *session) due() time.Time {
	if s.begun != nil {
		return sooner(s.beat, s.initBy)
	}
	next := sooner(s.nextAuth, s.beat)
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
