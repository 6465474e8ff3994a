package canvasserverextension

import (
	"net/http"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// subscription is what a WebSocket asks for.
type subscription struct {
	id     string
	hint   tracestore.TraceID
	cursor string // "" or c.…
}

func subscriptionOf(r *http.Request) (s subscription, bad *problem) {
	p, bad := paramsOf(r)
	if bad != nil {
		return s, bad
	}
	if s.id, bad = p.id(); bad != nil {
		return s, bad
	}
	if s.hint, bad = p.hint(); bad != nil {
		return s, bad
	}
	s.cursor, bad = p.cursor()
	return s, bad
}
