package wsconn

import (
	"bufio"
	"net"
	"net/http/httptest"
)

// hijackable is a response whose connection can be taken over.
type hijackable struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (h *hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// deaf takes whatever is written and sends it nowhere.
type deaf struct{ net.Conn }

func (*deaf) Write(p []byte) (int, error) { return len(p), nil }
