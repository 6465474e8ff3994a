package canvasrouterextension

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"
)

// collector is one of those behind the router.
type collector struct {
	address *url.URL
	client  *http.Client
	proxy   *httputil.ReverseProxy
}

func newCollector(address *url.URL, transport http.RoundTripper) *collector {
	c := &collector{address: address, client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	c.proxy = &httputil.ReverseProxy{
		Transport:     transport,
		FlushInterval: -1, // each event and frame at once
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(address)
			r.Out.Header.Del("Connection")
			r.Out.Header.Del("Upgrade") // WebSockets are passed on elsewhere
			r.Out.Header.Del("X-Real-Ip")
			r.SetXForwarded()
			r.Out.Host = r.In.Host // it is for the collector to know its names
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			if !errors.Is(err, context.Canceled) {
				writeDetail(w, http.StatusBadGateway, "the collector that is asked for this does not answer")
			}
		},
	}
	return c
}

// question is what the collectors are asked beside a viewer's own request. It has no body.
type question struct {
	method, path, query string // path is escaped
	after               string // the last event that the viewer has; "": none
}

// headerOf is what a viewer's request says of the viewer, and which address it came from. What it says of proxies is anybody's word.
func headerOf(r *http.Request) http.Header {
	header := http.Header{}
	for name, values := range r.Header {
		if !ofTheConnection[name] && !strings.HasPrefix(name, "X-Forwarded-") {
			header[name] = values
		}
	}
	for _, names := range r.Header["Connection"] {
		for name := range strings.SplitSeq(names, ",") {
			header.Del(strings.TrimSpace(name))
		}
	}
	(&httputil.ProxyRequest{In: r, Out: &http.Request{Header: header}}).SetXForwarded()
	return header
}

// ask sends a question to the collector, with all that says who the viewer is. The caller closes the body.
func (c *collector) ask(ctx context.Context, r *http.Request, q question) (*http.Response, error) {
	to := *c.address
	to.RawPath = c.address.EscapedPath() + q.path
	unescaped, err := url.PathUnescape(q.path)
	if err != nil {
		return nil, err
	}
	to.Path = c.address.Path + unescaped
	to.RawQuery = q.query
	asked, err := http.NewRequestWithContext(ctx, q.method, to.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	asked.Host = r.Host
	asked.Header = headerOf(r)
	if q.after != "" {
		asked.Header.Set("Last-Event-Id", q.after)
	}
	return c.client.Do(asked)
}

// ofTheConnection are the headers of a viewer's request that mean this connection, or the answer's form. A token among the
// subprotocols of a WebSocket is taken from there by the collector, upgrade or not.
var ofTheConnection = map[string]bool{
	"Connection": true, "Upgrade": true, "Keep-Alive": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Content-Length": true,
	"Proxy-Authorization": true, "Proxy-Connection": true, "Forwarded": true, "X-Real-Ip": true,
	"Sec-Websocket-Key": true, "Sec-Websocket-Version": true, "Sec-Websocket-Extensions": true,
	"Accept-Encoding": true, "Range": true, "If-None-Match": true, "If-Modified-Since": true, "Last-Event-Id": true,
}

// maxAnswer bounds what is read of a collector's answer: a list of 200 rows, or one span.
const maxAnswer = 16 << 20

// answer is what a collector said.
type answer struct {
	status int // 0: nothing
	header http.Header
	body   []byte
}

func (c *collector) answer(ctx context.Context, r *http.Request, q question) answer {
	resp, err := c.ask(ctx, r, q)
	if err != nil {
		return answer{}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil || len(body) > maxAnswer {
		return answer{}
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: body}
}

// each asks all collectors the same at once, and returns their answers in the order of the collectors.
func (x *router) each(r *http.Request, q question) []answer {
	return x.eachUntil(r, q, func(answer) bool { return false })
}

// stragglers is how long the others are waited for once one collector has said enough: longer than any takes that is well.
const stragglers = 250 * time.Millisecond

// eachUntil is each, but for that it does not wait for the slowest once an answer is enough.
func (x *router) eachUntil(r *http.Request, q question, enough func(answer) bool) []answer {
	ctx, cancel := context.WithTimeout(r.Context(), x.config.Timeout)
	defer cancel()
	type said struct {
		answer
		by int
	}
	all := make(chan said, len(x.collectors))
	for i, c := range x.collectors {
		go func() { all <- said{c.answer(ctx, r, q), i} }()
	}
	answers := make([]answer, len(x.collectors))
	var late <-chan time.Time
	for range x.collectors {
		select {
		case a := <-all:
			answers[a.by] = a.answer
			if late == nil && enough(a.answer) {
				late = time.After(stragglers)
			}
		case <-late:
			return answers
		}
	}
	return answers
}

func writeDetail(w http.ResponseWriter, status int, detail string) {
	body, err := json.Marshal(map[string]string{"detail": detail})
	if err != nil {
		panic(err) // a map of strings
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
