package wsconn

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Message is what is sent over a WebSocket: text, or bytes.
type Message struct {
	Binary bool
	Data   []byte
}

// PeerOptions say how a Peer behaves. All durations must be positive.
type PeerOptions struct {
	MaxMessage   int64         // bytes of a message from the peer; 0: no bound
	ReadTimeout  time.Duration // a peer that answers no ping for this long is gone; 0: it is not asked
	WriteTimeout time.Duration
}

// Peer is one side of a connection that is passed on: whole messages, of either kind, and the code with which it closes. Read is
// for one goroutine; the others may be called by several.
type Peer struct {
	ws      *websocket.Conn
	options PeerOptions
	writing sync.Mutex

	hearing sync.Mutex // held by whoever sets how long the peer may be silent
	leaving bool       // that is settled: it was told good-bye
}

// AcceptPeer upgrades a request. protocol is the subprotocol that the answer names; "": none. On an error the request has been answered.
func (a *Acceptor) AcceptPeer(w http.ResponseWriter, r *http.Request, protocol string, o PeerOptions) (*Peer, error) {
	u := websocket.Upgrader{
		HandshakeTimeout: handshakeTimeout,
		CheckOrigin:      func(*http.Request) bool { return true }, // the guard has
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			a.reject(w, status, reason.Error())
		},
	}
	header := http.Header{}
	if protocol != "" {
		header.Set("Sec-Websocket-Protocol", protocol)
	}
	ws, err := u.Upgrade(w, r, header)
	if err != nil {
		return nil, err
	}
	return newPeer(ws, o), nil
}

// Dialer opens connections to a server.
type Dialer struct {
	TLS     *tls.Config
	Proxy   func(*http.Request) (*url.URL, error)
	Timeout time.Duration // of the handshake
}

// Dial connects to a ws:// or wss:// address. protocol is what the server has chosen of those offered. Where the server refused
// with an answer, status is its.
func (d Dialer) Dial(ctx context.Context, address string, header http.Header, offered []string, o PeerOptions) (p *Peer, protocol string, status int, err error) {
	dialer := websocket.Dialer{
		TLSClientConfig: d.TLS, Proxy: d.Proxy, HandshakeTimeout: d.Timeout, Subprotocols: offered,
		NetDialContext: (&net.Dialer{Timeout: d.Timeout}).DialContext,
	}
	ws, resp, err := dialer.DialContext(ctx, address, header)
	if err != nil {
		if resp != nil {
			status = resp.StatusCode
			err = errors.Join(err, resp.Body.Close())
		}
		return nil, "", status, err
	}
	return newPeer(ws, o), ws.Subprotocol(), http.StatusSwitchingProtocols, nil
}

func newPeer(ws *websocket.Conn, o PeerOptions) *Peer {
	p := &Peer{ws: ws, options: o}
	ws.SetReadLimit(o.MaxMessage)
	ws.SetCloseHandler(func(int, string) error { return nil }) // it is answered with what the other side says
	ws.SetPingHandler(func(data string) error {
		p.heard()
		p.writing.Lock()
		defer p.writing.Unlock()
		_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(o.WriteTimeout))
		return nil
	})
	ws.SetPongHandler(func(string) error { p.heard(); return nil })
	p.heard()
	return p
}

func (p *Peer) heard() {
	p.hearing.Lock()
	defer p.hearing.Unlock()
	if p.options.ReadTimeout > 0 && !p.leaving {
		_ = p.ws.SetReadDeadline(time.Now().Add(p.options.ReadTimeout))
	}
}

// Read returns the next message. A connection that the peer closed, or that broke, has an error for CloseOf.
func (p *Peer) Read() (Message, error) {
	kind, data, err := p.ws.ReadMessage()
	p.heard()
	return Message{kind == websocket.BinaryMessage, data}, err
}

// Write sends a message.
func (p *Peer) Write(m Message) error {
	kind := websocket.TextMessage
	if m.Binary {
		kind = websocket.BinaryMessage
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	_ = p.ws.SetWriteDeadline(time.Now().Add(p.options.WriteTimeout))
	return p.ws.WriteMessage(kind, m.Data)
}

// Ping asks the peer whether it is there.
func (p *Peer) Ping() error {
	p.writing.Lock()
	defer p.writing.Unlock()
	return p.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(p.options.WriteTimeout))
}

// CloseWith says good-bye, and gives the peer a moment to say it, too: Read fails then at the latest, whatever it goes on saying. The code 0 ends the
// connection without a word.
func (p *Peer) CloseWith(code int, reason string) {
	if code == 0 {
		p.Kill()
		return
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	_ = p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(closeGrace))
	p.hearing.Lock()
	defer p.hearing.Unlock()
	p.leaving = true
	_ = p.ws.SetReadDeadline(time.Now().Add(closeGrace))
}

// closeGrace is how long a close message may take to be written, and to be answered.
const closeGrace = time.Second

// Kill ends the connection at once. Anybody may call it.
func (p *Peer) Kill() { _ = p.ws.NetConn().Close() }

// CloseOf is the code and the reason that a peer closed with, to be said to the other side; 0 where it just went away.
func CloseOf(err error) (code int, reason string) {
	var closed *websocket.CloseError
	switch {
	case !errors.As(err, &closed), closed.Code == websocket.CloseAbnormalClosure:
		return 0, ""
	}
	return closed.Code, closed.Text
}
