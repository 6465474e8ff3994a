// Package memorycheck looks at the configuration that is about to start, whatever profiles, files and flags it was made of,
// and warns where its memory limits contradict each other: what the trace stores may hold, where the memory limiters begin
// to refuse, and the limit of the Go runtime. Each alone looks sensible; together they decide whether a full store means
// evictions, as it should, or refused spans, or a process that does nothing but collect garbage.
//
// It is a confmap converter because only that sees the whole. It changes nothing, and stops nobody: a limit may be wrong on
// purpose, as in a test of what happens then.
package memorycheck

import (
	"context"
	"runtime/debug"

	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
)

// NewFactory returns the factory that the Collector's main program registers.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(set confmap.ConverterSettings) confmap.Converter {
		logger := set.Logger
		if logger == nil {
			logger = zap.NewNop()
		}
		return converter{logger}
	})
}

type converter struct{ logger *zap.Logger }

// Convert warns. What cannot be read is for the component to refuse, with a better message than this could give.
func (c converter) Convert(_ context.Context, conf *confmap.Conf) error {
	if err := Check(conf, debug.SetMemoryLimit(-1)); err != nil {
		c.logger.Warn("memory limits contradict each other", zap.Error(err))
	}
	return nil
}

// Check says what contradicts what in a configuration that would run under a limit of the Go runtime (math.MaxInt64: none),
// and what to set. nil: nothing does.
func Check(conf *confmap.Conf, goLimit int64) error {
	l, err := limitsOf(conf, goLimit)
	if err != nil {
		return nil //nolint:nilerr // see Convert
	}
	return l.check()
}
