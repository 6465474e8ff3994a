package canvasserverextension

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/guard"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/page"
)

const healthPath = "/healthz"

// handler is what answers a route; a problem it returns is told to the client.
type handler func(w http.ResponseWriter, r *http.Request) *problem

// method is one method of a route.
type method struct {
	asking who
	handle handler
}

// routes is the table of everything that can be asked: path → method → answer.
func (a *api) routes() map[string]map[string]method {
	get := func(asking who, h handler) map[string]method {
		return map[string]method{http.MethodGet: {asking, h}}
	}
	files := page.Files()
	shell := page.Shell(files, basePath(a.config.BasePath).href())
	return map[string]map[string]method{
		"/{$}":              get(everybody, plain(shell)),
		"/executions/{id}":  get(everybody, plain(shell)),
		"/compare":          get(everybody, plain(shell)),
		"/assets/{path...}": get(everybody, plain(page.Assets(files, unknownRoute))),
		healthPath:          get(everybody, a.health),

		"/api/info":                                              get(viewers, a.info),
		"/api/executions":                                        get(viewers, a.executions),
		"/api/workflows/{id}/executions":                         get(viewers, a.workflowExecutions),
		"/api/executions/{id}/trace":                             get(viewers, a.trace),
		"/api/executions/{id}/trace/otlp":                        get(viewers, a.download),
		"/api/artifacts/{id}/download":                           get(viewers, a.artifact),
		"/api/executions/{id}/traces/{trace_id}/spans/{span_id}": get(viewers, a.span),
		"/api/executions/{id}/traces/{trace_id}":                 {http.MethodPut: {binders, a.bind}},

		"/api/executions/{id}/events": get(viewers, a.events),

		"/ws":                 get(introduced, a.multiplexed),
		"/ws/executions/{id}": get(viewers, a.socket),
		"/ws/workflow/{ref}":  get(viewers, a.workflowSocket),
	}
}

// newMux builds the handler of all routes.
func (a *api) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	for path, methods := range a.routes() {
		mux.Handle(path, a.dispatch(methods))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if a.behind.takes(r) {
			if r = a.admit(w, r, viewers); r == nil {
				return
			}
			if p := a.pass(w, r); p != nil {
				p.write(w)
			}
			return
		}
		if isProtected(r.URL.Path) && a.access.allow(w, r, viewers) == nil {
			return
		}
		unknownRoute(w, r)
	})
	return mux
}

func unknownRoute(w http.ResponseWriter, _ *http.Request) {
	writeDetail(w, http.StatusNotFound, "Not Found")
}

// dispatch picks the method, asks for the right to it, and answers.
func (a *api) dispatch(methods map[string]method) http.Handler {
	allowed := slices.Sorted(maps.Keys(methods))
	if _, ok := methods[http.MethodGet]; ok {
		allowed = append(allowed, http.MethodHead)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Method
		if name == http.MethodHead {
			name = http.MethodGet
		}
		m, ok := methods[name]
		if !ok && a.behind.takes(r) {
			m, ok = method{viewers, a.pass}, true
		}
		if !ok {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			writeDetail(w, http.StatusMethodNotAllowed, "Method Not Allowed")
			return
		}
		if r = a.admit(w, r, m.asking); r == nil {
			return
		}
		if p := m.handle(w, r); p != nil {
			p.write(w)
		}
	})
}

func (a *api) admit(w http.ResponseWriter, r *http.Request, asking who) *http.Request {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if asking == everybody {
		return r
	}
	h.Set("Cache-Control", "no-store")
	if a.access.keepHeaders && headerBytes(r.Header) > maxKeptHeader {
		writeDetail(w, http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("the headers of a request may have %d bytes here", maxKeptHeader))
		return nil
	}
	allowed := a.access.allow(w, r, asking)
	if allowed == nil && isSocket(r.URL.Path) {
		a.telemetry.rejected(rejectedAuth)
	}
	return allowed
}

// guarded puts the guard outside everything else, and outside of it what takes the base path off.
func (a *api) guarded(c *Config, next http.Handler) (http.Handler, error) {
	hosts, err := guard.NewHosts(c.allowedHosts())
	if err != nil {
		return nil, prefix("allowed_hosts", err)
	}
	origins, err := guard.NewOrigins(c.AllowedOrigins)
	if err != nil {
		return nil, prefix("allowed_origins", err)
	}
	guarded := &guard.Guard{
		Hosts: hosts, Origins: origins, QueryToken: c.QueryToken,
		Open:   func(path string) bool { return path == healthPath }, // probes ask by address
		Public: func(path string) bool { return strings.HasPrefix(path, "/assets/") },
		Refuse: a.refuse,
		Next:   next,
	}
	return basePath(c.BasePath).strip(guarded), nil
}

func (a *api) refuse(w http.ResponseWriter, r *http.Request, why guard.Refusal) {
	reason, detail := rejectedHost, "this server does not answer to that Host; add it to allowed_hosts"
	if why == guard.RefusedOrigin {
		reason, detail = rejectedOrigin, "pages of that Origin may not use this server; add it to allowed_origins"
	}
	if isSocket(r.URL.Path) {
		a.telemetry.rejected(reason)
	}
	writeDetail(w, http.StatusForbidden, detail)
}

func isSocket(path string) bool { return path == "/ws" || strings.HasPrefix(path, "/ws/") }

func isProtected(path string) bool {
	return isSocket(path) || path == "/api" || strings.HasPrefix(path, "/api/")
}

func plain(h http.Handler) handler {
	return func(w http.ResponseWriter, r *http.Request) *problem {
		h.ServeHTTP(w, r)
		return nil
	}
}
