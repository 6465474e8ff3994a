package canvasserverextension

import "time"

// pace lets the first change through at once and then one flush per interval. While it holds changes back it does not
// listen for more: they are all found by the next flush.
type pace struct {
	interval time.Duration
	signal   <-chan struct{}
	next     time.Time // not before
	timer    *time.Timer

	changed <-chan struct{} // signal, or nil while changes are held back
	due     <-chan time.Time
}

func newPace(interval time.Duration, signal <-chan struct{}) *pace {
	timer := time.NewTimer(0)
	timer.Stop()
	return &pace{interval: interval, signal: signal, changed: signal, timer: timer}
}

// mayFlush says whether a change goes out now; if not, due fires when it may.
func (p *pace) mayFlush(now time.Time) bool {
	if !now.Before(p.next) {
		return true
	}
	p.changed = nil
	p.timer.Reset(p.next.Sub(now))
	p.due = p.timer.C
	return false
}

// take forgets the changes that were signalled while they were held back: the flush that follows finds them.
func (p *pace) take() {
	select {
	case <-p.signal:
	default:
	}
}

// flushed begins a new interval.
func (p *pace) flushed(now time.Time) {
	p.next = now.Add(p.interval)
	p.changed, p.due = p.signal, nil
}

func (p *pace) stop() { p.timer.Stop() }
