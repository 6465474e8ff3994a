// Package profiles holds the configurations that are built into the binary: one YAML file each, complete enough to start.
package profiles

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/orcheo/otelcol-canvas/distribution/profiles/environment"
)

// The profiles.
const (
	// Local is for one machine: loopback only, nothing forwarded. The bare binary starts it.
	Local = "local"
	// Staging forwards all traces to a backend.
	Staging = "staging"
	// Production forwards a quarter of the traces, and serves nobody without a token.
	Production = "production"
	// Router shares traces out among several collectors. The program otelcol-canvas-router has what it needs.
	Router = "router"
)

// environments say what the profiles leave to the environment.
var environments = map[string]environment.Profile{
	Local:      {},
	Staging:    {Forwards: true, SampleRatio: 1, Health: true, Inspected: true},
	Production: {Forwards: true, SampleRatio: 0.25, Health: true, TokenNeeded: true},
	Router:     {Routes: true, Health: true},
}

//go:embed *.yaml
var files embed.FS

// Names lists the profiles, sorted.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("profiles: the embedded folder cannot be read: " + err.Error()) // the compiler put it there
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// YAML returns the text of a profile. The error of an unknown name lists the names there are.
func YAML(name string) ([]byte, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no built-in profile %q; there are: %s", name, strings.Join(Names(), ", "))
	}
	return files.ReadFile(name + ".yaml")
}

// Config returns a profile as this process's environment makes it: its YAML, and over it what the variables change. The
// error tells everything that is wrong with them.
func Config(name string, getenv func(string) string, network environment.Network) (*confmap.Conf, error) {
	text, err := YAML(name)
	if err != nil {
		return nil, err
	}
	var profile map[string]any
	if err := yaml.Unmarshal(withDefaults(text, getenv), &profile); err != nil {
		return nil, fmt.Errorf("read the built-in profile %q: %w", name, err)
	}
	overlay, err := environments[name].Overlay(getenv, network)
	if err != nil {
		return nil, fmt.Errorf("the environment does not fit the profile %s:\n%w", name, err)
	}
	conf := confmap.NewFromStringMap(profile)
	if err := conf.Merge(overlay); err != nil {
		return nil, fmt.Errorf("apply the environment to the profile %s: %w", name, err)
	}
	return conf, nil
}

// reference is a variable with a default, as the profiles write them.
var reference = regexp.MustCompile(`\$\{env:([A-Z_]+):-([^}]*)\}`)

// withDefaults writes the default of a variable that is set to nothing, as compose files set what they do not use. To the
// Collector only a variable that is not set at all has its default.
func withDefaults(text []byte, getenv func(string) string) []byte {
	return reference.ReplaceAllFunc(text, func(match []byte) []byte {
		parts := reference.FindSubmatch(match)
		if getenv(string(parts[1])) != "" {
			return match
		}
		return parts[2]
	})
}
