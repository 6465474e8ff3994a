package canvasserverextension

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// api answers requests. One file holds each kind of them.
type api struct {
	config    *Config
	build     component.BuildInfo
	logger    *zap.Logger
	telemetry *telemetry
	registry  *registry
	finder    *finder
	access    *access
	rights    *rights
	rollout   *rollout
	behind    *behind
	lists     *lists
	admission *admission
	acceptor  *wsconn.Acceptor
	hub       *hub
	courier   courier
}

// closeTimeout is how long a client may take to answer that its WebSocket is closed.
const closeTimeout = time.Second

func (a *api) newAcceptor() *wsconn.Acceptor {
	return wsconn.NewAcceptor(wsconn.Options{
		Compression:  a.config.Compression,
		MaxMessage:   a.config.MaxClientMessageBytes,
		ReadTimeout:  a.config.ReadTimeout,
		WriteTimeout: a.config.WriteTimeout,
		CloseTimeout: closeTimeout,
	}, func(w http.ResponseWriter, status int, reason string) { writeDetail(w, status, reason) })
}

func (a *api) answer(w http.ResponseWriter) *answer { return newAnswer(w, a.config.WriteTimeout) }

// source is what there is to read from.
func (a *api) source() (live.Source, *problem) {
	if s := a.registry.current(); s != nil {
		return s, nil
	}
	return nil, unavailable(errNoSource.Error())
}

// pathID is the id in a request's path, and the other parameters.
func pathID(r *http.Request) (id string, p params, bad *problem) {
	if p, bad = paramsOf(r); bad != nil {
		return "", p, bad
	}
	id, bad = p.id()
	return id, p, bad
}

// seen is an execution that a REST answer is about. It must be closed.
type seen struct {
	*opened
	right *right
	pass  *pass
}

// open opens an execution for a REST answer, if the viewer may see it.
func (a *api) open(r *http.Request, id string, grace time.Duration) (*seen, *problem) {
	v := a.access.viewer(r)
	s := &seen{right: a.rights.to(v, id), pass: a.rollout.pass(v, r.URL.Query().Get("workflow_id"))}
	if bad := s.right.confirm(r.Context()); bad != nil {
		return nil, bad
	}
	o, err := a.finder.open(r.Context(), id, tracestore.TraceID{}, grace)
	if err != nil {
		return nil, a.problemOf(err)
	}
	s.opened = o
	if bad := s.exposed(); bad != nil {
		o.close()
		return nil, bad
	}
	return s, nil
}

// exposed asks the rollout about the execution as it is now.
func (s *seen) exposed() *problem {
	if s.pass == nil {
		return nil
	}
	return s.pass.check(s.Overview().WorkflowID)
}

// confirm must be asked after what is answered was read: it may have come with the name of another execution.
func (s *seen) confirm(r *http.Request) *problem {
	if bad := s.right.confirm(r.Context()); bad != nil {
		return bad
	}
	return s.exposed()
}

// problemOf tells a client of an error of the layers below.
func (a *api) problemOf(err error) *problem {
	switch {
	case errors.Is(err, live.ErrCursor), errors.Is(err, tracestore.ErrCursor):
		return badRequest(err.Error())
	case errors.Is(err, live.ErrUnknownSpan):
		return notFound(err.Error())
	case errors.Is(err, errNoSource):
		return unavailable(err.Error())
	case errors.Is(err, tracestore.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return unavailable("the trace store is not available; try again")
	}
	a.logger.Warn("The trace store failed to answer", zap.Error(err))
	return unavailable("the trace store failed to answer; try again, and see the collector's log")
}
