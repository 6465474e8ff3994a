// Package wsconn is a WebSocket connection as the server needs it: one goroutine writes, one reads, what a client sends is
// bounded after inflation, silence and stalls end the connection, and closing takes a bounded time. It is the only package
// that knows which WebSocket library is used.
package wsconn

import (
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Options says how connections behave. All durations must be positive.
type Options struct {
	Compression  bool          // offer permessage-deflate
	MaxMessage   int           // bytes of a client's message, after inflation
	ReadTimeout  time.Duration // a client that is silent for this long is gone
	WriteTimeout time.Duration // a message that cannot be written for this long is a stall
	CloseTimeout time.Duration // how long the client may take to answer a close
}

// handshakeTimeout bounds the writing of the answer to a handshake.
const handshakeTimeout = 10 * time.Second

// Acceptor upgrades requests to connections.
type Acceptor struct {
	options  Options
	upgrader websocket.Upgrader
	reject   func(w http.ResponseWriter, status int, reason string)
}

// NewAcceptor returns an acceptor; reject answers a request that is no proper handshake.
func NewAcceptor(o Options, reject func(w http.ResponseWriter, status int, reason string)) *Acceptor {
	return &Acceptor{
		options: o,
		reject:  reject,
		upgrader: websocket.Upgrader{
			HandshakeTimeout: handshakeTimeout,
			// What an idle client costs is mostly buffers: that for writing is borrowed for a message only, and that for
			// reading is no larger than a control frame may be, for clients say little.
			ReadBufferSize:    128,
			WriteBufferSize:   writeBuffer(o.Compression),
			WriteBufferPool:   &sync.Pool{},
			EnableCompression: o.Compression,
			// The guard has checked the origin before anything else saw the request.
			CheckOrigin: func(*http.Request) bool { return true },
		},
	}
}

// writeBuffer is larger with compression: the compressor fills the buffer, and each time it is full a frame goes out, while
// an uncompressed message is written around it.
func writeBuffer(compression bool) int {
	if compression {
		return 4096
	}
	return 512
}

// IsUpgrade says whether a request asks for a WebSocket.
func IsUpgrade(r *http.Request) bool { return websocket.IsWebSocketUpgrade(r) }

// Accept upgrades a request. The answer names the first of protocols that the client offers, or none. On an error the
// request has been answered.
func (a *Acceptor) Accept(w http.ResponseWriter, r *http.Request, protocols ...string) (*Conn, error) {
	u := a.upgrader
	u.Subprotocols = append([]string{}, protocols...)
	u.Error = func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
		a.reject(w, status, reason.Error())
	}
	h := &hijacker{ResponseWriter: w, options: &a.options}
	ws, err := u.Upgrade(h, r, nil)
	if err != nil {
		return nil, err
	}
	h.conn.begin(ws)
	return h.conn, nil
}
