package canvasserverextension

import (
	"net/http"
	"slices"
	"strings"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// protocolTrace is the subprotocol of the multiplexed WebSocket. A breaking change of it would be v2.
const protocolTrace = "orcheo-trace.v1"

// multiplexed answers GET /ws: one WebSocket for many executions and the live list. Who may use it is said by the request, or
// after the upgrade by init.
func (a *api) multiplexed(w http.ResponseWriter, r *http.Request) *problem {
	s, why, bad := a.newSession(r)
	if bad != nil {
		a.telemetry.rejected(why)
		return bad
	}
	s.count()
	conn, err := a.acceptor.Accept(w, r, protocolTrace)
	if err != nil { // answered
		a.telemetry.rejected(rejectedBadRequest)
		s.drop()
		return nil
	}
	s.conn = conn
	if !a.hub.start(s) {
		a.telemetry.rejected(rejectedClosing)
		conn.Refuse(closeRestart, reasonShutdown)
		s.drop()
	}
	return nil
}

// newSession checks a request for a multiplexed WebSocket. The session must be run or dropped.
func (a *api) newSession(r *http.Request) (*session, rejection, *problem) {
	switch {
	case !wsconn.IsUpgrade(r):
		return nil, rejectedBadRequest, &problem{status: http.StatusUpgradeRequired, detail: "this is a WebSocket: connect with ws:// or wss://"}
	case !offers(r, protocolTrace):
		return nil, rejectedBadRequest, badRequest("this WebSocket speaks " + protocolTrace + ": offer it as a subprotocol, or use /ws/executions/{id}")
	case a.hub.isClosing():
		return nil, rejectedClosing, unavailable(reasonShutdown)
	}
	leave, why, bad := a.admission.enter(r)
	if bad != nil {
		return nil, why, bad
	}
	begun, why, bad := a.admission.begin()
	if bad != nil {
		leave()
		return nil, why, bad
	}
	return newSession(a, a.access.viewer(r), isStranger(r), leave, begun), "", nil
}

// offers says whether a request offers a subprotocol.
func offers(r *http.Request, protocol string) bool {
	offered := strings.Split(strings.Join(r.Header.Values("Sec-Websocket-Protocol"), ","), ",")
	return slices.ContainsFunc(offered, func(o string) bool { return strings.TrimSpace(o) == protocol })
}
