package canvasserverextension

import (
	"context"
	"sync"
)

// errands are what helpers of a session are out for: to open a subscription, or to ask whether one may stay. Most of the time
// there are none, and then they are nil. The methods belong to whoever writes.
type errands struct {
	ctx     context.Context // ends with the session
	cancel  context.CancelFunc
	out     int                 // helpers whose outcome was not taken
	helping int                 // of them: to open something
	opening map[string]*attempt // what the client still wants opened

	helpers sync.WaitGroup
	mu      sync.Mutex
	found   []outcome // until somebody looks
}

// attempt is a subscription that is being opened. It is told from others by its address, so it must have one of its own.
type attempt struct{ _ byte }

// outcome is what a helper found out.
type outcome struct {
	id      string
	attempt *attempt // of an opening; nil: a right was looked at
	channel *channel
	right   *right
	grant   grant
	bad     *problem
}

// drop gives back what nobody wants any more.
func (o *outcome) drop() {
	if o.channel != nil {
		o.channel.close()
	}
}

func newErrands() *errands {
	e := &errands{opening: map[string]*attempt{}}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	return e
}

// open notes that a helper is about to open a subscription.
func (e *errands) open(id string) *attempt {
	a := new(attempt)
	e.opening[id] = a
	e.helping++
	return a
}

// opens is the attempt to open a subscription, as long as the client wants it; nil: there is none.
func (e *errands) opens(id string) *attempt {
	if e == nil {
		return nil
	}
	return e.opening[id]
}

// opened forgets that a subscription is being opened.
func (e *errands) opened(id string) {
	if e != nil {
		delete(e.opening, id)
	}
}

// openings is how many helpers are out to open something.
func (e *errands) openings() int {
	if e == nil {
		return 0
	}
	return e.helping
}

// send has a helper do something, and tells of it when the outcome can be taken.
func (e *errands) send(work func(context.Context) outcome, tell func()) {
	e.out++
	e.helpers.Go(func() {
		e.add(work(e.ctx))
		tell()
	})
}

func (e *errands) add(o outcome) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.found = append(e.found, o)
}

// take is what helpers found out since.
func (e *errands) take() []outcome {
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	found := e.found
	e.found = nil
	e.out -= len(found)
	for _, o := range found {
		if o.attempt != nil {
			e.helping--
		}
	}
	return found
}

// idle says whether nobody is out. Then the errands are over.
func (e *errands) idle() bool {
	if e == nil || e.out > 0 {
		return false
	}
	e.cancel()
	return true
}

// end has those who are out come back.
func (e *errands) end() {
	if e != nil {
		e.cancel()
	}
}

// over ends the errands, and is what the last helpers found out.
func (e *errands) over() []outcome {
	if e == nil {
		return nil
	}
	e.end()
	e.helpers.Wait()
	return e.take()
}
