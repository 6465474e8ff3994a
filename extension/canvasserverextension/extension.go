package canvasserverextension

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/internal/live"
)

// shutdownTimeout bounds how long clients may take to leave when the server stops.
const shutdownTimeout = 5 * time.Second

var (
	_ extension.Extension             = (*canvasServer)(nil)
	_ extensioncapabilities.Dependent = (*canvasServer)(nil)
	_ live.Registrar                  = (*canvasServer)(nil)
)

// canvasServer is the extension: the life of the listener, and the place where an exporter registers its store.
type canvasServer struct {
	set       extension.Settings
	config    *Config
	telemetry *telemetry
	registry  registry

	hub      *hub
	finder   *finder
	rights   *rights
	rollout  *rollout
	behind   *behind
	server   *http.Server
	listener net.Listener
	served   chan struct{} // closed when Serve has returned
}

func newServer(set extension.Settings, c *Config) (*canvasServer, error) {
	t, err := newTelemetry(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &canvasServer{set: set, config: c, telemetry: t}, nil
}

// Dependencies implements extensioncapabilities.Dependent: authenticators start first.
func (s *canvasServer) Dependencies() []component.ID {
	var ids []component.ID
	if s.config.HTTP.Auth.HasValue() {
		ids = append(ids, s.config.HTTP.Auth.Get().Config.AuthenticatorID)
	}
	if s.config.Bind.Auth.HasValue() {
		ids = append(ids, s.config.Bind.Auth.Get().AuthenticatorID)
	}
	if s.config.Backend.Auth.HasValue() {
		ids = append(ids, s.config.Backend.Auth.Get().AuthenticatorID)
	}
	for _, m := range slices.Concat(s.config.HTTP.Middlewares, s.config.Backend.Middlewares) {
		ids = append(ids, m.ID)
	}
	return ids
}

// Register implements live.Registrar.
func (s *canvasServer) Register(name string, source live.Source) (unregister func(), err error) {
	return s.registry.register(s.set.ID.String(), name, source)
}

// Start opens the listener, so that a taken port fails at once, and serves. Nothing that can fail comes after the first
// goroutine: a component that failed to start is not shut down.
func (s *canvasServer) Start(ctx context.Context, host component.Host) error {
	allowed, err := newAccess(ctx, s.config, host.GetExtensions())
	if err != nil {
		return err
	}
	a := &api{
		config: s.config, build: s.set.BuildInfo, logger: s.set.Logger, telemetry: s.telemetry, registry: &s.registry,
		courier: courier{logger: s.set.Logger, telemetry: s.telemetry},
		access:  allowed, admission: newAdmission(s.config, allowed), hub: newHub(), lists: newLists(&s.registry, s.config.ListInterval),
	}
	if a.rights, err = newRights(ctx, &s.config.ForwardAuth, &s.registry, s.telemetry.authorized); err != nil {
		return err
	}
	if a.behind, err = newBehind(ctx, &s.config.Backend, host.GetExtensions(), s.set.TelemetrySettings, s.telemetry); err != nil {
		return err
	}
	a.acceptor = a.newAcceptor()
	listener := s.listenerConfig()
	server, err := listener.ToServer(ctx, host.GetExtensions(), s.set.TelemetrySettings, a.newMux())
	if err != nil {
		return err
	}
	if server.Handler, err = a.guarded(s.config, server.Handler); err != nil {
		return err
	}
	ln, err := listener.ToListener(ctx)
	if err != nil {
		return err
	}
	if a.finder, err = newFinder(ctx, &s.config.Resolver, &s.registry, s.telemetry.resolved); err != nil {
		return errors.Join(err, ln.Close())
	}
	if a.rollout, err = newRollout(s.config, s.set.Logger, s.telemetry); err != nil { //nolint:contextcheck // it counts until the extension is shut down, and not until it has started
		a.finder.close()
		return errors.Join(err, ln.Close())
	}
	s.hub, s.finder, s.rights, s.rollout, s.behind = a.hub, a.finder, a.rights, a.rollout, a.behind
	s.server, s.listener = server, ln
	if a.rollout != nil {
		s.hub.wakeOn(a.rollout.replaced)
	}
	s.warn(ln.Addr())
	s.serve(host)
	return nil
}

// listenerConfig is the configured listener with CORS from the one list of origins, and without authentication: that is
// applied per route.
func (s *canvasServer) listenerConfig() *confighttp.ServerConfig {
	c := s.config.HTTP
	c.Auth = configoptional.None[confighttp.AuthConfig]()
	if len(s.config.AllowedOrigins) > 0 {
		c.CORS = configoptional.Some(confighttp.CORSConfig{
			AllowedOrigins: s.config.AllowedOrigins,
			AllowedHeaders: []string{"Authorization", "Content-Type", "Last-Event-ID", "X-Requested-With"},
			ExposedHeaders: []string{"Content-Disposition", "Retry-After", "WWW-Authenticate"},
			MaxAge:         600,
		})
	}
	return &c
}

// warn says what an operator should know of where the server listens.
func (s *canvasServer) warn(addr net.Addr) {
	s.set.Logger.Info("Serving traces", zap.String("address", addr.String()), zap.Bool("authentication", s.config.HTTP.Auth.HasValue()))
	if s.config.onLoopback() {
		return
	}
	if !s.config.HTTP.Auth.HasValue() {
		s.set.Logger.Warn("The server can be reached from other machines and asks nobody who they are: whatever stands in front of it must (insecure: true)")
	}
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() && len(s.config.AllowedHosts) == 0 {
		s.set.Logger.Warn("The server listens on every address but answers to localhost only: name the hosts it is asked for in allowed_hosts")
	}
}

func (s *canvasServer) serve(host component.Host) {
	served := make(chan struct{})
	s.served = served
	server, ln := s.server, s.listener
	go func() {
		defer close(served)
		if err := server.Serve(ln); err != nil && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	}()
}

// Shutdown sends every WebSocket and event stream what it still lacks, closes plain WebSockets with 1001 and multiplexed ones
// with 1012, ends event streams, long polls and the listener. The trace store stays readable until then.
func (s *canvasServer) Shutdown(ctx context.Context) error {
	if s.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	s.hub.close(ctx)
	err := s.server.Shutdown(ctx)
	if err != nil { // a client that is still taking an answer in
		err = s.server.Close()
	}
	<-s.served
	s.finder.close()
	s.rights.close()
	s.behind.close()
	err = errors.Join(err, s.rollout.close())
	s.telemetry.builder.Shutdown()
	s.server = nil
	return err
}
