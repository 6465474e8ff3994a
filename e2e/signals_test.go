package e2e

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// starting launches a collector and returns as soon as it has said anything: it has only begun to start then.
func starting(t *testing.T, c *collector) {
	t.Helper()
	require.NoError(t, c.cmd.Start())
	go func() {
		_ = c.cmd.Wait()
		close(c.exited)
	}()
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })
	eventually(t, patience, "the first words of a collector", func() bool { return c.log.String() != "" })
}

func TestASignalWhileItStartsEndsItCleanly(t *testing.T) {
	for name, s := range map[string]os.Signal{"termination": syscall.SIGTERM, "interruption": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			for range 3 {
				c := prepare(t, profile("local", "CANVAS_STATE_DIR="+t.TempDir()))
				starting(t, c)
				require.NoError(t, c.cmd.Process.Signal(s))
				<-c.exited
				assert.Equal(t, 0, c.cmd.ProcessState.ExitCode(), "%s: %s", c.cmd.ProcessState, c.log)
				assert.Contains(t, c.log.String(), "Received signal from OS")
				assert.Contains(t, c.log.String(), "Shutdown complete.")
			}
		})
	}
}

func TestASecondInterruptionDoesNotWait(t *testing.T) {
	c := prepare(t, profile("local"))
	starting(t, c)
	require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
	eventually(t, patience, "the end", func() bool {
		_ = c.cmd.Process.Signal(os.Interrupt)
		select {
		case <-c.exited:
			return true
		case <-time.After(time.Millisecond):
			return false
		}
	})
	assert.Contains(t, []int{0, 130}, c.cmd.ProcessState.ExitCode(), "%s", c.log)
}

func TestAHangUpWhileItStartsDoesNotEndIt(t *testing.T) {
	c := prepare(t, profile("local"))
	starting(t, c)
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGHUP))
	c.awaitReady(t)
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	<-c.exited
	assert.Equal(t, 0, c.cmd.ProcessState.ExitCode(), "%s", c.log)
}

// TestAStartThatFailsStillFails: a signal does not make a success of it.
func TestAStartThatFailsStillFails(t *testing.T) {
	run := exec.Command(builtBinary(t, ""), "--config=canvas:local", "--set=extensions.canvasserver.max_frame_bytes=1")
	run.Env = cleanEnviron()
	said, err := run.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(said), "max_frame_bytes")
}
