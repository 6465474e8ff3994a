package live

import (
	"context"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// settle arms the entry's timer for what time will bring next, accounts for the view, and lets go of what nobody needs.
func (v *Views) settle(e *entry, w *work, now time.Time) {
	next, reason := e.view.Outlook()
	due := next
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
	free := e.handles == 0 && !e.queued && e.late == 0 // and nothing is left to be done
	if free && e.view.Len() == 0 {
		v.remove(e) // there is nothing to keep for anybody who comes back
		v.unload(e)
		return
	}
	if e.handles == 0 && !e.viewed && e.view.Len() <= smallView {
		if free && finished {
			v.remove(e)
		} else if !next.IsZero() && e.late == 0 {
			v.arm(e, max(next.Sub(now), time.Millisecond))
		}
		e.outlook = outlook{!finished, due, reason, w.excused, now}
		v.forgo(e)
		return
	}
	e.bare = e.bare || e.memory != nil
	e.memory = nil // it is the view's for good
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

// outlook is what is known of an execution whose view is not kept: when it is complete if nothing more comes, and why.
type outlook struct {
	known   bool
	due     time.Time // zero: time alone brings nothing
	reason  tracestore.CompleteReason
	excused time.Time // as it was when the execution was folded
	at      time.Time // when that was
}

// smallView is up to how many spans an execution that nobody watches is folded anew when something came, instead of keeping its
// view.
const smallView = 64

// conclude does to an execution what time did to it since it was folded. done is false where it must be folded again for that:
// nobody listened meanwhile, or the clock was set. e.mu is held.
func (v *Views) conclude(ctx context.Context, e *entry, w *work) (done bool, err error) {
	o, now := &e.outlook, v.cfg.Now()
	if w.excused != o.excused || now.Before(o.at) {
		return false, nil
	}
	if o.due.IsZero() {
		return true, nil
	}
	if now.Before(o.due) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.arm(e, o.due.Sub(now))
		return true, nil
	}
	res, err := v.store.Resolve(ctx, w.id)
	if err == nil && (res.Summary == nil || res.Execution != w.id) {
		return false, nil
	}
	if err == nil {
		s := *res.Summary
		s.Complete, s.CompleteReason = true, o.reason
		e.summary = listedOf(&s)
		err = v.store.PutSummary(ctx, s.Execution, s)
	}
	if err != nil {
		v.giveBack(e, work{reread: true})
		return false, err
	}
	e.summaryAt, e.outlook = now, outlook{}
	v.mu.Lock()
	defer v.mu.Unlock()
	if e.handles == 0 && !e.queued && e.late == 0 && e.moved == nil {
		v.remove(e)
	}
	return true, nil
}

// maxScratch is how many views are kept for use: about as many as are folded at a time.
const maxScratch = 4

// forgo lets go of the view of an execution that nobody watches. Views.mu and e.mu are held.
func (v *Views) forgo(e *entry) {
	if len(v.scratch) < maxScratch && e.traces.len() <= smallView && e.memory != nil {
		e.memory.Reset()
		v.scratch = append(v.scratch, scratch{e.view, e.memory})
	}
	v.unload(e)
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
	e.view, e.memory, e.bare, e.summarized = nil, nil, false, 0
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
	v.disarm(e)
	if v.entries[e.id] == e {
		delete(v.entries, e.id)
	}
	for t := range e.traces.all {
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
