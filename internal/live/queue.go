package live

import (
	"context"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// work folds what is queued until the views are closed.
func (v *Views) work() {
	for v.await() {
		v.workOnce()
	}
}

// await waits until there is something to do; false: the views are closed.
func (v *Views) await() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for len(v.queue) == 0 && v.alarms.due == 0 && len(v.unknown) == 0 && !v.closed {
		v.queued.Wait()
	}
	return !v.closed
}

// workOnce does the next thing that is queued; false: there is none.
func (v *Views) workOnce() bool {
	v.mu.Lock()
	if len(v.queue) > 0 {
		e := v.queue[0]
		v.queue[0] = nil
		v.queue = v.queue[1:]
		e.queued = false
		v.mu.Unlock()
		_ = v.refresh(e) // its error was reported
		return true
	}
	if v.alarms.due > 0 {
		due := v.takeDue()
		v.mu.Unlock()
		v.concludeProspects(due)
		return true
	}
	if len(v.unknown) == 0 {
		v.mu.Unlock()
		return false
	}
	t := v.takeUnknown()
	v.mu.Unlock()
	if e := v.adopt(t); e != nil {
		_ = v.refresh(e) // its error was reported
	}
	return true
}

func (v *Views) takeUnknown() tracestore.TraceID {
	for t := range v.unknown {
		delete(v.unknown, t)
		return t
	}
	return tracestore.TraceID{}
}

// adopt finds the entry of a trace that changed, which must be refreshed. One that was joined since was read then: nil.
func (v *Views) adopt(t tracestore.TraceID) *entry {
	v.mu.Lock()
	known := v.byTrace[t].first != nil
	v.mu.Unlock()
	if known {
		return nil
	}
	res, err := v.store.Resolve(context.Background(), t.String())
	if err != nil {
		v.cfg.OnError(err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case err != nil:
		v.unasked[t] = struct{}{}
	case res.Known && res.Tombstone == nil:
		e := v.entryOf(res.Execution)
		e.resolve = true
		e.dirty.add(t)
		return e
	}
	return nil
}
