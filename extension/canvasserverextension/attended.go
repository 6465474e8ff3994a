package canvasserverextension

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// attended is the writing side of one WebSocket. Nobody writes while there is nothing to do, because most sockets are idle most
// of their time, and a goroutine costs more than all else they need: whoever finds that something is to be done calls wake or
// nudge, and a goroutine looks after the client until nothing is left to do.
type attended struct {
	client  attendee
	calls   atomic.Int32 // since somebody began to look after the client; 0: nobody does
	changed atomic.Bool  // there may be changes that the courier could not bring
	called  atomic.Bool  // the courier is to come

	mu    sync.Mutex // held by whoever writes; what the client's methods use, and what is below, belongs to its holder
	over  bool       // nothing more is to be sent
	timer *time.Timer
	armed time.Time // when the timer fires
}

// attendee is a client that is attended. Its methods are called by one goroutine at a time.
type attendee interface {
	// step does what is to be done; changed says that there may be changes. An error ends the client.
	step(changed bool) error
	// due is when step has something to do that nothing announces.
	due() time.Time
	// prompt sends what is pending, if that can be done without waiting for anything or anybody, or leaves it until it is due.
	// If it can do neither, or left something, the answer is false. What was sent is left in the tally.
	prompt(now time.Time, t *tally) bool
	// end ends the connection for an error.
	end(err error)
	// kill ends the connection at once. Everybody may call it.
	kill()
}

// attend prepares for a client, which is not looked after before begin is called.
func (a *attended) attend(client attendee) {
	a.client = client
	a.calls.Store(1)
}

// begin has the client looked after, from now on.
func (a *attended) begin() { go a.work() }

// wake has somebody look at what is to be done. It waits for nothing.
func (a *attended) wake() {
	if a.calls.Add(1) == 1 {
		go a.work()
	}
}

// nudge is wake where there may be changes.
func (a *attended) nudge() {
	a.changed.Store(true)
	a.wake()
}

// work looks after the client until nobody calls any more.
func (a *attended) work() {
	for {
		calls := a.calls.Load()
		a.look()
		if a.calls.Add(-calls) == 0 {
			return
		}
	}
}

func (a *attended) look() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for !a.over {
		if err := a.client.step(a.changed.Swap(false)); err != nil {
			a.finish(err)
			return
		}
		if due := a.client.due(); time.Until(due) > 0 {
			a.alarm(due)
			return
		}
	}
}

func (a *attended) alarm(due time.Time) {
	a.armed = due
	if a.timer == nil {
		a.timer = time.AfterFunc(time.Until(due), a.wake)
		return
	}
	a.timer.Reset(time.Until(due))
}

// finish ends the client. a.mu is held.
func (a *attended) finish(err error) {
	a.over = true
	if a.timer != nil {
		a.timer.Stop()
	}
	a.client.end(err)
}

// ended is called when the reading side has ended. It returns when nothing is written any more.
func (a *attended) ended(err error) {
	if err == nil {
		err = errReceived
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.over {
		a.finish(err)
	}
}

// promptly does what can be done without waiting for anything or anybody; false if something is left.
func (a *attended) promptly(t *tally) bool {
	if !a.mu.TryLock() {
		return false
	}
	defer a.mu.Unlock()
	if a.over {
		return true
	}
	if a.timer == nil { // it has not begun
		return false
	}
	now := time.Now()
	if !a.client.prompt(now, t) {
		return false
	}
	if due := a.client.due(); due.Before(a.armed) {
		a.alarm(due)
	}
	return true
}

var errReceived = errors.New("the reading side ended")
