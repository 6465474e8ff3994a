package canvasrouterextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/otel/trace/noop"
)

// canvasRouter is the extension: one listener, and what it passes requests on to.
type canvasRouter struct {
	config *Config
	set    extension.Settings

	router *router
	server *http.Server // nil unless it runs
	served chan struct{}
	stop   context.CancelFunc
}

// Start implements component.Component.
func (c *canvasRouter) Start(ctx context.Context, host component.Host) error {
	tls, err := c.config.TLS.LoadTLSConfig(ctx)
	if err != nil {
		return fmt.Errorf("tls: %w", err)
	}
	if c.router, err = newRouter(c.config, tls, c.set.Logger); err != nil {
		return err
	}
	telemetry := c.set.TelemetrySettings
	telemetry.TracerProvider = noop.NewTracerProvider() // a browser's token may stand in an address
	server, err := c.config.HTTP.ToServer(ctx, host.GetExtensions(), telemetry, c.router.routes())
	if err != nil {
		return err
	}
	listener, err := c.config.HTTP.ToListener(ctx)
	if err != nil {
		return err
	}
	var lasting context.Context
	lasting, c.stop = context.WithCancel(context.Background())
	c.router.stopped = lasting.Done()
	c.server, c.served = server, make(chan struct{})
	go func() {
		defer close(c.served)
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	}()
	return nil
}

// shutdownTimeout bounds the wait for answers that are being written.
const shutdownTimeout = 5 * time.Second

// Shutdown ends the listener and every connection that lasts. It implements component.Component.
func (c *canvasRouter) Shutdown(ctx context.Context) error {
	if c.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	c.stop()
	err := c.server.Shutdown(ctx)
	if err != nil {
		err = c.server.Close()
	}
	<-c.served
	c.router.close()
	c.server = nil
	return err
}
