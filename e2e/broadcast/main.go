// Command broadcast is the least that a server can do which shows a message to many: gorilla's WebSockets, each message
// prepared once and written to one connection after the other. It knows no executions, no cursors and no slow clients. The
// benchmarks of fan-out compare the distribution with it; it is no part of the distribution.
//
//	GET  /ws   a WebSocket; its first message is {}
//	POST /     its body is sent to every WebSocket
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
)

func main() {
	address := flag.String("listen", "localhost:0", "host:port")
	lean := flag.Bool("lean", false, "read buffers of 512 bytes and a pool of write buffers, instead of the library's defaults")
	flag.Parse()
	b := &broadcaster{open: map[*websocket.Conn]struct{}{}}
	if *lean {
		b.upgrader = websocket.Upgrader{ReadBufferSize: 512, WriteBufferSize: 512, WriteBufferPool: &sync.Pool{}}
	}
	http.HandleFunc("GET /ws", b.accept)
	http.HandleFunc("POST /", b.send)
	log.Fatal(http.ListenAndServe(*address, nil)) //nolint:gosec // without time-outs: it lives as long as a benchmark
}

type broadcaster struct {
	upgrader websocket.Upgrader

	mu   sync.Mutex
	open map[*websocket.Conn]struct{}
}

func (b *broadcaster) accept(w http.ResponseWriter, r *http.Request) {
	conn, err := b.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // answered
	}
	go b.discard(conn)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open[conn] = struct{}{}
	_ = conn.WriteMessage(websocket.TextMessage, []byte("{}")) // from now on it gets everything
}

// discard reads until the client leaves.
func (b *broadcaster) discard(conn *websocket.Conn) {
	for {
		if _, _, err := conn.NextReader(); err != nil {
			break
		}
	}
	b.mu.Lock()
	delete(b.open, conn)
	b.mu.Unlock()
	_ = conn.Close()
}

func (b *broadcaster) send(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	message, err := websocket.NewPreparedMessage(websocket.TextMessage, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for conn := range b.open {
		_ = conn.WritePreparedMessage(message) // a client that left is taken out by its reader
	}
}
