package execution

import (
	"cmp"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// The defaults of Rules.
const (
	DefaultQuietPeriod   = 7 * time.Second
	DefaultMissingParent = 30 * time.Second
	DefaultStartOnly     = 30 * time.Second
	DefaultAbandon       = 15 * time.Minute
)

func (r Rules) withDefaults() Rules {
	return Rules{
		QuietPeriod:   cmp.Or(r.QuietPeriod, DefaultQuietPeriod),
		MissingParent: cmp.Or(r.MissingParent, DefaultMissingParent),
		StartOnly:     cmp.Or(r.StartOnly, DefaultStartOnly),
		Abandon:       cmp.Or(r.Abandon, DefaultAbandon),
	}
}

// completion is whether more spans are expected. It is latched: what comes later makes a new revision of a complete
// execution. Only times of the receiving side's clock decide.
type completion struct {
	complete  bool
	reason    tracestore.CompleteReason
	revision  uint64
	lateAfter int64 // records received later than this are news to a complete execution
	excused   int64 // silence before it does not count
}

// Latch takes over from an earlier view of the same execution whether it was complete, and its revision. Records that the
// summary knew of already, because they came before its last activity, do not make a new revision.
func (v *View) Latch(s tracestore.Summary) {
	d := &v.done
	if s.Revision > d.revision {
		d.revision = s.Revision
		v.changed = true
	}
	if s.Complete && !d.complete {
		d.lateAfter = s.LastActivity
		v.complete(s.CompleteReason)
	}
	v.finish()
}

// Excuse says that until then nobody listened, so that silence before means nothing: the machine slept, or its clock was set.
func (v *View) Excuse(until time.Time) {
	v.done.excused = max(v.done.excused, until.UnixNano())
}

// Advance lets time pass and tells whether that changed anything.
func (v *View) Advance(now time.Time) bool {
	back := v.noticeBack(now)
	at, reason := v.Outlook()
	if at.IsZero() || now.Before(at) {
		return back
	}
	v.complete(reason)
	v.finish()
	return true
}

// setBack is by how much what was received lies ahead of the clock when that must have been set back meanwhile.
const setBack = time.Minute

// noticeBack takes what was received later than now for received now, where the clock was set back: else all periods would last
// longer by as much.
func (v *View) noticeBack(now time.Time) (back bool) {
	clock := now.Unix()
	ahead := func(unixNano int64) bool {
		return unixNano/int64(time.Second) > clock && now.Before(after(unixNano, -setBack))
	}
	if ahead(v.done.excused) {
		v.done.excused = now.UnixNano()
	}
	for _, t := range v.order {
		if ahead(t.lastReceived) {
			t.ahead, t.lastReceived = t.lastReceived, now.UnixNano()
			v.changed, back = true, true
		}
	}
	if back {
		v.finish()
	}
	return back
}

func (v *View) complete(reason tracestore.CompleteReason) {
	v.done.complete, v.done.reason = true, reason
	v.changed = true
	if v.account.live+v.account.lost+v.account.silent == 0 && !v.hides() {
		return
	}
	for _, t := range v.order {
		for n := range t.all {
			if n.Record == nil {
				continue
			}
			if s := v.stateOf(n.Record); s != n.Tail.State {
				n.Tail.State = s
				v.touch(n)
			}
		}
	}
}

// hides tells whether some trace is not shown whole.
func (v *View) hides() bool {
	for _, t := range v.order {
		if t.restricted {
			return true
		}
	}
	return false
}

// Outlook returns when the execution will be complete if nothing more comes, and why. The time may be in the past; it is zero where
// only input can complete it.
//
//   - Every root ended, and each trace has as many ended spans as its root claims: at once.
//   - Every root ended, or every open span is known to be lost, and all is settled: no open span has a live lease, there was
//     silence for the quiet period, no parent is missing that was named lately, and the spans of which only the start was seen
//     had their time after the root came.
//   - No root ended, and there was silence for long. A live lease holds this up too: its span is not silent.
func (v *View) Outlook() (time.Time, tracestore.CompleteReason) {
	a := &v.account
	if v.done.complete || a.spans == 0 {
		return time.Time{}, tracestore.CompleteNone
	}
	last := max(v.lastReceived(), v.done.excused)
	set := v.rootSet()
	final := set != nil && set.all().open == 0
	if final && v.countReached(set) {
		return time.Unix(0, last), tracestore.CompleteCounted
	}
	if a.live > 0 {
		return time.Time{}, tracestore.CompleteNone
	}
	reason := tracestore.CompleteQuiet
	if a.lost > 0 && a.silent == 0 {
		reason = tracestore.CompleteLost
	}
	if !final && reason != tracestore.CompleteLost {
		return after(last, v.rules.Abandon), tracestore.CompleteAbandoned
	}
	settled := v.settled(last, set)
	if final {
		return settled, reason
	}
	if at := after(last, v.rules.Abandon); at.Before(settled) {
		return at, tracestore.CompleteAbandoned
	}
	return settled, reason
}

// settled returns when nothing but a live lease speaks against completeness any more.
func (v *View) settled(last int64, roots *rootSet) time.Time {
	at := after(last, v.rules.QuietPeriod)
	if v.account.silent > 0 && roots != nil {
		at = later(at, after(min(last, roots.all().received), v.rules.StartOnly))
	}
	for _, t := range v.order {
		for p := t.missing; p != nil; p = p.next {
			at = later(at, after(min(last, p.since), v.rules.MissingParent))
		}
	}
	return at
}

func (v *View) lastReceived() int64 {
	var last int64
	for _, t := range v.order {
		last = max(last, t.lastReceived)
	}
	return last
}

// after is a time in one step where it fits: each step divides.
func after(unixNano int64, d time.Duration) time.Time {
	if sum := unixNano + int64(d); sum > unixNano {
		return time.Unix(0, sum)
	}
	return time.Unix(0, unixNano).Add(d)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
