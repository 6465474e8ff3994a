package canvasserverextension

import (
	"net/http"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// executions answers GET /api/executions: recent executions, newest activity first.
func (a *api) executions(w http.ResponseWriter, r *http.Request) *problem {
	p, bad := paramsOf(r)
	if bad != nil {
		return bad
	}
	selected, bad := p.selected()
	if bad != nil {
		return bad
	}
	q, bad := selected.parse()
	if bad != nil {
		return bad
	}
	q.Cursor = p.query.Get("cursor")
	page, bad := a.list(r, q)
	if bad != nil {
		return bad
	}
	a.answer(w).json(canvaswire.AppendExecutions(nil, &page))
	return nil
}

// workflowExecutions answers GET /api/workflows/{id}/executions: those of one workflow, in Orcheo's shape.
func (a *api) workflowExecutions(w http.ResponseWriter, r *http.Request) *problem {
	if a.behind.takes(r) { // it knows the runs of before, and those that were never traced
		return a.pass(w, r)
	}
	p, bad := paramsOf(r)
	if bad != nil {
		return bad
	}
	q := tracestore.Query{}
	if q.WorkflowID, bad = p.id(); bad != nil {
		return bad
	}
	if q.Limit, bad = p.limit(listLimit, maxListLimit); bad != nil {
		return bad
	}
	page, bad := a.list(r, q)
	if bad != nil {
		return bad
	}
	a.answer(w).json(canvaswire.AppendOrcheoRows(nil, page.Rows))
	return nil
}

func (a *api) list(r *http.Request, q tracestore.Query) (tracestore.ExecutionPage, *problem) {
	v := a.access.viewer(r)
	if bad := a.rights.toList(v, q.WorkflowID).confirm(r.Context()); bad != nil {
		return tracestore.ExecutionPage{}, bad
	}
	if bad := a.rollout.listed(v, q.WorkflowID); bad != nil {
		return tracestore.ExecutionPage{}, bad
	}
	source, bad := a.source()
	if bad != nil {
		return tracestore.ExecutionPage{}, bad
	}
	page, err := source.Executions(r.Context(), q)
	if err != nil {
		return page, a.problemOf(err)
	}
	page.Rows = a.rollout.rows(v, page.Rows)
	return page, nil
}
