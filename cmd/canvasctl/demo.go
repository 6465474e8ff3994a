package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/orcheo/otelcol-canvas/internal/demo"
)

type demoFlags struct {
	endpoint string
	server   string
	parallel int
	duration time.Duration
}

func parseDemoFlags(args []string, out io.Writer) (demoFlags, error) {
	var f demoFlags
	set := flag.NewFlagSet("canvasctl demo", flag.ContinueOnError)
	set.SetOutput(out)
	set.StringVar(&f.endpoint, "endpoint", "http://localhost:4318", "where the collector takes OTLP over HTTP")
	set.StringVar(&f.server, "server", "http://localhost:8090", "where the collector serves traces; for the addresses that are printed")
	set.IntVar(&f.parallel, "parallel", 1, "how many runs to play at once")
	set.DurationVar(&f.duration, "duration", demo.Length, "how long one run takes")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	if set.NArg() > 0 {
		return f, fmt.Errorf("demo takes flags only, not %q", set.Arg(0))
	}
	if f.parallel < 1 || f.parallel > 1000 {
		return f, fmt.Errorf("-parallel is %d, it must be from 1 to 1000", f.parallel)
	}
	if f.duration < 0 {
		return f, fmt.Errorf("-duration is %s, it must not be negative", f.duration)
	}
	u, err := url.Parse(f.endpoint)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return f, fmt.Errorf("-endpoint is %q, it must be a URL such as http://localhost:4318", f.endpoint)
	}
	f.endpoint = strings.TrimSuffix(f.endpoint, "/")
	f.server = strings.TrimSuffix(f.server, "/")
	return f, nil
}

// demoCommand plays the demo workflow and tells about it on out.
func demoCommand(ctx context.Context, args []string, out io.Writer) (err error) {
	f, err := parseDemoFlags(args, out)
	if err != nil {
		return err
	}
	if err = reachable(ctx, f.endpoint); err != nil {
		return err
	}
	failures := collectErrors()
	var printing sync.Mutex
	say := func(format string, a ...any) {
		printing.Lock()
		defer printing.Unlock()
		fmt.Fprintf(out, format, a...)
	}
	provider, err := newProvider(ctx, f.endpoint, func(err error) {
		say("  %s takes no heartbeats of running spans, so they show when they end: %v\n", f.endpoint, err)
	})
	if err != nil {
		return err
	}
	defer func() {
		// The last spans leave even where the run was interrupted.
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err = errors.Join(err, provider.Shutdown(flush), failures()); err == nil {
			fmt.Fprintln(out, "Done: every span was accepted.")
		}
	}()

	player := demo.Player{
		Tracer: provider.Tracer("canvasctl demo"), Duration: f.duration,
		Progress: func(id, name string, took time.Duration, failure string) {
			if failure != "" {
				failure = "   failed: " + failure
			}
			say("  %s  %-24s %5.1f s%s\n", id[:12], name, took.Seconds(), failure)
		},
	}
	runs := make([]error, f.parallel)
	var playing sync.WaitGroup
	for i := range runs {
		id := demo.NewExecutionID()
		say("Playing %s for %s. Watch it:\n  %s/executions/%s\n", id, f.duration, f.server, id)
		playing.Go(func() { runs[i] = player.Play(ctx, id) })
	}
	playing.Wait()
	return errors.Join(runs...)
}

// beat is how often a running span of the demo says that it still runs.
const beat = time.Second

// newProvider sends each span as soon as it ends, or a fifth of a second later with others, and heartbeats while it runs.
func newProvider(ctx context.Context, endpoint string, noHeartbeats func(error)) (*sdktrace.TracerProvider, error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint+"/v1/traces"), otlptracehttp.WithTimeout(5*time.Second))
	if err != nil {
		return nil, fmt.Errorf("send spans to %s: %w", endpoint, err)
	}
	return sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sdktrace.AlwaysSample()),                                // whatever OTEL_TRACES_SAMPLER says: a demo shows everything
		sdktrace.WithSpanProcessor(demo.NewHeartbeats(endpoint, beat, noHeartbeats)), //nolint:contextcheck // heartbeats end with the provider, not with the run
		sdktrace.WithBatcher(exporter, sdktrace.WithBatchTimeout(200*time.Millisecond), sdktrace.WithMaxQueueSize(1<<16)),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "canvasctl-demo"))),
	), nil
}

// collectErrors takes over what the SDK reports about itself and returns a function that gives it back.
func collectErrors() func() error {
	var mu sync.Mutex
	var errs []error
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if len(errs) < 3 { // the same is reported for every batch
			errs = append(errs, err)
		}
	}))
	return func() error {
		mu.Lock()
		defer mu.Unlock()
		return errors.Join(errs...)
	}
}

// reachable says early and plainly that there is no collector.
func reachable(ctx context.Context, endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	}
	dialer := net.Dialer{Timeout: 3 * time.Second}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("no collector answers at %s (start one with `make run`, or name another with -endpoint): %w", endpoint, err)
	}
	return connection.Close()
}
