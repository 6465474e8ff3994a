package rollout

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// Backend is what a downstream backend is asked in.
type Backend string

// The backends.
const (
	Jaeger Backend = "jaeger" // its query API, v3
	Tempo  Backend = "tempo"  // its HTTP API
)

// Options say what to check. Addresses hold no secrets.
type Options struct {
	Endpoint   string // where workflows send OTLP: http(s)://host:port[/path] or grpc(s)://host:port
	Server     string // where viewers watch, with its sub-path
	Backend    Backend
	Downstream string // base address of the backend's API; empty: not looked at
	Metrics    string // address of the collector's own metrics; empty: not looked at

	IngestToken, ViewerToken, DownstreamToken string // bearer tokens; empty: none

	CAFile            string // certificates in PEM to trust beside this machine's
	CertFile, KeyFile string // what the sender shows, in PEM

	ServiceName string
	Ratio       float64       // the share that should be forwarded; 0: not known
	Idle        time.Duration // how long to be silent on the live streams; 0: not at all
	Timeout     time.Duration // how long anything may take to arrive
	Latency     time.Duration // how long a span may take to the Trace tab

	// Proxy finds the proxy for a request; nil: that of HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
	Proxy func(*http.Request) (*url.URL, error)
}

// target is an address to reach.
type target struct {
	name string // in words
	url  *url.URL
}

func (t target) grpc() bool { return strings.HasPrefix(t.url.Scheme, "grpc") }
func (t target) tls() bool  { return t.url.Scheme == "https" || t.url.Scheme == "grpcs" }

func (t target) hostPort() string {
	if t.url.Port() != "" {
		return t.url.Host
	}
	return net.JoinHostPort(t.url.Hostname(), map[bool]string{true: "443", false: "80"}[t.tls()])
}

// asHTTP is the address in the eyes of what knows http and https only.
func (t target) asHTTP() *url.URL {
	u := *t.url
	u.Scheme = map[bool]string{true: "https", false: "http"}[t.tls()]
	return &u
}

func (t target) path(elements string) string {
	return t.asHTTP().Scheme + "://" + t.url.Host + strings.TrimRight(t.url.EscapedPath(), "/") + elements
}

func parseTarget(name, address string, schemes ...string) (target, error) {
	u, err := url.Parse(address)
	example := schemes[0] + "://host:port"
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return target{}, fmt.Errorf("the address of the %s is no address: write it as %s", name, example)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return target{}, fmt.Errorf("the address of the %s holds a password, a query or a fragment: leave it out, tokens are read from files and variables", name)
	}
	if slices.Contains(schemes, u.Scheme) {
		return target{name, u}, nil
	}
	return target{}, fmt.Errorf("the address of the %s begins with %q: write it as %s", name, u.Scheme+"://", example)
}

// prepared are the options once they are known to be usable.
type prepared struct {
	Options
	endpoint, server target
	downstream       *target
	tls              *tls.Config // with what this machine and CAFile trust
}

func (o Options) prepare() (prepared, error) {
	p := prepared{Options: o}
	var errs []error
	var err error
	if p.endpoint, err = parseTarget("endpoint", o.Endpoint, "http", "https", "grpc", "grpcs"); err != nil {
		errs = append(errs, err)
	} else {
		p.endpoint.url.Path = strings.TrimSuffix(strings.TrimRight(p.endpoint.url.Path, "/"), "/v1/traces")
	}
	if p.server, err = parseTarget("server", o.Server, "http", "https"); err != nil {
		errs = append(errs, err)
	}
	if o.Downstream != "" {
		d, err := parseTarget("downstream backend", o.Downstream, "http", "https")
		errs = append(errs, err)
		p.downstream = &d
	}
	if o.Ratio < 0 || o.Ratio > 1 {
		errs = append(errs, fmt.Errorf("the ratio is %v: write a share from 0 to 1", o.Ratio))
	}
	if o.Timeout <= 0 || o.Latency <= 0 || o.Idle < 0 {
		errs = append(errs, errors.New("a time is zero or negative: write one such as 30s"))
	}
	if p.tls, err = o.trust(); err != nil {
		errs = append(errs, err)
	}
	if p.Proxy == nil {
		p.Proxy = http.ProxyFromEnvironment
	}
	return p, errors.Join(errs...)
}

func (o Options) trust() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		text, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("certificates to trust: %w", err)
		}
		if !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("certificates to trust: %s holds none in PEM", o.CAFile)
		}
		config.RootCAs = roots
	}
	if (o.CertFile == "") != (o.KeyFile == "") {
		return nil, errors.New("a certificate to show needs its key, and a key its certificate: name both files")
	}
	if o.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("the certificate to show: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
