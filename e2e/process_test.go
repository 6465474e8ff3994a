package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// process is any server under measurement. The kernel's account of it is the same for a collector and for what it is
// compared with.
type process struct{ pid int }

// cpu is the CPU time that the process has taken so far, its own and the kernel's for it, in steps of 10 ms.
func (p process) cpu(t testing.TB) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	require.NoError(t, err)
	_, after, ok := strings.Cut(string(stat), ") ") // the name before it may hold anything
	require.True(t, ok, "%s", stat)
	fields := strings.Fields(after)
	user, err := strconv.Atoi(fields[11])
	require.NoError(t, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(t, err)
	return time.Duration(user+system) * (time.Second / clockTicks)
}

// clockTicks is USER_HZ, which is 100 on every Linux that Go runs on.
const clockTicks = 100

// rss is the memory of the process that is in RAM, in bytes.
func (p process) rss(t testing.TB) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			require.NoError(t, err)
			return kib << 10
		}
	}
	t.Fatalf("no VmRSS of process %d", p.pid)
	return 0
}

func (c *collector) process() process { return process{c.cmd.Process.Pid} }

// startBroadcast starts the program that the fan-out is compared with.
func startBroadcast(t testing.TB, args ...string) (process, string) {
	t.Helper()
	address, log := freeAddress(t), &lockedBuffer{}
	cmd := exec.Command(builtBinary(t, "bench/broadcast"), append(args, "-listen", address)...)
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	c := &collector{}
	eventually(t, patience, "the broadcast to listen", func() bool { return c.listens(address) })
	return process{cmd.Process.Pid}, address
}
