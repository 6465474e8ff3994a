package wsconn

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAPeerThatTalksOnAfterAGoodbyeIsNotHeardForEver(t *testing.T) {
	a := NewAcceptor(options(), func(w http.ResponseWriter, status int, reason string) { http.Error(w, reason, status) })
	accepted := make(chan *Peer, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p, err := a.AcceptPeer(w, r, "", PeerOptions{ReadTimeout: time.Hour, WriteTimeout: time.Second}); err == nil {
			accepted <- p
		}
	}))
	defer server.Close()
	client, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	defer client.Close()
	p := <-accepted
	defer p.Kill()

	p.CloseWith(websocket.CloseGoingAway, "")
	require.NoError(t, client.WriteMessage(websocket.PingMessage, nil))
	require.NoError(t, client.WriteMessage(websocket.TextMessage, []byte("never mind")))
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := p.Read(); err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case err := <-ended:
		assert.Error(t, err)
	case <-time.After(10 * closeGrace):
		assert.Fail(t, "the peer is still heard")
		p.Kill()
		assert.Error(t, <-ended)
	}
}
