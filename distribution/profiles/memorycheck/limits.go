package memorycheck

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter"
)

const mib = 1 << 20

// needed is the least soft limit of a process whose trace stores may hold so much: half as much again and more for garbage
// that is not collected yet, and room for requests, views and clients.
func needed(stores int64) int64 { return stores/5*8 + 256*mib }

// storeFor is the largest store that fits a soft limit.
func storeFor(soft int64) int64 { return max(0, soft-256*mib) / 8 * 5 }

// limits are the sizes that must fit each other.
type limits struct {
	stores   int64    // bytes that all trace stores may hold
	storeKey []string // where that is set
	soft     int64    // bytes; the lowest of all memory limiters, 0: there is none, or it goes by a percentage
	limiter  string   // whose it is
	spike    int64
	goLimit  int64 // bytes; math.MaxInt64: none
}

// check says which of the sizes contradict each other, and what to set.
func (l *limits) check() error {
	if l.stores == 0 {
		return nil
	}
	need := needed(l.stores)
	stores := fmt.Sprintf("%s: %s, which takes a soft limit of at least %s (1.6 x it + 256 MiB)",
		strings.Join(l.storeKey, " + "), inMiB(l.stores), inMiB(need))
	var errs error
	if l.soft > 0 && l.soft < need {
		errs = errors.Join(errs, fmt.Errorf("%s; the soft limit of processors::%s (limit_mib - spike_limit_mib) is %s: "+
			"set its limit_mib to %d, or max_bytes to %d", stores, l.limiter, inMiB(l.soft), ceilMiB(need+l.spike), storeFor(l.soft)))
	}
	above := max(need, l.soft)
	switch {
	case l.goLimit == math.MaxInt64:
	case l.soft > 0 && l.goLimit <= l.soft:
		errs = errors.Join(errs, fmt.Errorf("GOMEMLIMIT: %s, which is not above the soft limit of processors::%s (%s), "+
			"so garbage is collected at full speed before that refuses anything: set GOMEMLIMIT=%dMiB", inMiB(l.goLimit), l.limiter, inMiB(l.soft), ceilMiB(above+max(l.spike, 128*mib))))
	case l.goLimit < need:
		errs = errors.Join(errs, fmt.Errorf("%s; GOMEMLIMIT is %s: set GOMEMLIMIT=%dMiB", stores, inMiB(l.goLimit), ceilMiB(above+128*mib)))
	}
	return errs
}

func inMiB(bytes int64) string { return fmt.Sprintf("%d MiB", bytes/mib) }

func ceilMiB(bytes int64) int64 { return (bytes + mib - 1) / mib }

// limitsOf reads the sizes of the components that are used in a pipeline.
func limitsOf(conf *confmap.Conf, goLimit int64) (limits, error) {
	l := limits{goLimit: goLimit}
	var used struct {
		Pipelines map[string]struct {
			Processors []string `mapstructure:"processors"`
			Exporters  []string `mapstructure:"exporters"`
		} `mapstructure:"pipelines"`
	}
	if err := unmarshal(conf, "service", &used); err != nil {
		return l, err
	}
	var stores, limiters []string
	for _, p := range used.Pipelines {
		stores = append(stores, ofType(p.Exporters, "canvastrace")...)
		limiters = append(limiters, ofType(p.Processors, "memory_limiter")...)
	}
	for _, id := range unique(stores) {
		if err := l.addStore(conf, id); err != nil {
			return l, err
		}
	}
	for _, id := range unique(limiters) {
		if err := l.addLimiter(conf, id); err != nil {
			return l, err
		}
	}
	return l, nil
}

func (l *limits) addStore(conf *confmap.Conf, id string) error {
	cfg := canvastraceexporter.NewFactory().CreateDefaultConfig().(*canvastraceexporter.Config)
	if err := unmarshal(conf, "exporters::"+id, cfg); err != nil {
		return err
	}
	l.stores += cfg.Retention.MaxBytes
	l.storeKey = append(l.storeKey, "exporters::"+id+"::retention::max_bytes")
	return nil
}

// defaultSpikeShare is a memory limiter's spike limit where none is set.
const defaultSpikeShare = 5

func (l *limits) addLimiter(conf *confmap.Conf, id string) error {
	var cfg struct {
		Limit int64 `mapstructure:"limit_mib"`
		Spike int64 `mapstructure:"spike_limit_mib"`
	}
	if err := unmarshal(conf, "processors::"+id, &cfg); err != nil {
		return err
	}
	if cfg.Spike == 0 {
		cfg.Spike = cfg.Limit / defaultSpikeShare
	}
	if soft := (cfg.Limit - cfg.Spike) * mib; cfg.Limit > 0 && (l.soft == 0 || soft < l.soft) {
		l.soft, l.spike, l.limiter = soft, cfg.Spike*mib, id
	}
	return nil
}

func unmarshal(conf *confmap.Conf, key string, into any) error {
	sub, err := conf.Sub(key)
	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	if err := sub.Unmarshal(into, confmap.WithIgnoreUnused()); err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	return nil
}

// ofType are the components of a type among some ids.
func ofType(ids []string, kind string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		t, _, _ := strings.Cut(id, "/")
		return strings.TrimSpace(t) != kind
	})
}

func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}
