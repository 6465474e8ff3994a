package backend

import (
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"
)

// Forwarded says what is believed of X-Forwarded-… headers.
type Forwarded string

// The ways.
const (
	// Strict drops what the client says of itself: the backend is told what this server sees.
	Strict Forwarded = "strict"
	// Append is for a server behind a proxy: what that says is passed on, and its own address is appended.
	Append Forwarded = "append"
)

// Config says where the backend is and what goes to it.
type Config struct {
	// Endpoint is the base URL, without query.
	Endpoint *url.URL
	// Token is sent as a bearer token in the place of the viewer's credentials; "": theirs are passed on.
	Token string
	// Authenticates: the transport has credentials of its own, so the viewer's are not passed on.
	Authenticates bool
	Forwarded     Forwarded
	// Timeout is how long the backend may take to begin an answer, and for each part of it.
	Timeout time.Duration
	// MaxRequest and MaxResponse bound bodies, in bytes.
	MaxRequest, MaxResponse int64
	// Patterns are what may be passed on.
	Patterns []Pattern
}

// Kind is what a request is passed on for.
type Kind string

// The kinds.
const (
	KindTrace Kind = "trace"
	KindProxy Kind = "proxy"
)

// Backend passes requests on. It may be used concurrently.
type Backend struct {
	config    Config
	transport http.RoundTripper
	report    func(Kind, Result)
	proxy     *httputil.ReverseProxy
}

// New returns a backend that is reached over a transport. report is called with what came of each request. fail answers a
// request that could not be passed on.
func New(c Config, transport http.RoundTripper, report func(Kind, Result), fail func(http.ResponseWriter, *Failure)) *Backend {
	b := &Backend{config: c, transport: &patient{next: transport, timeout: c.Timeout, most: c.MaxResponse}, report: report}
	b.proxy = &httputil.ReverseProxy{
		Rewrite:        b.rewrite,
		Transport:      b.transport,
		FlushInterval:  -1, // what comes in parts goes on in parts
		ModifyResponse: b.receive,
		ErrorLog:       log.New(io.Discard, "", 0), // an answer that breaks off is counted, and its client sees it
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			f := failureOf(err, c.Timeout)
			if r.Context().Err() != nil {
				f.Result = ResultLeft
			}
			report(KindProxy, f.Result)
			fail(w, f)
		},
	}
	return b
}

// Match says whether a request may be passed on, and gives the variables of its pattern.
func (b *Backend) Match(method string, u *url.URL) (variables map[string]string, ok bool) {
	path, ok := segments(u)
	if !ok {
		return nil, false
	}
	for i := range b.config.Patterns {
		if variables, ok = b.config.Patterns[i].match(method, path); ok {
			return variables, true
		}
	}
	return nil, false
}

// ServeHTTP passes a request on that Match allows. It panics with http.ErrAbortHandler where an answer breaks off, so that the
// client sees it.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(w, r.Body, b.config.MaxRequest)
	}
	b.proxy.ServeHTTP(w, r)
}

func (b *Backend) rewrite(p *httputil.ProxyRequest) {
	p.SetURL(b.config.Endpoint)
	b.forwarded(p)
	b.credentials(p.Out.Header)
	if p.Out.Header.Get("Accept-Encoding") == "" {
		p.Out.Header.Set("Accept-Encoding", "identity") // else the transport asks for gzip and unpacks it
	}
	// ReverseProxy passes upgrades on. Nothing here speaks anything but HTTP.
	p.Out.Header.Del("Connection")
	p.Out.Header.Del("Upgrade")
}

func (b *Backend) forwarded(p *httputil.ProxyRequest) {
	if b.config.Forwarded == Append {
		p.Out.Header["X-Forwarded-For"] = p.In.Header["X-Forwarded-For"]
		p.SetXForwarded()
		for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto"} {
			if said := p.In.Header.Values(name); len(said) > 0 {
				p.Out.Header[name] = said
			}
		}
		return
	}
	for name := range p.Out.Header {
		if strings.HasPrefix(name, "X-Forwarded-") || name == "X-Real-Ip" {
			p.Out.Header.Del(name)
		}
	}
	p.SetXForwarded()
}

// credentials leaves in a request to the backend only what is meant for it.
func (b *Backend) credentials(h http.Header) {
	if b.config.Token != "" || b.config.Authenticates {
		h.Del("Authorization")
		h.Del("Cookie")
	}
	if b.config.Token != "" {
		h.Set("Authorization", "Bearer "+b.config.Token)
	}
}

// ownHeaders are headers that this server answers with itself.
var ownHeaders = []string{"Cache-Control", "Referrer-Policy", "X-Content-Type-Options"}

// receive makes an answer of the backend one of this server.
func (b *Backend) receive(resp *http.Response) error {
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return errUpgrade
	}
	if b.config.MaxResponse > 0 && resp.ContentLength > b.config.MaxResponse {
		return errTooLarge
	}
	h := resp.Header
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") { // allowed_origins is the one list
			h.Del(name)
		}
	}
	for _, name := range ownHeaders {
		h.Del(name)
	}
	// Whatever the backend hands out, an artifact above all, must not run as a page of this origin.
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if strings.HasSuffix(resp.Request.URL.Path, "/download") && h.Get("Content-Disposition") == "" {
		h.Set("Content-Disposition", "attachment")
	}
	b.relocate(h)
	b.report(KindProxy, resultOf(resp.StatusCode))
	return nil
}

// relocate keeps a redirect within the backend on this server.
func (b *Backend) relocate(h http.Header) {
	u, err := url.Parse(h.Get("Location"))
	if err != nil || u.Host != b.config.Endpoint.Host || u.Scheme != b.config.Endpoint.Scheme {
		return
	}
	path, below := strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(b.config.Endpoint.EscapedPath(), "/"))
	if !below || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	h.Set("Location", path)
}
