package canvasrouterextension

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.uber.org/zap"
)

// router passes requests on.
type router struct {
	config     *Config
	collectors []*collector
	transport  *http.Transport
	stopped    <-chan struct{}
}

func newRouter(c *Config, tls *tls.Config, logger *zap.Logger) (*router, error) {
	x := &router{config: c, transport: &http.Transport{
		TLSClientConfig:     tls, // and with it HTTP/1.1 alone, which WebSockets need
		DialContext:         (&net.Dialer{Timeout: c.Timeout}).DialContext,
		TLSHandshakeTimeout: c.Timeout,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
	}}
	quiet := zap.NewStdLog(logger.WithOptions(zap.IncreaseLevel(zap.ErrorLevel))) // what a proxy has to say is for the viewer
	for _, text := range c.Collectors {
		address, err := parseAddress(text)
		if err != nil {
			return nil, err
		}
		one := newCollector(address, x.transport)
		one.proxy.ErrorLog = quiet
		x.collectors = append(x.collectors, one)
	}
	return x, nil
}

func (x *router) close() { x.transport.CloseIdleConnections() }

func (x *router) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/executions/{id}/{rest...}", x.execution)
	mux.HandleFunc("/ws/executions/{id}", x.execution)
	mux.HandleFunc("PUT /api/executions/{id}/traces/{trace_id}", x.bind)
	mux.HandleFunc("GET /api/executions", x.executions)
	mux.HandleFunc("GET /api/workflows/{id}/executions", x.workflowExecutions)
	mux.HandleFunc("GET /api/info", x.info)
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, _ *http.Request) {
		writeDetail(w, http.StatusNotFound, "there is no multiplexed WebSocket in front of several collectors: use /ws/executions/{id}, or server-sent events")
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"ok"}`))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { x.any(r).proxy.ServeHTTP(w, r) })
	return mux
}

// execution passes a request about one execution on to the collector that holds it.
func (x *router) execution(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	holder, nearest := x.locate(r, id)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() { // a connection that lasts ends with the router
		select {
		case <-x.stopped:
			cancel()
		case <-ctx.Done():
		}
	}()
	if holder == nil {
		holder = nearest
		if lasts(r) {
			go x.watch(ctx, r.Clone(ctx), id, holder, cancel)
		}
	}
	holder.proxy.ServeHTTP(w, r.WithContext(ctx))
}

// lasts says whether the answer to a request goes on as long as the viewer stays.
func lasts(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/ws/") || strings.HasSuffix(r.URL.Path, "/events")
}

// locate asks all collectors for an execution. holder is the one that has spans of it, the most where there are several; nil where
// none has. nearest is one that at least answers.
func (x *router) locate(r *http.Request, id string) (holder, nearest *collector) {
	query := url.Values{"limit": {"1"}}
	for _, name := range []string{"access_token", "trace_id"} {
		if value := r.URL.Query().Get(name); value != "" {
			query.Set(name, value)
		}
	}
	most := 0
	for i, a := range x.each(r, question{http.MethodGet, "/api/executions/" + url.PathEscape(id) + "/trace", query.Encode()}) {
		if a.status != 0 && nearest == nil {
			nearest = x.collectors[i]
		}
		var said struct {
			Execution struct {
				Spans int `json:"span_count"`
			} `json:"execution"`
		}
		if a.status == http.StatusOK && json.Unmarshal(a.body, &said) == nil && said.Execution.Spans > most {
			holder, most = x.collectors[i], said.Execution.Spans
		}
	}
	if nearest == nil {
		nearest = x.collectors[0] // which says what is wrong
	}
	return holder, nearest
}

// maxLookInterval is how seldom the collectors are asked in the end for an execution that does not begin.
const maxLookInterval = 15 * time.Second

// watch looks for an execution that a viewer waits for at a collector, and calls leave once another one holds it.
func (x *router) watch(ctx context.Context, r *http.Request, id string, at *collector, leave func()) {
	for interval := x.config.LookInterval; ; interval = min(interval*5/4, max(maxLookInterval, x.config.LookInterval)) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
		if holder, _ := x.locate(r, id); holder != nil {
			if holder != at {
				leave()
			}
			return
		}
	}
}

// bind tells all collectors which trace an execution has: whichever the trace is at, or comes to.
func (x *router) bind(w http.ResponseWriter, r *http.Request) {
	told := answer{}
	for _, a := range x.each(r, question{http.MethodPut, r.URL.EscapedPath(), r.URL.RawQuery}) {
		if a.status > told.status { // what one of them refuses, is refused
			told = a
		}
	}
	if told.status == 0 {
		writeDetail(w, http.StatusBadGateway, "no collector answers")
		return
	}
	told.head(w)
	w.WriteHeader(told.status)
	_, _ = w.Write(told.body)
}

// any is a collector that answers, for what all of them have alike.
func (x *router) any(r *http.Request) *collector {
	for i, a := range x.each(r, question{method: http.MethodGet, path: "/healthz"}) {
		if a.status == http.StatusOK {
			return x.collectors[i]
		}
	}
	return x.collectors[0]
}
