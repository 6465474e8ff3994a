package canvasserverextension

import (
	"net/http"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/execution"
)

// span answers GET /api/executions/{id}/traces/{trace_id}/spans/{span_id}: one span with its whole values.
func (a *api) span(w http.ResponseWriter, r *http.Request) *problem {
	id, p, bad := pathID(r)
	if bad != nil {
		return bad
	}
	var key execution.SpanKey
	if key.Trace, bad = p.trace(); bad != nil {
		return bad
	}
	if key.Span, bad = p.span(); bad != nil {
		return bad
	}
	o, bad := a.open(r, id, 0)
	if bad != nil {
		return bad
	}
	defer o.close()
	view, err := o.Span(key)
	if err != nil {
		return a.problemOf(err)
	}
	if bad = o.confirm(r); bad != nil {
		return bad
	}
	body, err := canvaswire.AppendWholeSpan(nil, canvaswire.SpanParts(view))
	if err != nil {
		return a.problemOf(err)
	}
	a.answer(w).json(body)
	return nil
}
