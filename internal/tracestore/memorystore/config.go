package memorystore

import (
	"errors"
	"fmt"
	"time"
)

// The defaults of a Config.
const (
	DefaultBudgetBytes     = 512 << 20
	DefaultExecutionBytes  = 64 << 20
	DefaultExecutionSpans  = 120_000
	DefaultSkeletonReserve = 0.05
	DefaultTTL             = 24 * time.Hour
	DefaultTombstoneTTL    = 24 * time.Hour
	DefaultWatchedShare    = 0.5
	DefaultIdleAfter       = 5 * time.Minute
	DefaultClockJump       = 15 * time.Second
	DefaultCompressAfter   = time.Minute
)

// The least that a bound may be: below it not even the store's own tables fit.
const (
	MinBudgetBytes    = 256 << 10
	MinExecutionBytes = 8 << 10
)

// Config bounds a store. Zero fields mean their default.
type Config struct {
	// BudgetBytes bounds everything that the store holds.
	BudgetBytes int64
	// ExecutionBytes bounds one execution with all its traces. No execution gets more than half of BudgetBytes, whatever
	// this says.
	ExecutionBytes int64
	// ExecutionSpans bounds the spans of one execution.
	ExecutionSpans int
	// SkeletonReserve is the share of ExecutionBytes and of ExecutionSpans that skeletons may take on top of the bound.
	SkeletonReserve float64
	// TTL is how long an execution is kept after its last change.
	TTL time.Duration
	// TombstoneTTL is how long an evicted execution is remembered.
	TombstoneTTL time.Duration
	// TombstoneBytes bounds what tombstones take of the budget; the oldest go first. Default: a 32nd of BudgetBytes.
	TombstoneBytes int64
	// WatchedShare is the share of BudgetBytes up to which watched executions are evicted last.
	WatchedShare float64
	// IdleAfter is the silence after which an unfinished execution is evicted before busy ones.
	IdleAfter time.Duration
	// ClockJump is by how much a Sweep may be late for a lease before it takes the clock for having jumped (a suspended
	// machine, a corrected clock), and grants each open span one more lease.
	ClockJump time.Duration
	// CompressAfter is how long a finished execution that nobody watches must be left alone before Compress takes it.
	CompressAfter time.Duration
	// Now is the store's clock. Only this clock decides about time. Default: time.Now.
	Now func() time.Time
	// Epoch makes a new epoch for a trace; no two may be equal, in this process or one before. Default: a random word per
	// store and a counter.
	Epoch func() string
}

// Validate says everything that is wrong with the bounds at once.
func (c *Config) Validate() error {
	d := c.withDefaults()
	return errors.Join(
		atLeast("BudgetBytes", d.BudgetBytes, MinBudgetBytes),
		atLeast("ExecutionBytes", d.ExecutionBytes, MinExecutionBytes),
		atMost("ExecutionBytes", d.ExecutionBytes, "BudgetBytes", d.BudgetBytes),
		atLeast("ExecutionSpans", int64(d.ExecutionSpans), 1),
		share("SkeletonReserve", d.SkeletonReserve),
		share("WatchedShare", d.WatchedShare),
		atLeast("TombstoneBytes", d.TombstoneBytes, 1),
		atMost("TombstoneBytes", d.TombstoneBytes, "an eighth of BudgetBytes", d.BudgetBytes/8),
		positive("TTL", d.TTL), positive("TombstoneTTL", d.TombstoneTTL),
		positive("IdleAfter", d.IdleAfter), positive("ClockJump", d.ClockJump),
		positive("CompressAfter", d.CompressAfter),
	)
}

func (c *Config) withDefaults() Config {
	d := *c
	setDefault(&d.BudgetBytes, DefaultBudgetBytes)
	setDefault(&d.ExecutionBytes, min(DefaultExecutionBytes, d.BudgetBytes))
	setDefault(&d.ExecutionSpans, DefaultExecutionSpans)
	setDefault(&d.SkeletonReserve, DefaultSkeletonReserve)
	setDefault(&d.TTL, DefaultTTL)
	setDefault(&d.TombstoneTTL, DefaultTombstoneTTL)
	setDefault(&d.TombstoneBytes, d.BudgetBytes/32)
	setDefault(&d.WatchedShare, DefaultWatchedShare)
	setDefault(&d.IdleAfter, DefaultIdleAfter)
	setDefault(&d.ClockJump, DefaultClockJump)
	setDefault(&d.CompressAfter, DefaultCompressAfter)
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Epoch == nil {
		d.Epoch = newEpochs()
	}
	return d
}

// hardBytes is what an execution may hold of things that are always welcome.
func (c *Config) hardBytes() int64 { return c.BudgetBytes / 2 }

// softBytes is what an execution may hold before new spans are reduced.
func (c *Config) softBytes() int64 { return min(c.ExecutionBytes, c.hardBytes()) }

// groupBytes is what executions that are connected may hold, whatever comes of them.
func (c *Config) groupBytes() int64 { return c.BudgetBytes / 4 * 3 }

// rootBytes is what an execution may hold for its root to be kept in full. A little is left for what comes with a name: an
// execution has no bound of its own.
func (c *Config) rootBytes() int64 { return c.groupBytes() - c.BudgetBytes/64 }

func (c *Config) reserveBytes() int64 { return int64(c.SkeletonReserve * float64(c.ExecutionBytes)) }

func (c *Config) reserveSpans() int { return int(c.SkeletonReserve * float64(c.ExecutionSpans)) }

func (c *Config) watchedBytes() int64 { return int64(c.WatchedShare * float64(c.BudgetBytes)) }

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func atLeast(name string, is, least int64) error {
	if is < least {
		return fmt.Errorf("trace store: %s is %d, it must be at least %d", name, is, least)
	}
	return nil
}

func atMost(name string, is int64, other string, most int64) error {
	if is > most {
		return fmt.Errorf("trace store: %s is %d, it must not be above %s (%d)", name, is, other, most)
	}
	return nil
}

func share(name string, is float64) error {
	if !(is >= 0 && is <= 1) {
		return fmt.Errorf("trace store: %s is %g, it must be a share from 0 to 1", name, is)
	}
	return nil
}

func positive(name string, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("trace store: %s is %s, it must be positive", name, d)
	}
	return nil
}
