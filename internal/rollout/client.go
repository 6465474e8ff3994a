package rollout

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// connectTimeout bounds how long an address may take to answer at all.
const connectTimeout = 10 * time.Second

// maxAnswer bounds what is read of an answer.
const maxAnswer = 8 << 20

func (c *check) newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy: c.Proxy, TLSClientConfig: c.tls.Clone(), ForceAttemptHTTP2: true,
			DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout: connectTimeout, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what came back over HTTP.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request and reads the answer. An empty token sends none.
func (c *check) ask(ctx context.Context, method, address, token, contentType string, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(string(body)))
	if err != nil {
		return answer{}, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "canvasctl-rollout-check")
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answer{}, err
	}
	return answer{response.StatusCode, response.Header, content}, nil
}

func (c *check) get(ctx context.Context, address, token string) (answer, error) {
	return c.ask(ctx, http.MethodGet, address, token, "", nil)
}

// latest asks once more, and leaves what it has where only the time was over.
func (c *check) latest(ctx context.Context, address, token string, got *answer, err *error) {
	a, e := c.get(ctx, address, token)
	if e != nil && ctx.Err() != nil && (got.status != 0 || *err != nil) {
		return
	}
	*got, *err = a, e
}

// isPage says whether a web page came back where data was asked for.
func (a answer) isPage() bool {
	return strings.HasPrefix(a.header.Get("Content-Type"), "text/html")
}

// maxQuote is how many bytes are told of an answer.
const maxQuote = 200

// quote is the beginning of an answer, on one line. Tokens go before it is cut: a part of one would not be known again.
func (c *check) quote(body []byte) string {
	text := c.withoutSecrets(strings.Join(strings.Fields(string(body)), " "))
	if len(text) > maxQuote {
		return strings.ToValidUTF8(text[:maxQuote], "") + " …"
	}
	return text
}

// by names what answered, where it says so.
func (a answer) by() string {
	if server := a.header.Get("Server"); server != "" {
		return server
	}
	return "what answers there"
}

// proxyOf is the proxy on the way to a target; nil: there is none.
func (c *check) proxyOf(t target) *url.URL {
	u := t.asHTTP()
	if t.grpc() {
		u.Scheme = "https" // as gRPC looks it up, which tunnels plain connections, too
	}
	proxy, err := c.Proxy(&http.Request{URL: u})
	if err != nil {
		return nil
	}
	return proxy
}

// errProxy: the proxy on the way did not open it.
var errProxy = errors.New("the proxy does not let us through")

// dial connects to a target, through the proxy where there is one. Plain HTTP is sent to the proxy itself, all else through a
// tunnel.
func (c *check) dial(ctx context.Context, t target) (net.Conn, error) {
	proxy := c.proxyOf(t)
	if proxy == nil || t.tls() || t.grpc() {
		return c.tunnel(ctx, t)
	}
	conn, err := c.dialProxy(ctx, proxy)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProxy, err)
	}
	return conn, nil
}

// tunnel connects to a target through a tunnel of the proxy, where there is one.
func (c *check) tunnel(ctx context.Context, t target) (net.Conn, error) {
	proxy := c.proxyOf(t)
	if proxy == nil {
		return (&net.Dialer{Timeout: connectTimeout}).DialContext(ctx, "tcp", t.hostPort())
	}
	conn, err := c.dialProxy(ctx, proxy)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProxy, err)
	}
	_ = conn.SetDeadline(time.Now().Add(connectTimeout))
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: t.hostPort()}, Host: t.hostPort(), Header: http.Header{}}
	if proxy.User != nil {
		password, _ := proxy.User.Password()
		request.Header.Set("Proxy-Authorization", basic(proxy.User.Username(), password))
	}
	if err := request.Write(conn); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", errProxy, err), conn.Close())
	}
	response, err := http.ReadResponse(bufio.NewReaderSize(conn, 1), request)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", errProxy, err), conn.Close())
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%w: it answers %s", errProxy, response.Status), conn.Close())
	}
	_ = conn.SetDeadline(time.Time{})
	return conn, nil
}

// dialProxy connects to a proxy, with TLS where its address begins with https.
func (c *check) dialProxy(ctx context.Context, proxy *url.URL) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: connectTimeout}
	address := proxyAddress(proxy)
	if proxy.Scheme != "https" {
		return dialer.DialContext(ctx, "tcp", address)
	}
	config := c.tls.Clone()
	config.ServerName, config.NextProtos = proxy.Hostname(), []string{"http/1.1"}
	return (&tls.Dialer{NetDialer: dialer, Config: config}).DialContext(ctx, "tcp", address)
}

// proxyAddress is host:port of a proxy; its scheme tells the port where it names none.
func proxyAddress(proxy *url.URL) string {
	port := proxy.Port()
	switch {
	case port != "":
	case proxy.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(proxy.Hostname(), port)
}

func basic(user, password string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, password)
	return r.Header.Get("Authorization")
}
