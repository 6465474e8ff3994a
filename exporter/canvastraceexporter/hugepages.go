package canvastraceexporter

import (
	"runtime/debug"

	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/internal/hugepages"
)

// askForHugePages does so before the heap grows, and logs what comes of it. Without them everything works as well, only slower.
func (e *traceExporter) askForHugePages() {
	setting, err := hugepages.System()
	switch {
	case err != nil:
		e.logger.Warn("huge_pages has no effect", zap.Error(err))
		return
	case setting == hugepages.Nowhere:
		e.logger.Warn("huge_pages has no effect: this system gives huge pages to nobody; to change it, write madvise to /sys/kernel/mm/transparent_hugepage/enabled")
		return
	case setting == hugepages.Always:
		e.logger.Info("huge_pages is not needed: this system gives huge pages to everybody")
		return
	}
	bytes := e.cfg.heapBytes(debug.SetMemoryLimit(-1))
	if err := hugepages.AdviseHeap(bytes); err != nil {
		e.logger.Warn("huge_pages has no effect: the kernel refused", zap.Error(err))
		return
	}
	e.logger.Info("the heap grows in huge pages", zap.Int64("bytes", bytes))
}

// heapBytes is up to where the store makes the heap grow, under a limit of the runtime's: as much again as it holds may be garbage,
// and a request under way comes on top.
func (c *Config) heapBytes(limit int64) int64 {
	const besides = 256 * mib
	return min(2*(c.Retention.MaxBytes+c.Retention.MaxViewBytes)+besides, limit)
}
