package canvasserverextension

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
	"github.com/orcheo/otelcol-canvas/internal/live"
)

func TestAPanicWhileSomethingIsBroughtLeavesNothingLocked(t *testing.T) {
	telemetry, err := newTelemetry(componenttest.NewNopTelemetrySettings())
	require.NoError(t, err)
	a := &api{config: createDefaultConfig().(*Config), telemetry: telemetry, logger: zap.NewNop()}
	broken := &follower{telemetry: telemetry, stream: &live.Stream{}} // a stream of nothing
	for name, attend := range map[string]func(*wsconn.Conn) *attended{
		"plain": func(conn *wsconn.Conn) *attended {
			c := &plainClient{conn: conn, serving: serving{follower: broken, api: a}}
			c.attend(c)
			return &c.attended
		},
		"multiplexed": func(conn *wsconn.Conn) *attended {
			s := newSession(a, nil, false, nil, nil)
			s.conn = conn
			s.subs = channels{{follower: broken, pending: true}}
			return &s.attended
		},
	} {
		t.Run(name, func(t *testing.T) {
			to := attend(acceptOne(t))
			to.timer = time.AfterFunc(time.Hour, to.wake) // it has begun
			(&courier{logger: zap.NewNop(), telemetry: telemetry}).serve(to, &tally{})
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				to.ended(errUnauthenticated) // which has something to say
			}()
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				require.Fail(t, "nobody can write to the connection, or end it")
			}
		})
	}
}

// acceptOne is the server's side of a WebSocket.
func acceptOne(t *testing.T) *wsconn.Conn {
	acceptor := wsconn.NewAcceptor(wsconn.Options{
		MaxMessage: 1 << 10, ReadTimeout: time.Minute, WriteTimeout: time.Minute, CloseTimeout: time.Second,
	}, func(w http.ResponseWriter, status int, reason string) { http.Error(w, reason, status) })
	accepted := make(chan *wsconn.Conn, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, err := acceptor.Accept(w, r); err == nil {
			accepted <- conn
		}
	}))
	t.Cleanup(server.Close)
	client, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	t.Cleanup(func() { _ = client.Close() })
	return <-accepted
}
