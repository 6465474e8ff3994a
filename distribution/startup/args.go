// Package startup is what the distribution does before the Collector's own main program runs: the bare binary starts its
// profile, `local` or, of the router, `router`, and `local` says on the terminal where it listens. `make build` and
// `make build-router` copy main.go.txt and router.go.txt of this folder into the generated main packages; they call Prepare.
package startup

import (
	"os"
	"slices"
	"strings"

	"github.com/orcheo/otelcol-canvas/distribution/profiles"
	"github.com/orcheo/otelcol-canvas/distribution/profiles/canvasprovider"
)

// Prepare completes the command line in os.Args with the profile of this program, holds signals until the Collector listens
// for them, applies the Go memory limit of a built-in profile, and greets.
func Prepare(profile string) {
	os.Args = withDefaultConfig(os.Args, profile)
	configs, command := parse(os.Args)
	if command != "" || asksForHelp(os.Args) {
		return
	}
	holdSignals()
	if !slices.ContainsFunc(configs, isProfile) {
		return
	}
	profiles.ApplyGoMemoryLimit(profile)
	if len(configs) == 1 && configs[0] == canvasprovider.Scheme+":"+profiles.Local {
		greet(os.Stderr, os.Getenv)
	}
}

// withDefaultConfig appends --config=canvas:<profile> where the command needs a configuration and none is given. A bare --set
// overlays the default profile. The subcommands that only print (components, help …) are left as they are.
func withDefaultConfig(args []string, profile string) []string {
	configs, command := parse(args)
	needsConfig := command == "" || command == "validate" || command == "print-config"
	if !needsConfig || len(configs) > 0 || asksForHelp(args) {
		return args
	}
	return append(slices.Clone(args), "--config="+canvasprovider.Scheme+":"+profile)
}

// parse returns the values of --config and the subcommand, the first argument that is neither a flag nor a flag's value.
func parse(args []string) (configs []string, command string) {
	for i := 1; i < len(args); i++ {
		arg := args[i]
		if !strings.HasPrefix(arg, "-") {
			if command == "" {
				command = arg
			}
			continue
		}
		name, value, joined := strings.Cut(arg, "=")
		if !joined && slices.Contains(flagsWithValue, name) && i+1 < len(args) {
			i++
			value = args[i]
		}
		if name == "--config" {
			configs = append(configs, value)
		}
	}
	return configs, command
}

// flagsWithValue are the Collector's flags whose value may be an argument of its own.
var flagsWithValue = []string{"--config", "--set", "--feature-gates", "--format", "--mode"}

func asksForHelp(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		return slices.Contains([]string{"-h", "--help", "-v", "--version"}, arg)
	})
}

func isProfile(uri string) bool { return strings.HasPrefix(uri, canvasprovider.Scheme+":") }
