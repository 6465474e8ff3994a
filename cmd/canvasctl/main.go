// Program canvasctl is the companion of otelcol-canvas: what one wants to do beside running the collector.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `canvasctl is the companion of otelcol-canvas.

  canvasctl demo [flags]            play a workflow of about 30 s into a running collector
  canvasctl rollout check [flags]   send one synthetic workflow through a real endpoint and say where it arrives
  canvasctl health [flags]          exit 0 where the server or the collector says that it is well

-h after a command lists its flags.
`

// errUsage: the command cannot be run as it was written.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if code := exitCode(err); code != 0 {
		if !errors.Is(err, errCheckFailed) && !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "canvasctl:", err)
		}
		os.Exit(code)
	}
}

// exitCode: 1 where something failed, 2 where the command cannot be run as it was written.
func exitCode(err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled):
		return 130 // as a shell reports a program that Ctrl+C ended
	case errors.Is(err, errUsage):
		return 2
	default:
		return 1
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Print(usage)
		return nil
	}
	switch args[0] {
	case "demo":
		return demoCommand(ctx, args[1:], os.Stdout)
	case "rollout":
		return rolloutCommand(ctx, args[1:], os.Getenv, os.Stdout, os.Stderr)
	case "health":
		return healthCommand(ctx, args[1:], os.Getenv, os.Stdout)
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("%w: no command %q; there are: demo, rollout check, health", errUsage, args[0])
	}
}
