package memorystore

import (
	"context"
	"slices"
	"sync"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// watcher is a tracestore.Watcher. It never makes the store wait: a signal is an entry in a map, and a token in a channel
// that holds one.
type watcher struct {
	store *Store
	subs  map[tracestore.Key]*subscription // guarded by the store's lock

	mu      sync.Mutex // taken after the store's lock, if both are
	changed map[tracestore.Key]struct{}
	closed  bool
	c       chan struct{}
}

// subscription is one key of one watcher, and where it is hooked in.
type subscription struct {
	watcher *watcher
	key     tracestore.Key
	at      *anchor
}

// anchor is where watchers of a trace or an execution hook in, or of a key that leads nowhere yet.
type anchor struct {
	subs  []*subscription
	owner interface{ connected() *group } // nil: the key leads nowhere yet
}

func (t *trace) connected() *group     { return t.group }
func (e *execution) connected() *group { return e.group }

func (a *anchor) signal() {
	for _, sub := range a.subs {
		sub.watcher.signal(sub.key)
	}
}

// watchIndex knows all watchers, and the keys that lead nowhere yet. What it takes is not in the account: viewers are bounded
// by whoever admits them.
type watchIndex struct {
	watchers map[*watcher]struct{}
	pending  table[tracestore.Key, *anchor]
}

func newWatchIndex() watchIndex {
	return watchIndex{watchers: map[*watcher]struct{}{}, pending: newTable[tracestore.Key, *anchor]()}
}

func (x *watchIndex) wakeAll() {
	for w := range x.watchers {
		for key := range w.subs {
			w.signal(key)
		}
	}
}

// wait hooks a subscription in where nothing is yet.
func (x *watchIndex) wait(sub *subscription) {
	a := x.pending.get(sub.key)
	if a == nil {
		a = &anchor{}
		x.pending.put(sub.key, a)
	}
	a.subs = append(a.subs, sub)
	sub.at = a
}

// release lets the subscriptions of something that is gone wait for it to come back.
func (x *watchIndex) release(a *anchor) {
	for _, sub := range a.subs {
		x.wait(sub)
	}
	a.subs = nil
}

// Watch returns a watcher. See tracestore.Watcher.
func (s *Store) Watch(_ context.Context, keys ...tracestore.Key) (tracestore.Watcher, error) {
	if err := s.lock(); err != nil {
		return nil, err
	}
	w := &watcher{
		store: s, subs: map[tracestore.Key]*subscription{}, changed: map[tracestore.Key]struct{}{}, c: make(chan struct{}, 1),
	}
	s.watch.watchers[w] = struct{}{}
	s.mu.Unlock()
	w.Add(keys...)
	return w, nil
}

// adopt hooks those in who waited for a key.
func (s *Store) adopt(key tracestore.Key, a *anchor) {
	waiting := s.watch.pending.get(key) // mostly there are none at all
	if waiting == nil {
		return
	}
	s.watch.pending.delete(key)
	s.hook(a, waiting.subs...)
}

func (s *Store) hook(a *anchor, subs ...*subscription) {
	for _, sub := range subs {
		sub.at = a
	}
	a.subs = append(a.subs, subs...)
	s.countWatchers(a.owner.connected(), len(subs))
}

// unhook takes a subscription out of where it is.
func (s *Store) unhook(sub *subscription) {
	a := sub.at
	i := slices.Index(a.subs, sub)
	a.subs = slices.Delete(a.subs, i, i+1)
	switch {
	case a.owner != nil:
		s.countWatchers(a.owner.connected(), -1)
	case len(a.subs) == 0:
		s.watch.pending.delete(sub.key)
	}
}

// countWatchers moves a group between the watched and the others as its first watcher comes or its last one goes.
func (s *Store) countWatchers(g *group, n int) {
	if (g.watchers > 0) == (g.watchers+n > 0) {
		g.watchers += n
		return
	}
	s.queue.charge(g, -g.bytes)
	g.watchers += n
	s.queue.charge(g, g.bytes)
	if g.side() == watched {
		s.watchedHeld += g.bytes
	} else {
		s.watchedHeld -= g.bytes
	}
	s.queue.enter(g)
	s.ripe.offer(g, s.now())
}

func (s *Store) subscribe(w *watcher, key tracestore.Key) {
	sub := &subscription{watcher: w, key: key}
	w.subs[key] = sub
	if !key.Trace.IsEmpty() {
		if t := s.traces.get(key.Trace); t != nil {
			s.hook(&t.watched, sub)
			return
		}
	} else if e := s.lookup(key.Execution); e != nil {
		s.hook(&e.watched, sub)
		return
	}
	s.watch.wait(sub)
}

// Add watches more keys.
func (w *watcher) Add(keys ...tracestore.Key) {
	if w.store.lock() != nil {
		return
	}
	defer w.store.mu.Unlock()
	if _, open := w.store.watch.watchers[w]; !open {
		return
	}
	for _, key := range keys {
		if w.subs[key] == nil {
			w.store.subscribe(w, key)
		}
	}
}

// Remove watches some keys no longer, and forgets their changes.
func (w *watcher) Remove(keys ...tracestore.Key) {
	if w.store.lock() != nil {
		return
	}
	defer w.store.mu.Unlock()
	for _, key := range keys {
		sub := w.subs[key]
		if sub == nil {
			continue
		}
		w.store.unhook(sub)
		delete(w.subs, key)
		w.forget(key)
	}
}

// C has a token while there are changed keys.
func (w *watcher) C() <-chan struct{} { return w.c }

// Changed returns and clears the keys that changed.
func (w *watcher) Changed() []tracestore.Key {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.changed) == 0 {
		return nil
	}
	keys := make([]tracestore.Key, 0, len(w.changed))
	for key := range w.changed {
		keys = append(keys, key)
	}
	clear(w.changed)
	w.drain()
	return keys
}

// Close ends the watching. C is not closed, so that nobody who still selects on it spins.
func (w *watcher) Close() {
	w.mu.Lock()
	w.closed = true
	clear(w.changed)
	w.drain()
	w.mu.Unlock()
	if w.store.lock() != nil {
		return
	}
	defer w.store.mu.Unlock()
	for key, sub := range w.subs {
		w.store.unhook(sub)
		delete(w.subs, key)
	}
	delete(w.store.watch.watchers, w)
}

func (w *watcher) signal(key tracestore.Key) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.changed[key] = struct{}{}
	select {
	case w.c <- struct{}{}:
	default:
	}
}

func (w *watcher) forget(key tracestore.Key) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.changed, key)
	if len(w.changed) == 0 {
		w.drain()
	}
}

// drain takes the token back. The watcher's lock is held.
func (w *watcher) drain() {
	select {
	case <-w.c:
	default:
	}
}
