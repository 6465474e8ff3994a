package canvasserverextension

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// channel is one subscription of a session: to an execution or to a list.
type channel struct {
	*follower // of an execution
	list      *watchedList
	name      string // the client's id of it
	mode      string

	notBefore  time.Time // when something may be sent
	pending    bool      // there may be something to send
	confirming bool      // a helper asks whether the viewer may still see it
}

// channels are the subscriptions of a session. Most sessions have one, so they are looked through, and a map would be most of
// what such a session takes.
type channels []*channel

// named is the one that the client calls so, or nil.
func (all channels) named(name string) *channel {
	for _, c := range all {
		if c.name == name {
			return c
		}
	}
	return nil
}

// The modes of a subscription.
const (
	modeSnapshot = "snapshot" // what follows is everything
	modeResume   = "resume"   // what follows adds to what the client has
	modeReset    = "reset"    // the client could not be resumed: what it has of each trace is void
)

// followOn opens a subscription to an execution.
func (a *api) followOn(ctx context.Context, v *viewer, target subscription) (*channel, *problem) {
	f, bad := a.follow(ctx, v, target)
	if bad != nil {
		return nil, bad
	}
	c := &channel{follower: f, mode: modeSnapshot}
	if target.from.Cursor != "" || !target.from.After.IsZero() {
		c.mode = modeReset
		if f.stream.Resumes() {
			c.mode = modeResume
		}
	}
	return c, nil
}

// watchList opens a subscription to a list.
func (a *api) watchList(ctx context.Context, v *viewer, q tracestore.Query) (*channel, *problem) {
	right := a.rights.toList(v, q.WorkflowID)
	if bad := right.confirm(ctx); bad != nil {
		return nil, bad
	}
	if bad := a.rollout.listed(v, q.WorkflowID); bad != nil {
		return nil, bad
	}
	return &channel{list: &watchedList{query: q, right: right}, mode: modeSnapshot}, nil
}

// kind is what telemetry counts it as.
func (c *channel) kind() string {
	if c.list != nil {
		return kindList
	}
	return kindExecution
}

// permit is the right that the channel needs.
func (c *channel) permit() *right {
	if c.list != nil {
		return c.list.right
	}
	return c.right
}

// close gives back what the channel holds.
func (c *channel) close() {
	if c.follower != nil {
		c.follower.close()
	}
}

// due is when the channel has something to do that nothing announces; zero: never.
func (c *channel) due() (at time.Time) {
	if c.confirming {
		return at
	}
	if c.pending {
		at = c.notBefore
	}
	return sooner(at, c.permit().expires())
}

// open has a helper open a subscription.
func (s *session) open(id string, open func(context.Context, *viewer) (*channel, *problem)) {
	a := s.sending().open(id)
	v := s.viewer
	s.help(func(ctx context.Context) outcome {
		c, bad := open(ctx, v)
		return outcome{id: id, attempt: a, channel: c, bad: bad}
	})
}

// help runs work beside the session, which gets what comes of it.
func (s *session) help(work func(context.Context) outcome) {
	s.sending().send(work, s.wake)
}

// sending are the session's errands, for one more.
func (s *session) sending() *errands {
	if s.errands == nil {
		s.errands = newErrands()
	}
	return s.errands
}

// take goes on with what a helper found out.
func (s *session) take(o outcome) error {
	if o.attempt == nil {
		return s.takeRight(o)
	}
	if s.errands.opens(o.id) != o.attempt { // the client does not want it any more
		o.drop()
		return nil
	}
	s.errands.opened(o.id)
	if o.bad != nil {
		return s.fail(o.id, o.bad)
	}
	c := o.channel
	if bad := s.exposed(c); bad != nil {
		c.close()
		return s.fail(o.id, bad)
	}
	c.name, c.pending = o.id, true
	if c.follower != nil {
		c.tag = tagOf(o.id)
	}
	s.api.telemetry.subscriptions(c.kind(), 1)
	s.subs = append(s.subs, c)
	if p := c.permit(); p != nil && p.viewer != s.viewer {
		s.reconfirmOne(c)
	}
	return s.send(subscribedMessage{Type: typeSubscribed, ID: o.id, Mode: c.mode})
}

// takeRight goes on once it is known whether the viewer may see a subscription. One that it may not see ends, the others stay.
func (s *session) takeRight(o outcome) error {
	c := s.subs.named(o.id)
	if c == nil || c.permit() != o.right {
		return nil // it is another one by now
	}
	c.confirming = false
	if o.bad != nil {
		s.forget(c)
		return s.fail(o.id, o.bad)
	}
	o.right.given = o.grant
	return nil
}

// exposed asks the rollout about a subscription.
func (s *session) exposed(c *channel) *problem {
	switch {
	case s.api.rollout == nil:
		return nil
	case c.list != nil:
		return s.api.rollout.listed(s.viewer, c.list.query.WorkflowID)
	}
	if c.pass.viewer != s.viewer { // it has shown another token
		c.pass.viewer, c.pass.state = s.viewer, nil
	}
	return c.pass.check(c.execution.Overview().WorkflowID)
}

// followRollout ends the subscriptions to what is not switched on any more.
func (s *session) followRollout() error {
	for _, c := range slices.Backward(s.subs) {
		bad := s.exposed(c)
		if bad == nil {
			continue
		}
		s.forget(c)
		if err := s.fail(c.name, bad); err != nil {
			return err
		}
	}
	return nil
}

// forget ends a subscription. Whoever goes through all of them goes backward.
func (s *session) forget(c *channel) {
	at := slices.Index(s.subs, c)
	s.subs = slices.Delete(s.subs, at, at+1)
	c.close()
	s.api.telemetry.subscriptions(c.kind(), -1)
}

// reconfirm has every right confirmed for the viewer as it is now.
func (s *session) reconfirm() {
	for _, c := range s.subs {
		s.reconfirmOne(c)
	}
}

func (s *session) reconfirmOne(c *channel) {
	p := c.permit()
	if p == nil {
		return
	}
	renewed := &right{rights: p.rights, viewer: s.viewer, kind: p.kind, id: p.id}
	if c.list != nil {
		c.list.right = renewed
	} else {
		c.right = renewed
	}
	c.confirming = false
}

// noteChanges finds the subscriptions that changed.
func (s *session) noteChanges(now time.Time) {
	for _, c := range s.subs {
		s.noteChange(c, now)
	}
}

func (s *session) noteChange(c *channel, now time.Time) {
	if c.follower == nil || !c.stream.Rang() {
		return
	}
	if !c.pending && now.Before(c.notBefore) {
		s.api.telemetry.coalesced()
	}
	c.pending = true
}

// prompt implements attendee.
func (s *session) prompt(now time.Time, t *tally) (all bool) {
	s.noteChanges(now)
	if !s.conn.BeginPrompt() {
		return false
	}
	defer func() { all = !s.conn.EndPrompt() && all }() // as a plain client does
	all = true
	for _, c := range s.subs {
		if !c.pending || now.Before(c.notBefore) {
			continue
		}
		if c.follower == nil || c.confirming || c.right != nil || !c.pass.settled() || !c.flushShared(s.conn.Put, t) {
			all = false
			continue
		}
		c.pending, c.notBefore = false, now.Add(s.api.config.FlushInterval)
	}
	return all
}

// turnFrames is how many frames of one subscription are sent before the others get their turn.
const turnFrames = 32

// serveChannel does what is due for one subscription.
func (s *session) serveChannel(c *channel, now time.Time) error {
	switch {
	case c.confirming:
		return nil
	case c.permit() != nil && !now.Before(c.permit().given.until):
		s.confirm(c)
		return nil
	case !c.pending || now.Before(c.notBefore):
		return nil
	case c.list != nil:
		return s.serveList(c, now)
	}
	more, err := c.flush(turnFrames, s.sendFrame)
	var bad *problem
	switch {
	case errors.Is(err, errRight):
		s.confirm(c)
		return nil
	case errors.As(err, &bad):
		s.forget(c)
		return s.fail(c.name, bad)
	case err != nil:
		return err
	}
	if c.pending = more; !more {
		c.notBefore = time.Now().Add(s.api.config.FlushInterval)
	}
	return nil
}

// confirm has a helper ask whether the viewer may still see a subscription. Until it is known nothing more is sent.
func (s *session) confirm(c *channel) {
	c.confirming = true
	r := c.permit()
	name := c.name
	s.help(func(ctx context.Context) outcome {
		g, bad := r.ask(ctx)
		return outcome{id: name, right: r, grant: g, bad: bad}
	})
}

// serveList sends what changed in a list.
func (s *session) serveList(c *channel, now time.Time) error {
	c.notBefore = now.Add(s.api.config.ListInterval)
	list, err := s.api.lists.first(c.list.query)
	if err != nil {
		s.forget(c)
		return s.fail(c.name, s.api.problemOf(err))
	}
	change, ok := c.list.update(s.api.rollout.listRows(s.viewer, list.rows))
	if !ok {
		return nil
	}
	change.next = list.next
	for _, text := range listMessages(c.name, change, s.api.config.MaxFrameBytes) {
		if err := s.conn.Write(text); err != nil {
			return err
		}
	}
	return nil
}
