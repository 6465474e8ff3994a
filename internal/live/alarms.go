package live

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// alarms says which entries are to be looked at when. One timer serves all of them: there may be as many as executions came
// within the quiet period. All of it is guarded by Views.mu.
type alarms struct {
	set     alarmHeap
	timer   *time.Timer
	rings   time.Duration // when the timer does, since Views.born; 0: it does not
	late    []*entry      // those that are put off; the entries know their places
	unasked time.Duration // when the strangers are to be asked for; 0: there are none

	prospects prospects
	due       int // how many of them wait for a worker
}

// tick is how exact the alarms of entries are that nobody watches: many ring at once then.
const tick = 50 * time.Millisecond

// arm has the entry looked at after d. Views.mu is held.
func (v *Views) arm(e *entry, d time.Duration) {
	if v.closed || e.moved != nil || e.gone {
		return
	}
	at := time.Since(v.born) + d
	if e.handles == 0 {
		at = (at + tick - 1).Truncate(tick)
	}
	if e.late > 0 && e.place > 0 && e.alarm <= at {
		return // it is looked at before
	}
	e.alarm = at
	if e.place > 0 {
		heap.Fix(&v.alarms.set, e.place-1)
	} else {
		heap.Push(&v.alarms.set, e)
	}
	v.wind()
}

// disarm undoes arm. Views.mu is held.
func (v *Views) disarm(e *entry) {
	v.takeUp(e)
	if e.place > 0 {
		heap.Remove(&v.alarms.set, e.place-1)
	}
}

// wind sets the timer for the next alarm, unless it rings before. Views.mu is held.
func (v *Views) wind() {
	a := &v.alarms
	next := a.unasked
	if len(a.set) > 0 {
		if at := a.set[0].alarm; next == 0 || at < next {
			next = at
		}
	}
	if a.due < a.prospects.count {
		if at := a.prospects.at(a.due).rings; next == 0 || at < next {
			next = at
		}
	}
	if v.closed || next == 0 || a.rings != 0 && next >= a.rings {
		return
	}
	a.rings = next
	d := max(next-time.Since(v.born), 0)
	if a.timer == nil {
		a.timer = time.AfterFunc(d, v.ring)
		return
	}
	a.timer.Reset(d)
}

// ring queues what is due.
func (v *Views) ring() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return
	}
	a, now := &v.alarms, time.Since(v.born)
	a.rings = 0
	for len(a.set) > 0 && a.set[0].alarm <= now {
		e := a.set[0]
		v.disarm(e)
		v.enqueue(e)
	}
	if a.unasked != 0 && a.unasked <= now {
		v.askForStrangers()
	}
	for a.due < a.prospects.count && a.prospects.at(a.due).rings <= now {
		a.due++
	}
	if a.due > 0 {
		v.queued.Signal()
	}
	v.wind()
}

// putOff has an entry that nobody watches folded soon, with all that comes until then: what nobody looks at need not be right
// at once. Views.mu is held.
func (v *Views) putOff(e *entry) {
	if e.late > 0 || e.queued || e.gone || e.moved != nil {
		return
	}
	v.alarms.late = append(v.alarms.late, e)
	e.late = len(v.alarms.late)
	if d := v.putOffFor(); e.place == 0 || e.alarm-time.Since(v.born) > d {
		v.arm(e, d)
	}
}

// takeUp undoes putOff, but for the alarm. Views.mu is held.
func (v *Views) takeUp(e *entry) {
	if e.late == 0 {
		return
	}
	last := len(v.alarms.late) - 1
	moved := v.alarms.late[last]
	v.alarms.late[e.late-1], moved.late = moved, e.late
	v.alarms.late[last] = nil
	v.alarms.late = trimmed(v.alarms.late[:last])
	e.late = 0
}

// putOffFor is for how long: no longer than a summary may be behind, and not over the moment of completeness.
func (v *Views) putOffFor() time.Duration {
	return min(v.cfg.SummaryInterval, cmp.Or(v.cfg.Rules.QuietPeriod, execution.DefaultQuietPeriod))
}

// catchUp folds all that was put off until now, for somebody who wants to see it.
func (v *Views) catchUp() {
	for _, e := range v.takeLate() {
		_ = v.refresh(e) // its error was reported
	}
	v.mu.Lock()
	v.askForStrangers()
	for n := len(v.unknown); n > 0 && len(v.unknown) > 0; n-- {
		t := v.takeUnknown()
		v.mu.Unlock()
		if e := v.adopt(t); e != nil {
			_ = v.refresh(e)
		}
		v.mu.Lock()
	}
	v.mu.Unlock()
}

// takeLate are the entries that are put off, and those whose turn has come.
func (v *Views) takeLate() []*entry {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Concat(v.queue, v.alarms.late)
}

// meet has the store asked soon whose a trace is that no entry has. Views.mu is held.
func (v *Views) meet(t tracestore.TraceID) {
	v.strangers = append(v.strangers, t)
	if v.alarms.unasked == 0 {
		v.alarms.unasked = time.Since(v.born) + v.putOffFor()
		v.wind()
	}
}

// askForStrangers has the store asked whose the traces are that no entry has. Views.mu is held.
func (v *Views) askForStrangers() {
	v.alarms.unasked = 0
	for _, t := range v.strangers {
		v.unknown[t] = struct{}{}
	}
	v.strangers = trimmed(v.strangers[:0])
	if len(v.unknown) > 0 {
		v.queued.Broadcast()
	}
}

// alarmHeap has the entry on top whose alarm rings first. It implements heap.Interface.
type alarmHeap []*entry

func (h alarmHeap) Len() int           { return len(h) }
func (h alarmHeap) Less(i, j int) bool { return h[i].alarm < h[j].alarm }
func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i+1, j+1
}

// Push implements heap.Interface.
func (h *alarmHeap) Push(x any) {
	e := x.(*entry)
	*h = append(*h, e)
	e.place = len(*h)
}

// Pop implements heap.Interface.
func (h *alarmHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = trimmed((*h)[:last])
	e.place = 0
	return e
}
