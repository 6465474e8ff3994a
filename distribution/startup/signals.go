//go:build !windows

package startup

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sayAgain is how often a Collector that still starts is told to stop.
const sayAgain = 50 * time.Millisecond

// holdSignals keeps a signal that comes while the Collector starts from cutting it off there: the Collector begins to listen
// for signals only once everything runs, and until then the runtime would end the process, with "signal: terminated" and
// nothing shut down. So the signal is sent to this process again until the Collector takes it, says so in its log, and stops as
// it does at any other time. Whoever interrupts a second time does not want to wait, and is obeyed at once. A hang-up, which has
// a running Collector read its configuration again, means nothing to one that just reads it.
func holdSignals() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		var again <-chan time.Time
		interrupts := 0
		for {
			select {
			case s := <-signals:
				if s == os.Interrupt {
					interrupts++
				}
				switch {
				case interrupts > 1:
					os.Exit(128 + int(syscall.SIGINT))
				case s != syscall.SIGHUP && again == nil:
					ticker := time.NewTicker(sayAgain)
					again = ticker.C
				}
			case <-again:
				_ = syscall.Kill(os.Getpid(), syscall.SIGTERM) // it can always be sent to oneself
			}
		}
	}()
}
