// Package canvasprovider is the confmap provider that serves the built-in profiles: `--config=canvas:local`.
//
// A profile is an ordinary configuration source: its YAML, and over it what the environment says of forwarding, tokens and
// what is shared with Orcheo's backend (package environment). Later sources overlay it (`--config=canvas:local --config=mine.yaml`), so
// does `--set`, and `${env:NAME:-default}` inside it is expanded as in any file.
package canvasprovider

import (
	"context"
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"github.com/orcheo/otelcol-canvas/distribution/profiles"
	"github.com/orcheo/otelcol-canvas/distribution/profiles/environment"
)

// Scheme is what a URI of this provider starts with, before the colon.
const Scheme = "canvas"

// NewFactory returns the factory that the Collector's main program registers.
func NewFactory() confmap.ProviderFactory {
	return confmap.NewProviderFactory(func(confmap.ProviderSettings) confmap.Provider { return provider{} })
}

type provider struct{}

// Retrieve answers canvas:<profile>. Profiles never change while the program runs, so the watcher is not used.
func (provider) Retrieve(_ context.Context, uri string, _ confmap.WatcherFunc) (*confmap.Retrieved, error) {
	name, ok := strings.CutPrefix(uri, Scheme+":")
	if !ok {
		return nil, fmt.Errorf("read the configuration %q: expected %s:<profile>, such as %s:%s", uri, Scheme, Scheme, profiles.Local)
	}
	conf, err := profiles.Config(name, os.Getenv, environment.System())
	if err != nil {
		return nil, fmt.Errorf("read the configuration %q: %w", uri, err)
	}
	return confmap.NewRetrieved(conf.ToStringMap())
}

func (provider) Scheme() string { return Scheme }

func (provider) Shutdown(context.Context) error { return nil }
