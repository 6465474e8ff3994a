package canvasserverextension

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensionauth"
)

func TestAMultiplexedSocketSaysWhoItIsWithInit(t *testing.T) {
	w := newWorld(t, protected(t, nil))
	c := w.connect(nil)
	c.say(`{"type":"init","token":"` + rightToken + `"}`)
	require.Equal(t, typeWelcome, c.hear().Type)
	c.subscribe("a", "run-1")

	for _, text := range []string{`{"type":"init"}`, `{"type":"init","token":"` + wrongToken + `"}`, `{"type":"init","token":"a b"}`, `{"type":"init","token":"a\r\nX: y"}`} {
		c = w.connect(nil)
		c.say(text)
		assert.Equal(t, closeUnauthenticated, c.closed(), text)
	}
	assert.Equal(t, int64(4), w.rejections(rejectedAuth))
	w.eventually(func() bool { return w.endings(endedUnauthenticated) == 4 })
}

func TestAMultiplexedSocketSaysWhoItIsWithTheRequest(t *testing.T) {
	w := newWorld(t, protected(t, nil))
	for name, connect := range map[string]func() *talker{
		"header":      func() *talker { return w.connect(http.Header{"Authorization": {"Bearer " + rightToken}}) },
		"subprotocol": func() *talker { return w.connect(nil, "orcheo-auth", "bearer."+rightToken) },
	} {
		c := connect()
		c.say(`{"type":"init"}`)
		assert.Equal(t, typeWelcome, c.hear().Type, name)
	}
	_, resp, err := w.dial("/ws", nil, protocolTrace, "bearer."+wrongToken)
	require.Error(t, err)
	assert.Equal(t, http.StatusUnauthorized, resp.StatusCode)
}

func TestAConnectionCountsToWhomItTurnsOutToBe(t *testing.T) {
	w := newWorld(t, protected(t, func(c *Config) { c.MaxConnectionsPerPrincipal = 2 }))
	for range 2 {
		c := w.connect(nil)
		c.say(`{"type":"init","token":"` + rightToken + `"}`)
		require.Equal(t, typeWelcome, c.hear().Type)
	}
	c := w.connect(nil) // the address has none
	c.say(`{"type":"init","token":"` + rightToken + `"}`)
	assert.Equal(t, closeTooMany, c.closed())
	assert.Equal(t, int64(1), w.rejections(rejectedPrincipalConnections))
}

// clerk is an authenticator whose tokens expire.
type clerk struct {
	component.StartFunc
	component.ShutdownFunc

	mu   sync.Mutex
	good map[string]bool
}

func (k *clerk) Authenticate(ctx context.Context, headers map[string][]string) (context.Context, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.good[http.Header(headers).Get("Authorization")] {
		return ctx, nil
	}
	return ctx, errors.New("unknown token")
}

func (k *clerk) set(token string, good bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.good["Bearer "+token] = good
}

var _ extensionauth.Server = (*clerk)(nil)

// expiring is a setup in which tokens expire.
func expiring(t *testing.T) (setup, *clerk) {
	k := &clerk{good: map[string]bool{}}
	s := protected(t, func(c *Config) { c.AuthInterval = 20 * time.Millisecond })
	s.extensions[viewersID] = k
	return s, k
}

func TestATokenThatExpiresEndsEveryConnection(t *testing.T) {
	s, k := expiring(t)
	w := newWorld(t, s)
	k.set("t1", true)
	header := http.Header{"Authorization": {"Bearer t1"}}
	c := w.connect(header)
	c.say(`{"type":"init"}`)
	c.subscribe("a", "run-1")
	conn, _, err := w.dial("/ws/executions/run-1", header)
	require.NoError(t, err)
	defer conn.Close()
	plain := &watcher{t: t, conn: conn}
	plain.frame()
	l := w.listen("/api/executions/run-1/events", map[string]string{"Authorization": "Bearer t1"})
	l.frame()
	k.set("t1", false)
	assert.Equal(t, closeUnauthenticated, c.closed())
	assert.Equal(t, closeUnauthenticated, plain.closed())
	for ok := true; ok; {
		_, ok = l.next()
	}
	w.eventually(func() bool { return w.endings(endedUnauthenticated) == 3 })
}

func TestATokenIsRenewedWithoutLosingSubscriptions(t *testing.T) {
	s, k := expiring(t)
	w := newWorld(t, s)
	k.set("t1", true)
	k.set("t2", true)
	c := w.connect(nil)
	c.say(`{"type":"init","token":"t1"}`)
	require.Equal(t, typeWelcome, c.hear().Type)
	c.subscribe("a", "run-1")
	c.say(`{"type":"init","token":"wrong"}`)
	assert.Equal(t, closeUnauthenticated, c.heard(typeError, "").Code, "the old one counts until it expires")
	c.say(`{"type":"init","token":"t2"}`)
	c.until(func(m said) bool { return m.Type == typeWelcome })
	k.set("t1", false)
	begun := time.Now()
	w.eventually(func() bool { return time.Since(begun) > 100*time.Millisecond }) // it was looked at several times
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", count: 1})
	c.spans("a", withSpans)
	k.set("t2", false)
	assert.Equal(t, closeUnauthenticated, c.closed())
}

func TestWhatIsKeptOfARequestIsBounded(t *testing.T) {
	w := newWorld(t, protected(t, nil))
	header := map[string]string{"Authorization": "Bearer " + rightToken, "X-Large": strings.Repeat("x", maxKeptHeader)}
	assert.Equal(t, http.StatusRequestHeaderFieldsTooLarge, w.ask(http.MethodGet, "/api/info", header).status)
}
