package canvasserverextension

import (
	"errors"
	"net/http"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/limit"
)

// maxPrincipals bounds the memory of the handshake rates.
const maxPrincipals = 10_000

// gateRetry is when a client that found the server full should come again.
const gateRetry = 5 * time.Second

// admission lets connections that stay (WebSockets, waiting long polls) in, or not.
type admission struct {
	access *access
	gate   *limit.Gate
	begun  *limit.Gate // multiplexed WebSockets before init
	rates  *limit.Rates
}

func newAdmission(c *Config, a *access) *admission {
	return &admission{
		access: a,
		gate:   limit.NewGate(c.MaxConnections, c.MaxConnectionsPerPrincipal),
		begun:  limit.NewGate(c.MaxPendingConnections, 0),
		rates:  limit.NewRates(c.HandshakeRate, maxPrincipals),
	}
}

// enter counts the request's principal in until leave is called.
func (a *admission) enter(r *http.Request) (leave func(), why rejection, _ *problem) {
	principal := a.access.principal(r.Header, r.RemoteAddr)
	if ok, wait := a.rates.Take(principal, time.Now()); !ok {
		return nil, rejectedRate, &problem{
			status: http.StatusTooManyRequests, retry: wait,
			detail: "too many connections begun in a short time; try again later, or raise handshake_rate",
		}
	}
	return a.enterAs(principal)
}

// enterAs counts a principal in until leave is called, however often it came lately.
func (a *admission) enterAs(principal string) (leave func(), why rejection, _ *problem) {
	leave, err := a.gate.Enter(principal)
	if err == nil {
		return leave, "", nil
	}
	why = rejectedConnections
	if errors.Is(err, limit.ErrPrincipalFull) {
		why = rejectedPrincipalConnections
	}
	return nil, why, &problem{status: http.StatusTooManyRequests, retry: gateRetry, detail: err.Error()}
}

// begin counts a multiplexed WebSocket in that has not said init yet, until leave is called.
func (a *admission) begin() (leave func(), why rejection, _ *problem) {
	leave, err := a.begun.Enter("")
	if err == nil {
		return leave, "", nil
	}
	return nil, rejectedPending, &problem{
		status: http.StatusTooManyRequests, retry: gateRetry,
		detail: "too many connections that have not sent init; try again later, or raise max_pending_connections",
	}
}
