package canvasserverextension

import (
	"context"
	"net/http"
	"time"
)

// obey does what a message asks for. A mistake is told; only what makes it useless to go on ends the connection.
func (s *session) obey(m *message) error {
	switch m.Type {
	case typeInit, typePing, typeSubscribe, typeUnsubscribe:
	default:
		return s.fail(clip(m.ID), badRequest("unknown message type "+clip(m.Type)+": write init, subscribe, unsubscribe or ping"))
	}
	if s.begun != nil && m.Type != typeInit && m.Type != typePing {
		return &closing{closeUnauthenticated, "send init first", endedUnauthenticated}
	}
	if m.malformed != nil {
		return s.fail(clip(m.ID), m.malformed)
	}
	switch m.Type {
	case typeInit:
		return s.init(m.Token)
	case typePing:
		return s.pong(m)
	case typeSubscribe:
		return s.subscribe(m)
	}
	return s.unsubscribe(m)
}

func (s *session) pong(m *message) error {
	t, bad := m.echo()
	if bad != nil {
		return s.fail("", bad)
	}
	return s.send(pongMessage{Type: typePong, T: t})
}

// init lets the client in. Later ones renew its token.
func (s *session) init(token string) error {
	renewal := s.begun == nil
	if renewal && token == "" {
		return s.fail("", badRequest("init again without a token: there is nothing to renew"))
	}
	v := s.api.access.with(s.viewer, token)
	if (s.stranger || token != "") && (!isToken(token) || !s.api.access.introduce(v)) {
		if renewal { // the old one counts until it expires
			return s.fail("", &problem{status: http.StatusUnauthorized, detail: "the token is not valid"})
		}
		s.api.telemetry.rejected(rejectedAuth)
		return &closing{closeUnauthenticated, "the token is not valid", endedUnauthenticated}
	}
	if err := s.countAs(v); err != nil {
		return err
	}
	if !renewal {
		s.begun()
		s.begun = nil
	}
	s.stranger, s.auth = false, time.Time{}
	if s.api.access.viewers != nil {
		s.auth = time.Now().Add(s.api.access.every)
	}
	if v != s.viewer {
		s.viewer = v
		s.reconfirm()
		if err := s.followRollout(); err != nil {
			return err
		}
	}
	return s.send(welcomeOf(s.api.config))
}

// countAs has limits count the connection to whom it turned out to be.
func (s *session) countAs(v *viewer) error {
	if v.principal == s.viewer.principal {
		return nil
	}
	leave, why, bad := s.api.admission.enterAs(v.principal)
	if bad != nil {
		s.api.telemetry.rejected(why)
		return &closing{closeTooMany, "too many connections", endedTooMany}
	}
	s.leave()
	s.leave = leave
	return nil
}

// subscribe begins to open a subscription.
func (s *session) subscribe(m *message) error {
	if m.ID == "" || len(m.ID) > maxSubscriptionID {
		return s.fail(clip(m.ID), badRequest("malformed id: choose a text of 1 to 128 bytes for each subscription"))
	}
	if s.subs.named(m.ID) != nil || s.errands.opens(m.ID) != nil {
		return &closing{closeDuplicate, "an id that is subscribed already", endedDuplicate}
	}
	if len(s.subs)+s.errands.openings() >= s.api.config.MaxSubscriptions {
		return s.fail(m.ID, &problem{status: http.StatusTooManyRequests, detail: "too many subscriptions; unsubscribe some, or raise max_subscriptions"})
	}
	if m.Executions != nil {
		q, bad := m.list()
		if bad != nil {
			return s.fail(m.ID, bad)
		}
		s.open(m.ID, func(ctx context.Context, v *viewer) (*channel, *problem) { return s.api.watchList(ctx, v, q) })
		return nil
	}
	target, bad := m.target()
	if bad != nil {
		return s.fail(m.ID, bad)
	}
	target.from.Wake = func() { s.api.courier.call(&s.attended) }
	s.open(m.ID, func(ctx context.Context, v *viewer) (*channel, *problem) { return s.api.followOn(ctx, v, target) })
	return nil
}

// unsubscribe ends a subscription. One that is not there may have been ended by an error that crossed the message.
func (s *session) unsubscribe(m *message) error {
	s.errands.opened(m.ID)
	if c := s.subs.named(m.ID); c != nil {
		s.forget(c)
	}
	return nil
}
