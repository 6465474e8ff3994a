package canvasserverextension

import (
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// What one passage remembers of executions. A client runs one, or an evaluation of some; a page that stays open runs one after the
// other.
const (
	maxFollowed = 64   // that are shown from here at a time
	maxKnown    = 1024 // of which it is known who shows them
)

// shown is whose spans of an execution a passage shows: two sources would have two sets of ids.
type shown struct {
	*serving      // nil: not this server's
	over     bool // nobody's any more: the right or the token is gone, or the rollout took it away
	told     int  // when the backend last told of it, in updates of the passage
}

// shownList is by execution.
type shownList map[string]*shown

// end ends showing an execution from here.
func (s *shown) end() {
	if s.serving != nil {
		s.close()
		s.serving, s.over = nil, true
	}
}

// settle ends showing an execution that must not be shown any more. The workflow runs on, and so does its WebSocket. Any other error
// is the connection's.
func (s *shown) settle(err error) error {
	if closingOf(err) == nil {
		return err
	}
	s.end()
	return nil
}

// followed counts those that are shown from here.
func (l shownList) followed() (n int) {
	for _, s := range l {
		if s.serving != nil {
			n++
		}
	}
	return n
}

// oldest is the execution of which the backend told longest ago, of those that are meant; nil: none is.
func (l shownList) oldest(meant func(*shown) bool) (id string, s *shown) {
	for other, o := range l {
		if meant(o) && (s == nil || o.told < s.told) {
			id, s = other, o
		}
	}
	return id, s
}

// pass sends a message of the backend on, unless it is about spans that are shown from here.
func (p *passage) pass(m wsconn.Message) error {
	u, ok := backend.UpdateOf(m)
	if !ok || !tracestore.ValidExecution(u.Execution) {
		return p.near.Write(m)
	}
	p.updates++
	s := p.shown[u.Execution]
	if s == nil {
		return p.begin(u, m)
	}
	s.told = p.updates
	if s.serving == nil && !s.over {
		return p.near.Write(m)
	}
	return nil
}

// begin takes up an execution with its first update.
func (p *passage) begin(u backend.Update, m wsconn.Message) error {
	if err := p.makeRoom(); err != nil {
		return err
	}
	p.api.bindUpdate(p.ctx, u)
	s := p.follow(u.Execution)
	s.told = p.updates
	p.shown[u.Execution] = s
	if s.serving == nil {
		return p.near.Write(m)
	}
	return s.settle(s.greet(p))
}

// makeRoom lets go of a complete execution where there are as many as may be shown from here, and forgets one that is not shown from
// here where there are as many as may be remembered. Should the backend tell of one of them again, it is taken up as a new one.
func (p *passage) makeRoom() error {
	if p.shown.followed() >= maxFollowed {
		if id, s := p.shown.oldest(func(s *shown) bool { return s.serving != nil && s.execution.Overview().Complete }); s != nil {
			err := s.settle(s.flushAll(p)) // it has been shown whole
			s.end()
			delete(p.shown, id)
			if err != nil {
				return err
			}
		}
	}
	if len(p.shown) >= maxKnown {
		id, _ := p.shown.oldest(func(s *shown) bool { return s.serving == nil })
		delete(p.shown, id)
	}
	return nil
}

// follow begins to show an execution from here. Where that cannot be, for lack of a right, of the rollout or of room, the backend's
// own updates go on.
func (p *passage) follow(execution string) *shown {
	if p.shown.followed() >= maxFollowed {
		return &shown{}
	}
	target := subscription{id: execution}
	target.from.Signal = p.signal
	f, bad := p.api.follow(p.ctx, p.viewer, target)
	if bad != nil {
		return &shown{}
	}
	s := p.api.serving(f, p.viewer)
	return &shown{serving: &s}
}

// show sends what is due of the executions that are followed.
func (p *passage) show(signalled bool) error {
	for _, s := range p.shown {
		if s.serving == nil {
			continue
		}
		if err := s.settle(s.turn(p, signalled && s.stream.Rang())); err != nil {
			return err
		}
	}
	return nil
}

// flush sends all there is of the executions that are followed, whatever the pace.
func (p *passage) flush() error {
	for _, s := range p.shown {
		if s.serving == nil {
			continue
		}
		if err := s.settle(s.flushAll(p)); err != nil {
			return err
		}
	}
	return nil
}

// due is when something is to be done without a signal.
func (p *passage) due() time.Time {
	next := time.Now().Add(time.Hour)
	for _, s := range p.shown {
		if s.serving != nil {
			next = sooner(s.due(), next)
		}
	}
	return next
}
