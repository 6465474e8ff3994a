package canvasserverextension

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// flushes runs a pace over changes at the given times and returns when something was flushed.
func flushes(interval time.Duration, changes ...time.Duration) (at []time.Duration) {
	begun := time.Now()
	signal := make(chan struct{}, 1)
	go func() {
		for _, c := range changes {
			time.Sleep(c - time.Since(begun))
			select {
			case signal <- struct{}{}:
			default:
			}
		}
	}()
	p := newPace(interval, signal)
	defer p.stop()
	end := time.After(time.Hour)
	for {
		select {
		case <-p.changed:
			if !p.mayFlush(time.Now()) {
				continue
			}
		case <-p.due:
			p.take()
		case <-end:
			return at
		}
		at = append(at, time.Since(begun))
		p.flushed(time.Now())
	}
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
		"without interval each goes out at once":  {0, []time.Duration{50 * ms, 51 * ms, 52 * ms}, []time.Duration{50 * ms, 51 * ms, 52 * ms}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				assert.Equal(t, tc.want, flushes(tc.interval, tc.changes...))
			})
		})
	}
}
