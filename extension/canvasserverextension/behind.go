package canvasserverextension

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/component"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/resolver"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// The variables of a path whose rights are asked for before it is passed on.
const (
	varExecution = "execution_id"
	varWorkflow  = "workflow_id"
)

// behind is the Orcheo backend behind this server. A nil *behind takes nothing.
type behind struct {
	*backend.Backend
	client *http.Client
	dialer wsconn.Dialer // of WebSockets
}

func newBehind(ctx context.Context, c *BackendConfig, extensions map[component.ID]component.Component, set component.TelemetrySettings, t *telemetry) (*behind, error) {
	if !c.enabled() {
		return nil, nil //nolint:nilnil // nothing is passed on
	}
	endpoint, err := resolver.ParseEndpoint(c.Endpoint)
	if err != nil {
		return nil, prefix("backend::endpoint", err)
	}
	patterns, err := c.patterns()
	if err != nil {
		return nil, prefix("backend::paths", err)
	}
	client, err := c.ToClient(ctx, extensions, set)
	if err != nil {
		return nil, prefix("backend", err)
	}
	dialer, err := workflowDialer(ctx, c)
	if err != nil {
		return nil, prefix("backend", err)
	}
	return &behind{client: client, dialer: dialer, Backend: backend.New(backend.Config{
		Endpoint: endpoint, Token: string(c.Token), Authenticates: c.Auth.HasValue(), Forwarded: c.Forwarded, Timeout: c.Timeout,
		MaxRequest: c.MaxRequestBytes, MaxResponse: c.MaxResponseBytes, Patterns: patterns,
	}, client.Transport, t.passedOn, func(w http.ResponseWriter, f *backend.Failure) { failed(f).write(w) })}, nil
}

func (b *behind) close() {
	if b != nil {
		b.client.CloseIdleConnections()
	}
}

func failed(f *backend.Failure) *problem { return &problem{status: f.Status, detail: f.Detail} }

// takes says whether a request is passed on. WebSockets are not.
func (b *behind) takes(r *http.Request) bool {
	if b == nil || isSocket(r.URL.Path) {
		return false
	}
	_, ok := b.Match(r.Method, r.URL)
	return ok
}

func (b *behind) hasArtifacts() bool {
	if b == nil {
		return false
	}
	_, ok := b.Match(http.MethodGet, &url.URL{Path: "/api/artifacts/x/download"})
	return ok
}

// pass passes a request on, if the viewer may see what its path names.
func (a *api) pass(w http.ResponseWriter, r *http.Request) *problem {
	v := a.access.viewer(r)
	variables, _ := a.behind.Match(r.Method, r.URL)
	if id, named := variables[varExecution]; named {
		if bad := a.rights.to(v, id).confirm(r.Context()); bad != nil {
			return bad
		}
	}
	if id, named := variables[varWorkflow]; named {
		if bad := a.rights.toList(v, id).confirm(r.Context()); bad != nil {
			return bad
		}
	}
	a.behind.ServeHTTP(&patientWriter{ResponseWriter: w, answer: a.answer(w)}, r)
	return nil
}

// patientWriter gives a client so long for each part of an answer, not for all of it.
type patientWriter struct {
	http.ResponseWriter
	answer *answer
}

func (w *patientWriter) Write(p []byte) (int, error) { return w.answer.Write(p) }

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// traceBehind answers with the backend's trace of an execution of which nothing is held here. done is false where there is none,
// or where it turned out that something is held: then this server answers, so that the spans of an execution have one set of ids.
func (a *api) traceBehind(w http.ResponseWriter, r *http.Request, o *seen, id string) (done bool, _ *problem) {
	if a.behind == nil {
		return false, nil
	}
	if bad := o.confirm(r); bad != nil {
		return false, bad
	}
	t, err := a.behind.Trace(r.Context(), r.Header, id)
	if err != nil {
		overview := o.Overview()
		if evicted(&overview) {
			return false, nil // its totals are better than nothing
		}
		var f *backend.Failure
		errors.As(err, &f)
		return false, failed(f)
	}
	defer t.Close()
	switch {
	case t.Status == http.StatusNotFound, a.isHeld(r.Context(), o, id, t.TraceID):
		return false, nil
	case t.Status == http.StatusUnauthorized:
		writeUnauthorized(w, codeInvalidToken, "The Orcheo backend does not accept these credentials")
		return true, nil
	case t.Status == http.StatusForbidden:
		return false, forbidden("the Orcheo backend does not show you this execution")
	}
	if t.Workflow != "" {
		if bad := o.pass.check(t.Workflow); bad != nil {
			return false, bad
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if n := t.Length(); n >= 0 {
		h.Set("Content-Length", strconv.FormatInt(n, 10))
	}
	if _, err := t.WriteTo(a.answer(w)); err != nil {
		panic(http.ErrAbortHandler) // the status is sent: only a connection that breaks tells the client
	}
	return true, nil
}

// isHeld says whether something of an execution is held by now, or under the trace that the backend says it has. Then the two are
// bound, as the resolver does it: the backend's word counts.
func (a *api) isHeld(ctx context.Context, o *seen, id, trace string) bool {
	overview := o.Overview()
	if !holdsNothing(&overview) {
		return true
	}
	source, bad := a.source()
	if bad != nil || len(trace) != 32 || evicted(&overview) {
		return false
	}
	trace = strings.ToLower(trace)
	var t [16]byte
	if !decodeHex(t[:], trace) {
		return false
	}
	res, err := source.Resolve(ctx, trace)
	if err != nil || !res.Known || len(res.Traces) == 0 || source.Bind(ctx, id, t) != nil {
		return false
	}
	enough, cancel := context.WithTimeout(ctx, resolveGrace)
	defer cancel()
	awaitKnown(enough, o.Handle)
	overview = o.Overview()
	return !holdsNothing(&overview)
}
