package canvastraceexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Config is the configuration of the canvastrace exporter.
type Config struct {
	// Server is the canvasserver extension that serves what is kept. Unset: keep, and serve nobody.
	Server *component.ID `mapstructure:"server"`
	// Storage is the storage extension that carries what is kept over a graceful restart. Unset: it begins empty.
	Storage *component.ID `mapstructure:"storage"`
	// SnapshotTimeout bounds how long writing to it holds up the shutdown; the most recent executions are written first.
	SnapshotTimeout time.Duration `mapstructure:"snapshot_timeout"`
	// HugePages asks Linux for huge pages for the heap, as far as the store makes it grow.
	HugePages bool `mapstructure:"huge_pages"`
	// ExecutionAttributes are the attributes that name the execution a span belongs to, looked at in this order, each on
	// the span first and then on its resource.
	ExecutionAttributes []string `mapstructure:"execution_attributes"`
	// Retention bounds what is kept.
	Retention RetentionConfig `mapstructure:"retention"`
	// Completeness says when no more spans are expected of an execution.
	Completeness CompletenessConfig `mapstructure:"completeness"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// RetentionConfig bounds the memory of the store, and for how long it keeps what it has.
type RetentionConfig struct {
	// MaxBytes bounds the whole store.
	MaxBytes int64 `mapstructure:"max_bytes"`
	// MaxExecutionBytes bounds one execution. Above it new spans leave a skeleton, then only a count.
	MaxExecutionBytes int64 `mapstructure:"max_execution_bytes"`
	// MaxExecutionSpans bounds the spans of one execution in the same way.
	MaxExecutionSpans int `mapstructure:"max_execution_spans"`
	// MaxSpanBytes bounds one span as it is shown. What does not fit is kept beside it, up to MaxWholeBytes.
	MaxSpanBytes int `mapstructure:"max_span_bytes"`
	// MaxValueBytes is where a long text is cut in a span as it is shown; the whole of it has a route of its own.
	MaxValueBytes int `mapstructure:"max_value_bytes"`
	// MaxWholeBytes bounds the whole values that are kept beside one span.
	MaxWholeBytes int `mapstructure:"max_whole_bytes"`
	// MaxViewBytes bounds the views of executions that nobody watches; it comes on top of MaxBytes.
	MaxViewBytes int64 `mapstructure:"max_view_bytes"`
	// CompressAfter is how long a finished execution that nobody watches is left alone before it is compressed.
	CompressAfter time.Duration `mapstructure:"compress_after"`
	// TTL is how long an execution is kept after its last change.
	TTL time.Duration `mapstructure:"ttl"`
	// TombstoneTTL is how long it is remembered that an execution was evicted.
	TombstoneTTL time.Duration `mapstructure:"tombstone_ttl"`
}

// CompletenessConfig are the periods behind "complete".
type CompletenessConfig struct {
	// QuietPeriod is how long an execution whose root ended must be silent: the SDK's batch delay of 5 s and 2 s.
	QuietPeriod time.Duration `mapstructure:"quiet_period"`
	// MissingParent is how long a parent that nobody sent holds completeness up.
	MissingParent time.Duration `mapstructure:"missing_parent"`
	// StartOnly is how long a span of which only the start was seen holds completeness up after its root ended.
	StartOnly time.Duration `mapstructure:"start_only"`
	// Abandon is how long an execution without a root may be silent before it is taken for abandoned.
	Abandon time.Duration `mapstructure:"abandon"`
}

const mib = 1 << 20

func createDefaultConfig() component.Config {
	return &Config{
		SnapshotTimeout:     10 * time.Second,
		ExecutionAttributes: []string{semconv.ExecutionID},
		Retention: RetentionConfig{
			MaxBytes: 512 * mib, MaxExecutionBytes: 64 * mib, MaxExecutionSpans: 120_000,
			MaxSpanBytes: 128 << 10, MaxValueBytes: 16 << 10, MaxWholeBytes: 256 << 10, MaxViewBytes: 64 * mib,
			CompressAfter: time.Minute, TTL: 24 * time.Hour, TombstoneTTL: 24 * time.Hour,
		},
		Completeness: CompletenessConfig{
			QuietPeriod: 7 * time.Second, MissingParent: 30 * time.Second, StartOnly: 30 * time.Second, Abandon: 15 * time.Minute,
		},
	}
}

// Validate says everything that is wrong at once.
func (c *Config) Validate() error {
	var errs error
	if len(c.ExecutionAttributes) == 0 {
		errs = errors.Join(errs, errors.New("execution_attributes must name at least one attribute, such as "+semconv.ExecutionID))
	}
	for i, a := range c.ExecutionAttributes {
		if a == "" {
			errs = errors.Join(errs, fmt.Errorf("execution_attributes[%d] is empty", i))
		}
	}
	return errors.Join(errs, positive("snapshot_timeout", c.SnapshotTimeout), c.Retention.validate(), c.Completeness.validate())
}

func (r RetentionConfig) validate() error {
	return errors.Join(
		atLeast("retention::max_bytes", r.MaxBytes, mib),
		atLeast("retention::max_execution_bytes", r.MaxExecutionBytes, 64<<10),
		atMost("retention::max_execution_bytes", r.MaxExecutionBytes, "retention::max_bytes", r.MaxBytes),
		atLeast("retention::max_execution_spans", int64(r.MaxExecutionSpans), 1),
		atLeast("retention::max_span_bytes", int64(r.MaxSpanBytes), 4<<10),
		atMost("retention::max_span_bytes", int64(r.MaxSpanBytes), "retention::max_execution_bytes", r.MaxExecutionBytes),
		atLeast("retention::max_value_bytes", int64(r.MaxValueBytes), 256),
		atMost("retention::max_value_bytes", int64(r.MaxValueBytes), "retention::max_span_bytes", int64(r.MaxSpanBytes)),
		atLeast("retention::max_whole_bytes", int64(r.MaxWholeBytes), 0),
		atLeast("retention::max_view_bytes", r.MaxViewBytes, mib),
		positive("retention::compress_after", r.CompressAfter),
		positive("retention::ttl", r.TTL),
		positive("retention::tombstone_ttl", r.TombstoneTTL),
	)
}

func (c CompletenessConfig) validate() error {
	return errors.Join(
		positive("completeness::quiet_period", c.QuietPeriod),
		positive("completeness::missing_parent", c.MissingParent),
		positive("completeness::start_only", c.StartOnly),
		positive("completeness::abandon", c.Abandon),
	)
}

func atLeast(key string, is, least int64) error {
	if is < least {
		return fmt.Errorf("%s is %d, it must be at least %d", key, is, least)
	}
	return nil
}

func atMost(key string, is int64, other string, most int64) error {
	if is > most {
		return fmt.Errorf("%s is %d, it must not be above %s (%d)", key, is, other, most)
	}
	return nil
}

func positive(key string, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("%s is %s, it must be a positive duration such as 30s", key, d)
	}
	return nil
}
