package canvasserverextension

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The opcodes of RFC 6455, and its first bit of a frame.
const (
	opMore   = 0x0
	opText   = 0x1
	opBinary = 0x2
	opClose  = 0x8
	opPing   = 0x9
	opPong   = 0xa
	fin      = 0x80
	rsv1     = 0x40
	rsv2     = 0x20
	rsv3     = 0x10
)

// masked is a frame as a client must send it; head is its first byte.
func masked(head byte, payload string) []byte {
	return rawFrameOf(head, 0x80, payload)
}

// bare is a frame without the mask that a client must use.
func bare(head byte, payload string) []byte { return rawFrameOf(head, 0, payload) }

func rawFrameOf(head, mask byte, payload string) []byte {
	b := []byte{head}
	switch n := len(payload); {
	case n < 126:
		b = append(b, mask|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n))
	}
	if mask == 0 {
		return append(b, payload...)
	}
	key := [4]byte{0x11, 0x22, 0x33, 0x44}
	b = append(b, key[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^key[i%4])
	}
	return b
}

// closeWith is the payload of a close frame.
func closeWith(code uint16, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, code)) + reason
}

// deflated is a message's payload as permessage-deflate has it.
func deflated(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	require.NoError(t, err)
	_, err = io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	return strings.TrimSuffix(b.String(), "\x00\x00\xff\xff")
}

// rawSocket is a connection whose client writes whatever it likes.
type rawSocket struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// handshake are the lines of a proper upgrade of a multiplexed socket.
func (w *world) handshake() map[string]string {
	return map[string]string{
		"Host": w.addr, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "AAECAwQFBgcICQoLDA0ODw==", "Sec-WebSocket-Protocol": protocolTrace,
	}
}

// request writes a request and returns the status of its answer.
func (w *world) request(line string, header map[string]string) (*rawSocket, *http.Response) {
	w.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(w.t.Context(), "tcp", w.addr)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = conn.Close() })
	text := line + "\r\n"
	for k, v := range header {
		text += k + ": " + v + "\r\n"
	}
	_, err = io.WriteString(conn, text+"\r\n")
	require.NoError(w.t, err)
	require.NoError(w.t, conn.SetReadDeadline(time.Now().Add(patience)))
	s := &rawSocket{t: w.t, conn: conn, in: bufio.NewReader(conn)}
	resp, err := http.ReadResponse(s.in, nil)
	require.NoError(w.t, err)
	return s, resp
}

func (w *world) raw(more map[string]string) *rawSocket {
	w.t.Helper()
	header := w.handshake()
	maps.Copy(header, more)
	s, resp := w.request("GET /ws HTTP/1.1", header)
	require.Equal(w.t, http.StatusSwitchingProtocols, resp.StatusCode)
	return s
}

// write sends bytes; the server may have hung up already.
func (s *rawSocket) write(frames ...[]byte) {
	_, _ = s.conn.Write(bytes.Join(frames, nil))
}

// frame reads one frame of the server.
func (s *rawSocket) frame() (opcode byte, payload string, err error) {
	head := make([]byte, 2)
	if _, err = io.ReadFull(s.in, head); err != nil {
		return 0, "", err
	}
	require.Zero(s.t, head[1]&0x80, "a server does not mask")
	n := uint64(head[1])
	switch n {
	case 126:
		long := make([]byte, 2)
		_, err = io.ReadFull(s.in, long)
		n = uint64(binary.BigEndian.Uint16(long))
	case 127:
		long := make([]byte, 8)
		_, err = io.ReadFull(s.in, long)
		n = binary.BigEndian.Uint64(long)
	}
	if err != nil {
		return 0, "", err
	}
	text := make([]byte, n)
	_, err = io.ReadFull(s.in, text)
	return head[0] & 0xf, string(text), err
}

// outcome of a conversation: what the server sent, and with which code it closed; 0: without one.
type heardRaw struct {
	texts, pongs []string
	code         int
	closed       bool // a close frame came
}

// rest reads until the server is done, or has said so many texts and pongs.
func (s *rawSocket) rest(enough int) (h heardRaw) {
	for enough < 0 || len(h.texts)+len(h.pongs) < enough {
		opcode, payload, err := s.frame()
		if err != nil {
			return h
		}
		switch opcode {
		case opText:
			h.texts = append(h.texts, payload)
		case opPong:
			h.pongs = append(h.pongs, payload)
		case opClose:
			h.closed = true
			if len(payload) >= 2 {
				h.code = int(binary.BigEndian.Uint16([]byte(payload)))
			}
			return h
		}
	}
	return h
}
