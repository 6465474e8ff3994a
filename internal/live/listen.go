package live

import (
	"context"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// listen passes the store's wake-ups on, re-reads what is watched from time to time, and tells the store the time.
func (v *Views) listen() {
	sweep := time.NewTicker(v.cfg.SweepInterval)
	defer sweep.Stop()
	repoll := time.NewTicker(v.cfg.Repoll)
	defer repoll.Stop()
	for {
		select {
		case <-v.done:
			return
		case <-v.watcher.C():
			v.wake(v.watcher.Changed())
		case <-repoll.C:
			v.rereadWatched()
		case <-sweep.C:
			v.sweep(v.cfg.Now())
		}
	}
}

func (v *Views) wake(keys []tracestore.Key) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, k := range keys {
		if !k.Trace.IsEmpty() {
			for e := range v.byTrace[k.Trace].all {
				v.touch(e, k.Trace)
			}
			continue
		}
		if e := v.entries[k.Execution]; e != nil {
			e.resolve = true
			v.enqueue(e)
		}
	}
}

func (v *Views) rereadWatched() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for e := range v.viewed {
		e.resolve, e.reread = true, true
		v.enqueue(e)
	}
	for t := range v.unasked {
		delete(v.unasked, t)
		v.touchTrace(t, v.byTrace[t])
	}
}

// oversleep is how late listen may be before the machine is taken to have slept, or its clock to have been set.
const oversleep = 15 * time.Second

// noticeSleep excuses silence during a time in which nobody listened. Views.mu is held.
func (v *Views) noticeSleep(now time.Time) {
	now = now.Round(0) // a monotonic clock does not go on while the machine sleeps
	switch {
	case now.Sub(v.listened) > v.cfg.SweepInterval+oversleep:
		v.listened, v.excused = now, now
	case v.excused.After(now): // the clock was set back since: what is excused is the past, however often it is looked at
		v.excused = now
	}
}

func (v *Views) sweep(now time.Time) {
	res, err := v.store.Sweep(context.Background(), now)
	if err != nil {
		v.cfg.OnError(err)
		return
	}
	v.cfg.OnSweep(res)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.shrinkMaps()
	v.noticeSleep(now)
	v.listened = now.Round(0)
	for _, id := range res.EvictedIDs {
		if e := v.entries[id]; e != nil {
			e.resolve = true
			v.enqueue(e)
		}
	}
	for _, t := range res.MarkedTraces {
		for e := range v.byTrace[t].all {
			v.touch(e, t)
		}
	}
}
