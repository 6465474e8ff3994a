package canvasserverextension

import (
	"context"
	"net/http"

	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// subscription is what a client asks to follow.
type subscription struct {
	id   string
	hint tracestore.TraceID
	from live.Start
	// workflow is what the client believes the execution to be of. Only the rollout asks for it, as long as no span says it.
	workflow string
}

// subscriptionOf is what the address of a plain WebSocket or of an event stream asks for.
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
	s.workflow = p.query.Get("workflow_id")
	s.from.Cursor, bad = p.cursor()
	return s, bad
}

// follow begins to follow an execution, if the viewer may. The follower must be closed.
func (a *api) follow(ctx context.Context, v *viewer, s subscription) (*follower, *problem) {
	right := a.rights.to(v, s.id)
	if bad := right.confirm(ctx); bad != nil {
		return nil, bad
	}
	o, err := a.finder.open(ctx, s.id, a.rights.hint(s.hint), 0)
	if err != nil {
		return nil, a.problemOf(err)
	}
	exposed := a.rollout.pass(v, s.workflow)
	if exposed != nil {
		if bad := exposed.check(o.Overview().WorkflowID); bad != nil {
			o.close()
			return nil, bad
		}
	}
	stream, err := o.StreamFrom(s.from)
	if err != nil {
		o.close()
		return nil, a.problemOf(err)
	}
	f := &follower{
		id: s.id, execution: o, stream: stream, right: right, pass: exposed,
		maxFrame: a.config.MaxFrameBytes, telemetry: a.telemetry,
	}
	if right != nil {
		f.from = &s.from
	}
	return f, nil
}
