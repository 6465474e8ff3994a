package e2e

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// First bytes of frames, by RFC 6455.
const (
	textFrame     = 0x81 // whole
	deflatedFrame = 0xc1 // whole
	textBegins    = 0x01
	pingBegins    = 0x09
	continues     = 0x80 // and ends
)

// rawFrame is a frame as a client makes it, or without the mask that it must have.
func rawFrame(head byte, masked bool, payload string) []byte {
	b := []byte{head}
	mask := byte(0)
	if masked {
		mask = 0x80
	}
	switch n := len(payload); {
	case n < 126:
		b = append(b, mask|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n))
	}
	if masked {
		b = append(b, 0, 0, 0, 0) // a mask that changes nothing
	}
	return append(b, payload...)
}

func deflate(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	require.NoError(t, err)
	_, err = io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	return strings.TrimSuffix(b.String(), "\x00\x00\xff\xff")
}

// subscribes are an init and so many subscriptions, each of another execution.
func subscribes(n int) []byte {
	b := rawFrame(textFrame, true, `{"type":"init"}`)
	for i := range n {
		b = append(b, rawFrame(textFrame, true, fmt.Sprintf(`{"type":"subscribe","id":"%d","execution_id":"run-%d"}`, i, i))...)
	}
	return b
}

// answerTo opens a socket, writes bytes as they are, and returns the code with which the server closes.
func (s *subject) answerTo(t testing.TB, route string, frames ...[]byte) int {
	t.Helper()
	dialer := websocket.Dialer{EnableCompression: true}
	if route == "/ws" {
		dialer.Subprotocols = []string{"orcheo-trace.v1"}
	}
	conn, resp, err := dialer.Dial("ws://"+s.server+route, nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	defer conn.Close()
	go func() { _, _ = conn.NetConn().Write(bytes.Join(frames, nil)) }() // the server may hang up meanwhile
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			if ce, ok := err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla returns it bare
				return ce.Code
			}
			return 0
		}
	}
}

// TestHostileFrames: each ends its own connection, on either socket, with the code that says why. The extension's own tests play
// every case there is; these are the groups of them, against the real binary.
func TestHostileFrames(t *testing.T) {
	s := startSubject(t, ailment{args: []string{"--set=extensions.canvasserver.compression=true"}})
	const many = 100_000
	for name, hostile := range map[string]struct {
		frames [][]byte
		code   int
	}{
		"no mask":                  {[][]byte{rawFrame(textFrame, false, "{}")}, websocket.CloseProtocolError},
		"a ping in fragments":      {[][]byte{rawFrame(pingBegins, true, "a"), rawFrame(continues, true, "b")}, websocket.CloseProtocolError},
		"bytes that are not UTF-8": {[][]byte{rawFrame(textFrame, true, "{\"type\":\"\xff\"}")}, websocket.CloseInvalidFramePayloadData},
		"a character cut in two":   {[][]byte{rawFrame(textBegins, true, "\xe2\x82"), rawFrame(continues, true, "")}, websocket.CloseInvalidFramePayloadData},
		"a megabyte":               {[][]byte{rawFrame(textFrame, true, strings.Repeat("x", 1<<20))}, websocket.CloseMessageTooBig},
		"a length that is a lie":   {[][]byte{{textFrame, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}}, websocket.CloseMessageTooBig},
		"1 MiB in 1 KiB, deflated": {[][]byte{rawFrame(deflatedFrame, true, deflate(t, strings.Repeat("x", 1<<20)))}, websocket.CloseMessageTooBig},
		"100,000 subscribes":       {[][]byte{subscribes(many)}, 4429},
	} {
		for _, route := range []string{"/ws", "/ws/executions/run-x"} {
			code := s.answerTo(t, route, hostile.frames...)
			if code == 0 && len(hostile.frames[len(hostile.frames)-1]) > 64<<10 {
				continue // it was hung up on while it still wrote, so that the reason was lost on the way
			}
			assert.Equal(t, hostile.code, code, "%s: %s", route, name)
		}
	}
	assert.Positive(t, s.metric(t, "otelcol_canvasserver_closed_connections", `reason="message_rate"`))
	assert.Positive(t, s.metric(t, "otelcol_canvasserver_closed_connections", `reason="too_big"`))
	for _, wrong := range []http.Header{
		{"Origin": {"http://attacker.example"}},
		{"Origin": {"null"}},
		{"Host": {"attacker.example"}},
		{"Host": {"attacker.example"}, "Origin": {"http://attacker.example"}},
	} {
		for _, route := range []string{"/ws", "/ws/executions/run-x"} {
			dialer := websocket.Dialer{Subprotocols: []string{"orcheo-trace.v1"}}
			_, resp, err := dialer.Dial("ws://"+s.server+route, wrong)
			require.Error(t, err, "%s %v", route, wrong)
			assert.Equal(t, http.StatusForbidden, resp.StatusCode, "%s %v", route, wrong)
			require.NoError(t, resp.Body.Close())
		}
	}
	assertWell(t, s)
}

// TestAHundredThousandSubscribesWithoutALimitOfMessages: where the operator took the limit away, each is answered: the first 64
// are subscriptions, all others errors, and the socket goes on.
func TestAHundredThousandSubscribesWithoutALimitOfMessages(t *testing.T) {
	s := startSubject(t, ailment{args: []string{"--set=extensions.canvasserver.message_rate=0"}})
	const many, limit = 100_000, 64
	conn := s.multiplexed(t)
	defer conn.Close()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	go func() {
		_, _ = conn.NetConn().Write(append(subscribes(many), rawFrame(textFrame, true, `{"type":"ping","t":"over"}`)...))
	}()
	heard := map[string]int{}
	for heard["pong"] == 0 {
		_, text, err := conn.ReadMessage()
		require.NoError(t, err, "%v", heard)
		for _, kind := range []string{"error", "subscribed", "pong"} {
			if bytes.Contains(text, []byte(`"type":"`+kind+`"`)) {
				heard[kind]++
			}
		}
	}
	assert.Equal(t, limit, heard["subscribed"])
	assert.Equal(t, many-limit, heard["error"])
	assert.InDelta(t, limit, s.metric(t, "otelcol_canvasserver_subscriptions"), 0)
	require.NoError(t, conn.Close())
	assertWell(t, s)
}
