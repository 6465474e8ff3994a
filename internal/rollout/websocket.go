package rollout

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// openSocket opens the socket of the execution before anything is sent, as Canvas does.
func openSocket(ctx context.Context, c *check) Result {
	address := "ws" + strings.TrimPrefix(c.server.path("/ws/executions/"+c.workflow.execution), "http")
	header := http.Header{}
	if c.ViewerToken != "" {
		header.Set("Authorization", "Bearer "+c.ViewerToken)
	}
	config := c.tls.Clone()
	config.NextProtos = []string{"http/1.1"}
	dialer := websocket.Dialer{
		TLSClientConfig: config, HandshakeTimeout: connectTimeout,
		NetDialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return c.tunnel(ctx, c.server) },
	}
	conn, response, err := dialer.DialContext(ctx, address, header)
	if err != nil {
		return c.refusedSocket(response, err)
	}
	s := newStream(func() { _ = conn.Close() })
	go func() {
		for {
			_, message, err := conn.ReadMessage()
			if err != nil {
				s.end(err)
				return
			}
			s.take(message)
		}
	}()
	c.socket = s
	if !s.await(ctx, c.Timeout, func() bool { frames, _, _ := s.state(); return frames > 0 }) {
		why := fmt.Sprintf("it opens, and nothing comes over it within %s", c.Timeout)
		if _, ended := s.over(); ended != nil {
			why = fmt.Sprintf("it opens and ends at once: %v", ended)
		}
		s.close()
		c.socket = nil
		return fail(why, diagnosis{
			"a proxy on the way answers the upgrade and passes no frames on",
			"let it pass WebSockets through (examples/nginx, examples/caddy); until then viewers use server-sent events",
		})
	}
	return pass("it opens, and the first frame is there")
}

func (c *check) refusedSocket(response *http.Response, err error) Result {
	if response == nil {
		return fail(fmt.Sprintf("it does not open: %v", err), c.diagnose(c.server, err))
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, 1024))
	_ = response.Body.Close()
	got := answer{response.StatusCode, response.Header, body}
	detail := fmt.Sprintf("the upgrade is answered with %d: %s", got.status, c.quote(got.body))
	switch got.status {
	case http.StatusUnauthorized:
		return fail(detail, tokenDiagnosis("viewer", c.ViewerToken, "CANVAS_AUTH_TOKEN_FILE"))
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return fail(detail, diagnosis{"the server is at a limit, or shutting down", "look at max_connections and handshake_rate, and try again"})
	default:
		return fail(detail, diagnosis{
			"proxy without upgrade: " + got.by() + " is asked over HTTP fine, but does not pass the Upgrade header on",
			"nginx: proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade and Connection $canvas_connection (examples/nginx); other proxies: allow WebSockets. Until then viewers use server-sent events",
		})
	}
}

// since is a time that passed, as people read it.
func since(t time.Time) time.Duration { return time.Since(t).Round(time.Millisecond) }
