package canvasserverextension

import (
	"errors"
	"net/http"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// bind answers PUT /api/executions/{id}/traces/{trace_id}: whoever starts a run says early which trace it has.
func (a *api) bind(w http.ResponseWriter, r *http.Request) *problem {
	if !a.config.Bind.Enabled {
		return &problem{status: http.StatusForbidden, detail: "binding traces to executions is switched off; set bind::enabled: true"}
	}
	id, p, bad := pathID(r)
	if bad != nil {
		return bad
	}
	trace, bad := p.trace()
	if bad != nil {
		return bad
	}
	source, bad := a.source()
	if bad != nil {
		return bad
	}
	switch err := source.Bind(r.Context(), id, trace); {
	case errors.Is(err, tracestore.ErrUnbindable):
		return &problem{status: http.StatusConflict, detail: "the trace belongs to another execution, and bindings do not move"}
	case err != nil:
		return a.problemOf(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
