package canvasserverextension

import (
	"context"
	"errors"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/resolver"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// resolveGrace is how long a REST answer about an unknown execution waits for the resolver.
const resolveGrace = 300 * time.Millisecond

// resolveParallel is how many questions the Orcheo backend gets at once.
const resolveParallel = 8

var errNoSource = errors.New("no exporter has registered a trace store with this server yet")

// finder opens executions, and has the resolver look for those nobody has named.
type finder struct {
	registry *registry
	resolver *resolver.Resolver    // nil: nobody is asked
	backend  *resolver.HTTPBackend // nil with resolver
}

func newFinder(ctx context.Context, c *ResolverConfig, r *registry, report func(resolver.Result)) (*finder, error) {
	f := &finder{registry: r}
	if c.Endpoint == "" {
		return f, nil
	}
	tls, err := c.TLS.LoadTLSConfig(ctx)
	if err != nil {
		return nil, prefix("resolver::tls", err)
	}
	backend, err := resolver.NewHTTPBackend(c.Endpoint, string(c.Token), tls)
	if err != nil {
		return nil, prefix("resolver::endpoint", err)
	}
	f.backend = backend
	f.resolver = resolver.New(resolver.Config{
		Timeout: c.Timeout, RetryInterval: c.RetryInterval, CacheTTL: c.CacheTTL, MaxEntries: c.MaxEntries, Parallel: resolveParallel,
	}, backend, f, report)
	return f, nil
}

func (f *finder) close() {
	if f.resolver != nil {
		f.resolver.Close()
		f.backend.Close()
	}
}

// Known implements resolver.Binder.
func (f *finder) Known(ctx context.Context, execution string) bool {
	source := f.registry.current()
	if source == nil {
		return false
	}
	res, err := source.Resolve(ctx, execution)
	return err == nil && res.Known
}

// Bind implements resolver.Binder.
func (f *finder) Bind(ctx context.Context, execution string, t tracestore.TraceID) error {
	source := f.registry.current()
	if source == nil {
		return errNoSource
	}
	return source.Bind(ctx, execution, t)
}

// seek has an execution looked for, if nobody has named it, until the returned function is called. done is closed when there
// is nothing more to look for; it is nil where nothing is looked for.
func (f *finder) seek(ctx context.Context, id string) (done <-chan struct{}, release func()) {
	if f.resolver == nil || f.Known(ctx, id) {
		return nil, func() {}
	}
	w := f.resolver.Watch(id)
	return w.Done(), w.Release
}

// opened is an execution that a request looks at. It must be closed.
type opened struct {
	*live.Handle
	release func()
}

func (o *opened) close() {
	o.Handle.Close()
	o.release()
}

// open opens an execution. For one that nobody has named, it gives the resolver a short time.
func (f *finder) open(ctx context.Context, id string, hint tracestore.TraceID, grace time.Duration) (*opened, error) {
	source := f.registry.current()
	if source == nil {
		return nil, errNoSource
	}
	done, release := f.seek(ctx, id)
	enough := ctx
	if done != nil {
		var cancel func()
		enough, cancel = context.WithTimeout(ctx, grace)
		defer cancel()
		select {
		case <-done:
		case <-enough.Done():
		}
	}
	h, err := source.Open(ctx, id, hint)
	if err != nil {
		release()
		return nil, err
	}
	if done != nil {
		awaitKnown(enough, h)
	}
	return &opened{Handle: h, release: release}, nil
}

// awaitKnown waits until the view has followed what the resolver bound: views are folded in the background.
func awaitKnown(ctx context.Context, h *live.Handle) {
	stream, err := h.Stream("")
	if err != nil {
		return
	}
	defer stream.Close()
	for !h.Overview().Known {
		select {
		case <-stream.Changed():
		case <-ctx.Done():
			return
		}
	}
}
