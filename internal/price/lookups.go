package price

import (
	"strings"
	"sync"
)

// entry is what a look-up found. The zero entry is that nothing was found, which is worth remembering too.
type entry struct {
	override *rates
	model    *model
	own      bool // the model is listed by the provider that was asked for, not by one whose models it serves
}

// Bounds of what is remembered: the names come from spans, and anybody may send any name.
const (
	maxName    = 256  // bytes; a longer name is of no model
	generation = 1024 // look-ups
)

// lookup finds a model by the names as they are written.
func (t *Table) lookup(providerName, modelName string) entry {
	if modelName == "" || len(modelName) > maxName || len(providerName) > maxName {
		return entry{}
	}
	key := names{providerName, modelName}
	if e, ok := t.lookups.get(key); ok {
		return e
	}
	e := t.find(normal(providerName), normal(modelName))
	t.lookups.put(key, e)
	return e
}

func normal(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

type names struct{ provider, model string }

// lookups remembers the last look-ups, at least one generation of them and at most two: those of the older one that are
// not asked for again are forgotten with it. Within that bound, names that nobody knows cannot push out those in use.
type lookups struct {
	mu         sync.RWMutex
	young, old map[names]entry
}

func newLookups() *lookups { return &lookups{young: map[names]entry{}} }

func (l *lookups) get(key names) (entry, bool) {
	l.mu.RLock()
	e, ok := l.young[key]
	aged := false
	if !ok {
		e, aged = l.old[key]
	}
	l.mu.RUnlock()
	if aged {
		l.put(key, e)
	}
	return e, ok || aged
}

func (l *lookups) put(key names, e entry) {
	// A name of a span keeps the whole request alive that it came with.
	key = names{strings.Clone(key.provider), strings.Clone(key.model)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.young) >= generation {
		l.young, l.old = make(map[names]entry, generation), l.young
	}
	l.young[key] = e
}
