package limit

import (
	"math"
	"sync"
	"time"
)

// Bucket is a token bucket. The zero value is full for whatever rate it is first used with. Not concurrent.
type Bucket struct {
	used float64 // tokens taken and not yet given back by time
	last time.Time
}

// Take takes one token and says whether there was one; if not, it says how long until there is. A rate of zero or less
// means no limit.
func (b *Bucket) Take(now time.Time, perSecond, burst float64) (ok bool, wait time.Duration) {
	if perSecond <= 0 {
		return true, 0
	}
	b.drain(now, perSecond)
	if over := b.used + 1 - burst; over > 0 {
		return false, time.Duration(math.Ceil(over / perSecond * float64(time.Second)))
	}
	b.used++
	return true, 0
}

func (b *Bucket) drain(now time.Time, perSecond float64) {
	if passed := now.Sub(b.last); passed > 0 {
		b.used = max(0, b.used-passed.Seconds()*perSecond)
		b.last = now
	}
}

// Rates is a bucket per principal. It holds a bounded number of them: who has not come for a while is forgotten first,
// which costs nothing, for a full bucket and a forgotten one are the same.
type Rates struct {
	perSecond, burst float64
	entries          int

	mu      sync.Mutex
	buckets map[string]*Bucket
}

// NewRates returns buckets of so many tokens a second, with a burst of two seconds' worth and at least one.
func NewRates(perSecond float64, entries int) *Rates {
	return &Rates{perSecond: perSecond, burst: max(1, 2*perSecond), entries: entries, buckets: make(map[string]*Bucket)}
}

// Take takes one token of a principal.
func (r *Rates) Take(principal string, now time.Time) (ok bool, wait time.Duration) {
	if r.perSecond <= 0 {
		return true, 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.buckets[principal]
	if b == nil {
		if len(r.buckets) >= r.entries {
			r.forget(now)
		}
		b = &Bucket{}
		r.buckets[principal] = b
	}
	return b.Take(now, r.perSecond, r.burst)
}

// forget makes room: among some buckets it drops the full ones, or else the fullest.
func (r *Rates) forget(now time.Time) {
	const look = 32
	seen, dropped := 0, false
	fullest, least := "", math.Inf(1)
	for principal, b := range r.buckets {
		b.drain(now, r.perSecond)
		if b.used == 0 {
			delete(r.buckets, principal)
			dropped = true
		} else if b.used < least {
			fullest, least = principal, b.used
		}
		if seen++; seen == look {
			break
		}
	}
	if !dropped {
		delete(r.buckets, fullest)
	}
}
