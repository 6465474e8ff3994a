package canvasrouterextension

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// writeTimeout is how long a message may take to be written. The collector drops who does not take its frames.
const writeTimeout = time.Minute

// passage is a viewer's WebSocket that is passed on: messages, pings and pongs, and the code with which a side closes, so that
// the collector knows what it would know without a router between.
type passage struct {
	viewer *websocket.Conn

	mu sync.Mutex
	up *websocket.Conn // to the collector
}

// socket passes a WebSocket on. A viewer who waits stays on it when the execution begins at another collector: the one that was
// asked first has shown no span, so the other's frames are the beginning.
func (x *router) socket(w http.ResponseWriter, r *http.Request, at watched) {
	largest, opening := at.limits(x.config)
	up, resp, err := x.dial(r, at.at, opening)
	if err != nil {
		refuse(w, resp)
		return
	}
	chosen := http.Header{}
	if up.Subprotocol() != "" {
		chosen.Set("Sec-Websocket-Protocol", up.Subprotocol())
	}
	viewer, err := (&websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, chosen) // the collector has checked it
	if err != nil {
		_ = up.Close()
		return
	}
	viewer.SetReadLimit(largest)
	p := &passage{viewer: viewer}
	p.attach(up)
	defer p.close()
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	x.pass(ctx, r, at, p)
}

// pass passes on until a side ends.
func (x *router) pass(ctx context.Context, r *http.Request, at watched, p *passage) {
	said := make(chan error, 1)
	go func() { said <- p.fromViewer() }()
	moves := x.moves(ctx, r, at)
	for {
		shown := make(chan error, 1)
		up := p.current()
		go func() { shown <- p.toViewer(up) }()
		select {
		case err := <-shown:
			end(p.viewer, err)
			<-said //nolint:errcheck // it says that the other side is over, too; so below
			return
		case err := <-said:
			end(up, err)
			<-shown //nolint:errcheck
			return
		case <-x.stopped:
			bye := &websocket.CloseError{Code: websocket.CloseGoingAway, Text: "the router stops"}
			end(p.viewer, bye)
			end(up, bye)
			<-shown //nolint:errcheck
			<-said  //nolint:errcheck
			return
		case to := <-moves:
			next, _, err := x.dial(r, to, x.config.Timeout)
			_ = up.Close()
			<-shown //nolint:errcheck
			if err != nil {
				end(p.viewer, &websocket.CloseError{Code: websocket.CloseTryAgainLater, Text: "come again"})
				<-said //nolint:errcheck
				return
			}
			p.attach(next)
		}
	}
}

// dial opens the collector's WebSocket as the viewer.
func (x *router) dial(r *http.Request, c *collector, opening time.Duration) (*websocket.Conn, *http.Response, error) {
	to := *c.address
	to.Scheme = strings.Replace(to.Scheme, "http", "ws", 1)
	to.Path, to.RawPath, to.RawQuery = c.address.Path+r.URL.Path, c.address.EscapedPath()+r.URL.EscapedPath(), r.URL.RawQuery
	header := headerOf(r)
	header.Del("Sec-Websocket-Protocol")
	header.Set("Host", r.Host)
	dialer := websocket.Dialer{
		TLSClientConfig: x.transport.TLSClientConfig, HandshakeTimeout: opening, Subprotocols: websocket.Subprotocols(r),
		NetDialContext: (&net.Dialer{Timeout: x.config.Timeout}).DialContext,
	}
	return dialer.DialContext(r.Context(), to.String(), header)
}

// refuse hands on how a collector refused a WebSocket.
func refuse(w http.ResponseWriter, resp *http.Response) {
	if resp == nil {
		writeDetail(w, http.StatusBadGateway, "the collector that is asked for this does not answer")
		return
	}
	defer resp.Body.Close()
	answer{header: resp.Header}.head(w)
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, io.LimitReader(resp.Body, maxAnswer))
}

func (p *passage) current() *websocket.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.up
}

// attach goes on with a collector's connection. Pings and pongs go through.
func (p *passage) attach(up *websocket.Conn) {
	up.SetPingHandler(func(data string) error { control(p.viewer, websocket.PingMessage, data); return nil })
	up.SetPongHandler(func(data string) error { control(p.viewer, websocket.PongMessage, data); return nil })
	up.SetCloseHandler(func(int, string) error { return nil })
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up = up
}

func control(to *websocket.Conn, kind int, data string) {
	_ = to.WriteControl(kind, []byte(data), time.Now().Add(writeTimeout))
}

// fromViewer passes on what the viewer says, until that ends.
func (p *passage) fromViewer() error {
	p.viewer.SetPingHandler(func(data string) error { control(p.current(), websocket.PingMessage, data); return nil })
	p.viewer.SetPongHandler(func(data string) error { control(p.current(), websocket.PongMessage, data); return nil })
	p.viewer.SetCloseHandler(func(int, string) error { return nil })
	for {
		kind, data, err := p.viewer.ReadMessage()
		if err != nil {
			return err
		}
		up := p.current()
		_ = up.SetWriteDeadline(time.Now().Add(writeTimeout))
		_ = up.WriteMessage(kind, data) // whether it goes is found by who reads there
	}
}

// toViewer passes on what a collector sends, until that ends.
func (p *passage) toViewer(up *websocket.Conn) error {
	for {
		kind, data, err := up.ReadMessage()
		if err != nil {
			return err
		}
		_ = p.viewer.SetWriteDeadline(time.Now().Add(writeTimeout))
		if err := p.viewer.WriteMessage(kind, data); err != nil {
			return err
		}
	}
}

// closeGrace is how long a side may take to take a good-bye, and to answer it.
const closeGrace = time.Second

// end closes a side as the other one was closed: who reads there soon has an error. Who went without a word is followed without one.
func end(side *websocket.Conn, why error) {
	var closed *websocket.CloseError
	if errors.As(why, &closed) && closed.Code != websocket.CloseAbnormalClosure {
		_ = side.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(closed.Code, closed.Text), time.Now().Add(closeGrace))
		_ = side.NetConn().SetReadDeadline(time.Now().Add(closeGrace))
		return
	}
	_ = side.Close()
}

func (p *passage) close() {
	_ = p.viewer.Close()
	_ = p.current().Close()
}
