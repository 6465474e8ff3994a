package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/hugepages"
	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestHugePages asks for huge pages as an operator does, and looks up what the kernel knows of the memory that the heap grew into,
// or what the log says where this system gives none.
func TestHugePages(t *testing.T) {
	c := startCollector(t, "--set=exporters.canvastrace.huge_pages=true")
	setting, err := hugepages.System()
	said := map[hugepages.Setting]string{
		hugepages.Always: "huge_pages is not needed", hugepages.OnAsk: "the heap grows in huge pages", hugepages.Nowhere: "huge_pages has no effect",
	}[setting]
	if err != nil {
		said = "huge_pages has no effect"
	}
	require.NotEmpty(t, said, "a setting that nobody knows: %q", setting)
	eventually(t, 5*time.Second, "the log to say what comes of huge_pages", func() bool { return strings.Contains(c.log.String(), said) })

	require.Less(t, c.process().rss(t), int64(200<<20), "what the collector takes at rest: address space alone takes no memory")
	var runs []ptrace.Traces
	for n := range 100 {
		runs = append(runs, finishedRun(n))
	}
	c.post(t, otlpreplay.HTTPProtobuf, runs...)
	require.EqualValues(t, 100*heldPerExecution, c.metric(t, "otelcol_canvastrace_spans", `outcome="stored"`))
	if setting == hugepages.OnAsk {
		require.Positive(t, c.process().askedHuge(t), "kB in use where huge pages were asked for")
	}
}

// askedHuge is how much of the process's memory in use, in kB, lies where it has asked for huge pages.
func (p process) askedHuge(t testing.TB) (sum int) {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps", p.pid))
	require.NoError(t, err)
	used := 0
	for line := range strings.Lines(string(maps)) {
		if _, err := fmt.Sscanf(line, "Rss: %d kB", &used); err == nil {
			continue
		}
		if flags, is := strings.CutPrefix(line, "VmFlags:"); is && slices.Contains(strings.Fields(flags), "hg") {
			sum += used
		}
	}
	return sum
}
