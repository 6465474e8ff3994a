package canvasserverextension

import "time"

// pace lets the first change through at once and then one flush per interval.
type pace struct {
	interval time.Duration
	next     time.Time // no flush before it
	held     bool      // changes wait for next; the flush finds all of them
}

// mayFlush says whether a change goes out now. If not, it is held.
func (p *pace) mayFlush(now time.Time) bool {
	p.held = now.Before(p.next)
	return !p.held
}

// due is when changes that are held go out; the zero time: none are.
func (p *pace) due() time.Time {
	if p.held {
		return p.next
	}
	return time.Time{}
}

// flushed begins a new interval.
func (p *pace) flushed(now time.Time) { p.next, p.held = now.Add(p.interval), false }
