package canvasserverextension

import (
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

func TestATakenPortFailsTheStart(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = taken.Addr().String()
	e, err := newServer(extensiontest.NewNopSettings(NewFactory().Type()), cfg)
	require.NoError(t, err)
	require.ErrorContains(t, e.Start(t.Context(), &host{}), "address already in use")
	require.NoError(t, e.Shutdown(t.Context()))
}

func TestAListenerThatDiesIsFatal(t *testing.T) {
	w := newWorld(t, setup{})
	require.NoError(t, w.server.listener.Close())
	w.eventually(func() bool { return w.host.fatal() != nil })
	require.ErrorIs(t, w.host.fatal(), net.ErrClosed)
}

func TestAShutdownIsNoFailure(t *testing.T) {
	w := newWorld(t, setup{})
	assert.Equal(t, http.StatusOK, w.get("/healthz").status)
	require.NoError(t, w.server.Shutdown(t.Context()))
	require.NoError(t, w.server.Shutdown(t.Context()), "twice is once")
	assert.NoError(t, w.host.fatal())
	_, err := w.client.Get("http://" + w.addr + "/healthz")
	var op *net.OpError
	assert.ErrorAs(t, err, &op, "nobody listens any more")
}

func TestOneServerServesOneStore(t *testing.T) {
	w := newWorld(t, setup{empty: true})
	w.fill(memorystore.Config{})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", count: 1})

	_, err := w.server.Register("canvastrace/second", w.views)
	require.ErrorContains(t, err, "canvastrace/second")
	require.ErrorContains(t, err, "it already serves canvastrace,")
	require.ErrorContains(t, err, "canvasserver")
}

func TestWhatWasRegisteredStaysReadableAfterUnregister(t *testing.T) {
	var r registry
	w := newWorld(t, setup{})
	unregister, err := r.register("canvasserver", "first", w.views)
	require.NoError(t, err)
	unregister()
	assert.NotNil(t, r.current())

	_, err = r.register("canvasserver", "second", w.views)
	require.NoError(t, err, "the place is free")
	unregister()
	_, err = r.register("canvasserver", "third", w.views)
	require.ErrorContains(t, err, "it already serves second,", "an old unregister does nothing to a new registration")
}

func TestAnOperatorIsWarnedOfAnOpenServer(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	newWorld(t, setup{
		settings: func(s *extension.Settings) { s.Logger = zap.New(core) },
		config:   func(c *Config) { c.HTTP.NetAddr.Endpoint, c.Insecure = "0.0.0.0:0", true },
	})
	assert.Equal(t, 1, logs.FilterMessageSnippet("asks nobody who they are").Len())
	assert.Equal(t, 1, logs.FilterMessageSnippet("allowed_hosts").Len())
}

func TestTheDefaultConfigurationStarts(t *testing.T) {
	f := NewFactory()
	assert.Equal(t, component.MustNewType("canvasserver"), f.Type())
	require.NoError(t, f.CreateDefaultConfig().(*Config).Validate())
}
