package memorystore

import (
	"context"
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
	watcher    *watcher
	key        tracestore.Key
	at         watchable
	prev, next *subscription // at the same anchor
}

// watchable is where watchers hook in: a trace, an execution, or a key that leads nowhere yet.
type watchable interface {
	anchor() *anchor
	connected() *group // nil: the key leads nowhere yet
}

// nowhere is what a key stands for that leads nowhere yet.
type nowhere struct{ watched anchor }

func (t *trace) anchor() *anchor     { return &t.watched }
func (e *execution) anchor() *anchor { return &e.watched }
func (n *nowhere) anchor() *anchor   { return &n.watched }

func (t *trace) connected() *group     { return t.group }
func (e *execution) connected() *group { return e.group }
func (n *nowhere) connected() *group   { return nil }

// anchor is the list of the subscriptions that are hooked in: one word, because hardly any of them has one.
type anchor struct{ first *subscription }

func (a *anchor) signal() {
	for sub := a.first; sub != nil; sub = sub.next {
		sub.watcher.signal(sub.key)
	}
}

// hookIn adds a subscription that is hooked in nowhere.
func (sub *subscription) hookIn(to watchable) {
	a := to.anchor()
	sub.at, sub.prev, sub.next = to, nil, a.first
	if a.first != nil {
		a.first.prev = sub
	}
	a.first = sub
}

// takeOff takes a subscription out of where it is hooked in.
func (sub *subscription) takeOff() {
	if sub.prev != nil {
		sub.prev.next = sub.next
	} else {
		sub.at.anchor().first = sub.next
	}
	if sub.next != nil {
		sub.next.prev = sub.prev
	}
	sub.at, sub.prev, sub.next = nil, nil, nil
}

// move hooks all subscriptions of an anchor in elsewhere. It returns how many they are.
func (a *anchor) move(to watchable) (n int) {
	for a.first != nil {
		sub := a.first
		sub.takeOff()
		sub.hookIn(to)
		n++
	}
	return n
}

// watchIndex knows all watchers, and the keys that lead nowhere yet. What it takes is not in the account: viewers are bounded
// by whoever admits them.
type watchIndex struct {
	watchers map[*watcher]struct{}
	pending  table[tracestore.Key, *nowhere]
}

func newWatchIndex() watchIndex {
	return watchIndex{watchers: map[*watcher]struct{}{}, pending: newTable[tracestore.Key, *nowhere]()}
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
	at := x.pending.get(sub.key)
	if at == nil {
		at = &nowhere{}
		x.pending.put(sub.key, at)
	}
	sub.hookIn(at)
}

// release lets the subscriptions of something that is gone wait for it to come back.
func (x *watchIndex) release(a *anchor) {
	for a.first != nil {
		sub := a.first
		sub.takeOff()
		x.wait(sub)
	}
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
func (s *Store) adopt(key tracestore.Key, to watchable) {
	waiting := s.watch.pending.get(key)
	if waiting == nil {
		return
	}
	s.watch.pending.delete(key)
	s.countWatchers(to.connected(), waiting.watched.move(to))
}

// unhook takes a subscription out of where it is.
func (s *Store) unhook(sub *subscription) {
	at := sub.at
	sub.takeOff()
	if g := at.connected(); g != nil {
		s.countWatchers(g, -1)
	} else if at.anchor().first == nil {
		s.watch.pending.delete(sub.key)
	}
}

// countWatchers moves a group between the watched and the others as its first watcher comes or its last one goes.
func (s *Store) countWatchers(g *group, n int) {
	now := uint32(int(g.watchers) + n)
	if (g.watchers > 0) == (now > 0) {
		g.watchers = now
		return
	}
	s.queue.charge(g, -g.bytes)
	g.watchers = now
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
			sub.hookIn(t)
		}
	} else if e := s.lookup(key.Execution); e != nil {
		sub.hookIn(e)
	}
	if sub.at == nil {
		s.watch.wait(sub)
		return
	}
	s.countWatchers(sub.at.connected(), 1)
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
