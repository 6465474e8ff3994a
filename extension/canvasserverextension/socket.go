package canvasserverextension

import (
	"net/http"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
	"github.com/orcheo/otelcol-canvas/internal/live"
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
	conn, err := a.acceptor.Accept(w, r, protocolAuth)
	if err != nil { // answered
		a.telemetry.rejected(rejectedBadRequest)
		c.drop()
		return nil
	}
	c.conn = conn
	if !a.hub.start(c) {
		a.telemetry.rejected(rejectedClosing)
		conn.CloseWith(closeGoingAway, reasonShutdown)
		c.drop()
	}
	return nil
}

// newClient checks a request for a WebSocket and takes what serving it needs. The client must be run or dropped.
func (a *api) newClient(r *http.Request) (*client, rejection, *problem) {
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
	o, stream, bad := a.subscribe(r, s)
	if bad != nil {
		leave()
		why = rejectedUnavailable
		if bad.status == http.StatusBadRequest {
			why = rejectedBadRequest
		}
		return nil, why, bad
	}
	return &client{
		id: s.id, execution: o, stream: stream, leave: leave,
		flushInterval: a.config.FlushInterval, pingInterval: a.config.PingInterval,
		maxFrame: a.config.MaxFrameBytes, messageRate: a.config.MessageRate,
		telemetry: a.telemetry, logger: a.logger,
	}, "", nil
}

func (a *api) subscribe(r *http.Request, s subscription) (*opened, *live.Stream, *problem) {
	o, err := a.finder.open(r.Context(), s.id, s.hint, 0)
	if err != nil {
		return nil, nil, a.problemOf(err)
	}
	stream, err := o.Stream(s.cursor)
	if err != nil {
		o.close()
		return nil, nil, a.problemOf(err)
	}
	return o, stream, nil
}
