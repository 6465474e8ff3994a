package canvasserverextension

import (
	"net/http"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// protocolAuth is the subprotocol that a browser offers beside its token. A browser drops a connection whose answer names
// none of those it offered.
const protocolAuth = "orcheo-auth"

// socket answers GET /ws/executions/{id}: the plain WebSocket. Everything that can be wrong is found before the upgrade and
// answered as plain HTTP; the handler returns with the upgrade, so that the connection's life is not taken for a request's.
func (a *api) socket(w http.ResponseWriter, r *http.Request) *problem {
	c, why, bad := a.newClient(r)
	if bad != nil {
		a.telemetry.rejected(why)
		return bad
	}
	c.count()
	conn, err := a.acceptor.Accept(w, r, protocolAuth)
	if err != nil { // answered
		a.telemetry.rejected(rejectedBadRequest)
		c.drop()
		return nil
	}
	c.conn = conn
	if !a.hub.start(c) {
		a.telemetry.rejected(rejectedClosing)
		conn.Refuse(closeGoingAway, reasonShutdown)
		c.drop()
	}
	return nil
}

// newClient checks a request for a WebSocket and takes what serving it needs. The client must be run or dropped.
func (a *api) newClient(r *http.Request) (*plainClient, rejection, *problem) {
	if !wsconn.IsUpgrade(r) {
		return nil, rejectedBadRequest, &problem{status: http.StatusUpgradeRequired, detail: "this is a WebSocket: connect with ws:// or wss://"}
	}
	if a.hub.isClosing() {
		return nil, rejectedClosing, unavailable("the server stops")
	}
	s, bad := subscriptionOf(r)
	if bad != nil {
		return nil, rejectedBadRequest, bad
	}
	leave, why, bad := a.admission.enter(r)
	if bad != nil {
		return nil, why, bad
	}
	c := newPlainClient(a, leave)
	s.from.Wake = func() { a.courier.call(&c.attended) } //nolint:contextcheck // the courier is nobody's request
	v := a.access.viewer(r)
	f, bad := a.follow(r.Context(), v, s)
	if bad != nil {
		leave()
		return nil, rejectionOf(bad), bad
	}
	c.serving = a.serving(f, v)
	return c, "", nil
}

// serving is what follows an execution for a viewer.
func (a *api) serving(f *follower, v *viewer) serving {
	return serving{
		follower: f, api: a, viewer: v, pace: pace{interval: a.config.FlushInterval},
	}
}

// rejectionOf is why a connection is turned away that was let in and then asked for something it cannot have.
func rejectionOf(p *problem) rejection {
	if p.code == codeNotEnabled {
		return rejectedNotEnabled
	}
	switch p.status {
	case http.StatusBadRequest:
		return rejectedBadRequest
	case http.StatusForbidden:
		return rejectedForbidden
	}
	return rejectedUnavailable
}
