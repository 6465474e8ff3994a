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
	rates  *limit.Rates
}

func newAdmission(c *Config, a *access) *admission {
	return &admission{
		access: a,
		gate:   limit.NewGate(c.MaxConnections, c.MaxConnectionsPerPrincipal),
		rates:  limit.NewRates(c.HandshakeRate, maxPrincipals),
	}
}

// enter counts the request's principal in until leave is called.
func (a *admission) enter(r *http.Request) (leave func(), why rejection, _ *problem) {
	principal := a.access.principal(r)
	if ok, wait := a.rates.Take(principal, time.Now()); !ok {
		return nil, rejectedRate, &problem{
			status: http.StatusTooManyRequests, retry: wait,
			detail: "too many connections begun in a short time; try again later, or raise handshake_rate",
		}
	}
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
