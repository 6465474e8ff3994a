package canvasserverextension

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// flushes runs a pace over changes at the given times, counted from any beginning, and returns when something was flushed.
func flushes(interval time.Duration, changes ...time.Duration) (at []time.Duration) {
	begun := time.Unix(1_000, 0)
	p := pace{interval: interval}
	flush := func(now time.Time) {
		at = append(at, now.Sub(begun))
		p.flushed(now)
	}
	for _, c := range changes {
		now := begun.Add(c)
		if due := p.due(); !due.IsZero() && !due.After(now) {
			flush(due)
		}
		if p.mayFlush(now) {
			flush(now)
		}
	}
	if due := p.due(); !due.IsZero() {
		flush(due)
	}
	return at
}

func TestPace(t *testing.T) {
	const ms = time.Millisecond
	for name, tc := range map[string]struct {
		interval      time.Duration
		changes, want []time.Duration
	}{
		"the first change goes out at once":       {100 * ms, []time.Duration{50 * ms}, []time.Duration{50 * ms}},
		"the next waits for its interval":         {100 * ms, []time.Duration{50 * ms, 60 * ms}, []time.Duration{50 * ms, 150 * ms}},
		"many within an interval are one":         {100 * ms, []time.Duration{50 * ms, 60 * ms, 70 * ms, 80 * ms}, []time.Duration{50 * ms, 150 * ms}},
		"after a pause a change goes out at once": {100 * ms, []time.Duration{50 * ms, 500 * ms}, []time.Duration{50 * ms, 500 * ms}},
		"one after another, each at its time":     {100 * ms, []time.Duration{50 * ms, 60 * ms, 160 * ms}, []time.Duration{50 * ms, 150 * ms, 250 * ms}},
		"without interval each goes out at once":  {0, []time.Duration{50 * ms, 51 * ms, 52 * ms}, []time.Duration{50 * ms, 51 * ms, 52 * ms}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, flushes(tc.interval, tc.changes...)) })
	}
}
