package canvasserverextension

import (
	"context"
	"net/http"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/forwardauth"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// askParallel is how many questions the operator's service gets at once.
const askParallel = 16

// rights knows who may see what. A nil *rights lets everybody see everything.
type rights struct {
	registry  *registry
	authority *forwardauth.Authorizer
	headers   []string // of the viewer that are passed on
}

func newRights(ctx context.Context, c *ForwardAuthConfig, r *registry, report func(forwardauth.Kind, forwardauth.Result)) (*rights, error) {
	if !c.enabled() {
		return nil, nil //nolint:nilnil // nobody is asked
	}
	tls, err := c.TLS.LoadTLSConfig(ctx)
	if err != nil {
		return nil, prefix("forward_auth::tls", err)
	}
	authority, err := forwardauth.New(forwardauth.Config{
		TLS:     tls,
		URLs:    map[forwardauth.Kind]string{forwardauth.Execution: c.URL, forwardauth.Workflow: c.WorkflowURL},
		Timeout: c.Timeout, TTL: c.CacheTTL, MaxEntries: c.MaxEntries, Parallel: askParallel,
	}, report)
	if err != nil {
		return nil, prefix("forward_auth", err)
	}
	return &rights{registry: r, authority: authority, headers: c.Headers}, nil
}

func (r *rights) close() {
	if r != nil {
		r.authority.Close()
	}
}

// right is one viewer's right to see what an id stands for. The id may come to stand for something else, as when a trace
// that nobody had named turns out to be an execution's: then the right is to that one. A nil *right always holds.
type right struct {
	rights *rights
	viewer *viewer
	kind   forwardauth.Kind
	id     string // as it was asked for
	given  grant
}

// grant is a right that was confirmed.
type grant struct {
	id    string // what the asked id stood for
	until time.Time
}

// to is a viewer's right to an execution, not yet confirmed.
func (r *rights) to(v *viewer, id string) *right {
	if r == nil {
		return nil
	}
	return &right{rights: r, viewer: v, kind: forwardauth.Execution, id: id}
}

// toList is a viewer's right to the list of a workflow; the empty one is all workflows, which nobody has a right to.
func (r *rights) toList(v *viewer, workflow string) *right {
	if r == nil {
		return nil
	}
	return &right{rights: r, viewer: v, kind: forwardauth.Workflow, id: workflow}
}

// holds says whether the right is confirmed for what the id stands for now. After spans were read it must be asked again: they
// may have come with the name of the execution that they are of.
func (r *right) holds(now time.Time) bool {
	if r == nil {
		return true
	}
	if !now.Before(r.given.until) {
		return false
	}
	id, err := r.standsFor(context.Background())
	return err == nil && id == r.given.id
}

// expires is when the right must be confirmed again; the zero time: never.
func (r *right) expires() time.Time {
	if r == nil {
		return time.Time{}
	}
	return r.given.until
}

// confirm makes sure that the right holds.
func (r *right) confirm(ctx context.Context) *problem {
	if r.holds(time.Now()) {
		return nil
	}
	g, bad := r.ask(ctx)
	if bad == nil {
		r.given = g
	}
	return bad
}

// ask has the operator's service asked. It changes nothing.
func (r *right) ask(ctx context.Context) (grant, *problem) {
	id, err := r.standsFor(ctx)
	switch {
	case err != nil:
		return grant{}, unavailable("the trace store is not available; try again")
	case id == "":
		return grant{}, forbidden("rights are given per execution here: name a workflow_id")
	}
	q := forwardauth.Question{Header: http.Header{}, Kind: r.kind, ID: id}
	for _, name := range r.rights.headers {
		if values := r.viewer.header.Values(name); len(values) > 0 {
			q.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	switch v := r.rights.authority.Ask(ctx, q); v.Result {
	case forwardauth.Allowed:
		return grant{id: id, until: v.Until}, nil
	case forwardauth.Denied:
		return grant{}, forbidden("you may not see this " + string(r.kind))
	}
	return grant{}, unavailable("whether you may see this " + string(r.kind) + " could not be found out; try again")
}

// standsFor is the execution that the id belongs to now.
func (r *right) standsFor(ctx context.Context) (string, error) {
	if r.kind == forwardauth.Workflow {
		return r.id, nil
	}
	source := r.rights.registry.current()
	if source == nil {
		return "", errNoSource
	}
	res, err := source.Resolve(ctx, r.id)
	return res.Execution, err
}

// hint is what of a viewer's belief about an execution's trace may be used. With rights it is nothing: the resolver, which
// asks the backend itself, binds what is true, and a viewer must not reach a trace by claiming it.
func (r *rights) hint(t tracestore.TraceID) tracestore.TraceID {
	if r != nil {
		return tracestore.TraceID{}
	}
	return t
}
