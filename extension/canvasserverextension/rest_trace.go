package canvasserverextension

import (
	"context"
	"net/http"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/live"
)

// trace answers GET /api/executions/{id}/trace: all spans, a page of them, or what changed since a cursor.
func (a *api) trace(w http.ResponseWriter, r *http.Request) *problem {
	id, p, bad := pathID(r)
	if bad != nil {
		return bad
	}
	q, bad := a.traceQuery(p)
	if bad != nil {
		return bad
	}
	o, bad := a.open(r, id, resolveGrace)
	if bad != nil {
		return bad
	}
	defer o.close()
	snap, err := o.Snapshot(q.cursor, q.limit)
	if err != nil {
		return a.problemOf(err)
	}
	if q.wait > 0 && nothingNew(&snap) {
		if snap, bad = a.longPoll(w, r, o, q, snap); bad != nil {
			return bad
		}
	}
	if q.whole() && holdsNothing(&snap.Overview) {
		if done, bad := a.traceBehind(w, r, o, id); done || bad != nil {
			return bad
		}
		if snap, err = o.Snapshot(q.cursor, q.limit); err != nil { // the backend has said which trace it is
			return a.problemOf(err)
		}
	}
	if bad = o.confirm(r); bad != nil {
		return bad
	}
	if !snap.Overview.Known && a.config.UnknownExecution == UnknownNotFound {
		return notFound("Execution history not found")
	}
	a.answer(w).writeTrace(id, &snap)
	return nil
}

// traceQuery is what a request for a trace asks for.
type traceQuery struct {
	cursor string
	limit  int
	wait   time.Duration
}

// whole says whether a request asks as Orcheo's Canvas does, without what only this server knows.
func (q traceQuery) whole() bool { return q.cursor == "" && q.limit == 0 && q.wait == 0 }

// holdsNothing says whether the store holds no span of an execution.
func holdsNothing(o *execution.Overview) bool { return !o.Known || evicted(o) || o.Spans == 0 }

func (a *api) traceQuery(p params) (q traceQuery, bad *problem) {
	if q.cursor, bad = p.cursor(); bad != nil {
		return q, bad
	}
	if q.limit, bad = p.limit(0, maxTraceLimit); bad != nil {
		return q, bad
	}
	q.wait, bad = p.wait(a.config.MaxWait)
	return q, bad
}

// nothingNew says whether an answer would tell the client nothing it does not know.
func nothingNew(s *live.Snapshot) bool {
	return len(s.Spans) == 0 && s.NextPage == "" && !evicted(&s.Overview)
}

// longPoll waits until there is something to tell, the time is up, the client leaves or the server stops.
func (a *api) longPoll(w http.ResponseWriter, r *http.Request, o *seen, q traceQuery, first live.Snapshot) (live.Snapshot, *problem) {
	leave, why, bad := a.admission.enter(r)
	if bad != nil {
		a.telemetry.rejected(why)
		return first, bad
	}
	defer leave()
	defer a.telemetry.connected(transportLongPoll)()
	stream, err := o.Stream(first.Changes)
	if err != nil {
		return first, a.problemOf(err)
	}
	defer stream.Close()
	a.answer(w).hold(q.wait)
	ctx, cancel := context.WithTimeout(r.Context(), q.wait)
	defer cancel()
	return a.awaitChange(ctx, o, stream, q, first)
}

func (a *api) awaitChange(ctx context.Context, o *seen, stream *live.Stream, q traceQuery, first live.Snapshot) (live.Snapshot, *problem) {
	for {
		snap, err := o.Snapshot(q.cursor, q.limit)
		if err != nil {
			return first, a.problemOf(err)
		}
		if !nothingNew(&snap) || differs(&first, &snap) {
			return snap, nil
		}
		select {
		case <-stream.Changed():
		case <-o.pass.replaced():
			if bad := o.exposed(); bad != nil {
				return snap, bad
			}
		case <-ctx.Done():
			return snap, nil
		case <-a.hub.closing():
			return snap, nil
		}
	}
}

// differs says whether the execution as a whole changed, as when it becomes complete without another span.
func differs(before, now *live.Snapshot) bool {
	b, n := &before.Overview, &now.Overview
	return b.Known != n.Known || b.Status != n.Status || b.Complete != n.Complete || b.Revision != n.Revision
}
