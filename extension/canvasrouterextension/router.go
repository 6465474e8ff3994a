package canvasrouterextension

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/zap"
)

// router passes requests on.
type router struct {
	config     *Config
	collectors []*collector
	transport  *http.Transport
	stopped    <-chan struct{}
	patience   time.Duration // with a viewer who takes nothing
}

func newRouter(c *Config, tls *tls.Config, logger *zap.Logger) (*router, error) {
	x := &router{config: c, patience: writeTimeout, transport: &http.Transport{
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

func (x *router) routes() http.Handler { return patient(x.mux(), x.patience) }

func (x *router) mux() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/executions/{id}/{rest...}", x.execution)
	mux.HandleFunc("/ws/executions/{id}", x.execution)
	mux.HandleFunc("/ws/workflow/{ref}", x.workflow)
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
	at := cmp.Or(holder, nearest)
	switch {
	case websocket.IsWebSocketUpgrade(r):
		x.socket(w, r, watched{id: id, at: at, held: holder != nil})
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/events"):
		x.events(w, r, watched{id: id, at: at, held: holder != nil})
	default:
		at.proxy.ServeHTTP(w, r)
	}
}

// workflow passes the WebSocket on over which a workflow is run. It can be at any collector.
func (x *router) workflow(w http.ResponseWriter, r *http.Request) {
	at := x.any(r)
	if !websocket.IsWebSocketUpgrade(r) {
		at.proxy.ServeHTTP(w, r)
		return
	}
	x.socket(w, r, watched{at: at, held: true, runs: true})
}

// watched is what a viewer follows at a collector.
type watched struct {
	id   string // of the execution
	at   *collector
	held bool // at holds it, or is to stay the one that is asked
	runs bool // the viewer runs a workflow
}

// limits are how large a viewer's message may be, in bytes, and how long the collector may take to open its side. What is smaller
// than a collector's own limit would be the router's word in its place.
func (w watched) limits(c *Config) (message int64, opening time.Duration) {
	if w.runs { // the collector opens a WebSocket at Orcheo before it answers
		return maxRunMessage, writeTimeout
	}
	return maxMessage, c.Timeout
}

const (
	maxMessage    = 1 << 20
	maxRunMessage = 64 << 20
)

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
	where := question{method: http.MethodGet, path: "/api/executions/" + url.PathEscape(id) + "/trace", query: query.Encode()}
	for i, a := range x.eachUntil(r, where, func(a answer) bool { return a.spans() > 0 }) {
		if a.status != 0 && nearest == nil {
			nearest = x.collectors[i]
		}
		if n := a.spans(); n > most {
			holder, most = x.collectors[i], n
		}
	}
	if nearest == nil {
		nearest = x.collectors[0] // which says what is wrong
	}
	return holder, nearest
}

// spans is how many spans an answer says that an execution has.
func (a answer) spans() int {
	var said struct {
		Execution struct {
			Spans int `json:"span_count"`
		} `json:"execution"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body, &said) != nil {
		return 0
	}
	return said.Execution.Spans
}

// maxLookInterval is how seldom the collectors are asked in the end for an execution that does not begin.
const maxLookInterval = 15 * time.Second

// moves tells where an execution is that a viewer waits for at a collector that has none of it; nothing, if it begins there or is
// there already. It looks until ctx ends.
func (x *router) moves(ctx context.Context, r *http.Request, w watched) <-chan *collector {
	to := make(chan *collector, 1)
	if !w.held {
		go x.look(ctx, r.Clone(ctx), w, to)
	}
	return to
}

func (x *router) look(ctx context.Context, r *http.Request, w watched, to chan<- *collector) {
	for interval := x.config.LookInterval; ; interval = min(interval*5/4, max(maxLookInterval, x.config.LookInterval)) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
		if holder, _ := x.locate(r, w.id); holder != nil {
			if holder != w.at {
				to <- holder
			}
			return
		}
	}
}

// bind tells all collectors which trace an execution has: whichever the trace is at, or comes to.
func (x *router) bind(w http.ResponseWriter, r *http.Request) {
	told, silent := answer{}, 0
	for _, a := range x.each(r, question{method: http.MethodPut, path: r.URL.EscapedPath(), query: r.URL.RawQuery}) {
		if a.status > told.status { // what one of them refuses, is refused
			told = a
		}
		if a.status == 0 {
			silent++
		}
	}
	if silent > 0 && told.status < http.StatusBadRequest {
		writeDetail(w, http.StatusBadGateway, fmt.Sprintf(
			"%d of %d collectors do not answer, and do not know of it: ask again, the others take it once", silent, len(x.collectors)))
		return
	}
	told.head(w)
	w.WriteHeader(told.status)
	_, _ = w.Write(told.body)
}

// any is a collector that answers, for what all of them have alike: the first one of those that answer about as soon as the
// quickest, so that one that hangs holds nobody up.
func (x *router) any(r *http.Request) *collector {
	ctx, cancel := context.WithTimeout(r.Context(), x.config.Timeout)
	defer cancel()
	said := make(chan int, len(x.collectors))
	for i, c := range x.collectors {
		go func() {
			if c.answer(ctx, r, question{method: http.MethodGet, path: "/healthz"}).status != http.StatusOK {
				i = len(x.collectors)
			}
			said <- i
		}()
	}
	first := len(x.collectors)
	var late <-chan time.Time
	for range x.collectors {
		select {
		case i := <-said:
			first = min(first, i)
		case <-late:
			return x.collectors[first]
		}
		if late == nil && first < len(x.collectors) {
			late = time.After(anyGrace)
		}
	}
	return x.collectors[first%len(x.collectors)] // where none answers, that is the first one, which says what is wrong
}

// anyGrace is how much later than the quickest a collector may answer.
const anyGrace = 100 * time.Millisecond
