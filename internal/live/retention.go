package live

import (
	"time"
)

// settle arms the entry's timer for what time will bring next, accounts for the view, and lets go of what nobody needs.
func (v *Views) settle(e *entry, now time.Time) {
	next := e.view.Deadline()
	if e.view.Rev() != e.summarized && e.view.Len() > 0 {
		next = earlier(next, e.summaryAt.Add(v.cfg.SummaryInterval))
	}
	finished := e.view.Summary().Complete && e.view.Rev() == e.summarized
	size := e.view.Bytes() + e.copied

	v.mu.Lock()
	defer v.mu.Unlock()
	if e.moved != nil {
		v.unload(e) // it became part of another one while it was folded
		return
	}
	free := e.handles == 0 && !e.queued // and nothing is left to be done
	if free && e.view.Len() == 0 {
		v.remove(e) // there is nothing to keep for anybody who comes back
		v.unload(e)
		return
	}
	v.viewBytes += size - e.bytes
	e.bytes = size
	if e.loaded == nil {
		e.loaded = v.loaded.PushBack(e)
	} else {
		v.loaded.MoveToBack(e.loaded)
	}
	if free && finished {
		if now.Sub(e.idle) >= v.cfg.Linger {
			v.remove(e)
			v.unload(e)
			return
		}
		next = earlier(next, e.idle.Add(v.cfg.Linger))
	}
	if !next.IsZero() {
		v.arm(e, max(next.Sub(now), time.Millisecond))
	}
	v.shrink(e)
}

// shrink drops views that nobody watches, least recently folded first, until all views fit their bound. The entry itself
// stays, so that its deadline is kept. Views.mu and the mu of e are held, so e is left alone; others are dropped where their
// lock is free.
func (v *Views) shrink(current *entry) {
	for el := v.loaded.Front(); el != nil && v.viewBytes > v.cfg.ViewBytes; {
		e := el.Value.(*entry)
		el = el.Next()
		if e == current || e.handles > 0 || !e.mu.TryLock() {
			continue
		}
		v.unload(e)
		e.mu.Unlock()
	}
}

// unload drops the view of an entry. Views.mu and e.mu are held.
func (v *Views) unload(e *entry) {
	v.unlist(e)
	e.view, e.summarized = nil, 0
}

// unlist takes an entry's view off the account. Views.mu is held.
func (v *Views) unlist(e *entry) {
	if e.loaded != nil {
		v.loaded.Remove(e.loaded)
		e.loaded = nil
	}
	v.viewBytes -= e.bytes
	e.bytes = 0
}

// remove forgets an entry that has no viewers. Views.mu and e.mu are held.
func (v *Views) remove(e *entry) {
	e.gone = true
	e.stopTimer()
	if v.entries[e.id] == e {
		delete(v.entries, e.id)
	}
	for t := range e.traces {
		v.leave(e, t)
	}
}

// abandon lets go of the view of an entry that became part of another one. e.mu is held.
func (v *Views) abandon(e *entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.unload(e)
}

// dropLocked lets go of an evicted execution; viewers keep the entry for its tombstone. e.mu is held.
func (v *Views) dropLocked(e *entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.unload(e)
	if e.handles == 0 {
		v.remove(e)
	}
}

// arm has the entry refreshed after d. Views.mu is held.
func (v *Views) arm(e *entry, d time.Duration) {
	if v.closed || e.moved != nil || e.gone {
		return
	}
	if e.timer != nil {
		e.timer.Reset(d)
		return
	}
	e.timer = time.AfterFunc(d, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.enqueue(e)
	})
}

func (e *entry) stopTimer() {
	if e.timer != nil {
		e.timer.Stop()
		e.timer = nil
	}
}
