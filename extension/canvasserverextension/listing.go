package canvasserverextension

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// listRow is one row of a live list, rendered.
type listRow struct {
	id       string
	workflow string
	body     []byte
	sum      uint64
}

// lists answers what live lists ask for. However many watch a list, it is read and rendered once per interval.
type lists struct {
	registry *registry
	interval time.Duration
	seed     maphash.Seed

	mu   sync.Mutex
	read map[tracestore.Query]*listing
}

// maxListings bounds the lists that are remembered; others are read for whoever asks.
const maxListings = 256

// listing is what a list held when it was read last. Its fields are guarded by its mu.
type listing struct {
	mu   sync.Mutex
	at   time.Time
	took time.Duration
	list listRows
	err  error
}

// listRows are the first rows of a list.
type listRows struct {
	rows []listRow
	next string // the cursor of those that follow; empty at the end
}

// mostlyIdle bounds the share of the time that goes into reading one list: an unusual filter looks at everything that is held.
const mostlyIdle = 20

func newLists(r *registry, interval time.Duration) *lists {
	return &lists{registry: r, interval: interval, seed: maphash.MakeSeed(), read: map[tracestore.Query]*listing{}}
}

// first are the first rows of a list, newest activity first, no older than about an interval. They are shared.
func (l *lists) first(q tracestore.Query) (listRows, error) {
	e := l.entry(q)
	e.mu.Lock()
	defer e.mu.Unlock()
	if now := time.Now(); now.Sub(e.at) >= max(l.interval/2, mostlyIdle*e.took) {
		e.list, e.err = l.fetch(q)
		e.at, e.took = now, time.Since(now)
	}
	return e.list, e.err
}

func (l *lists) entry(q tracestore.Query) *listing {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.read[q]
	if e != nil {
		return e
	}
	if len(l.read) >= maxListings {
		for other := range l.read { // whichever: it is read again when somebody asks
			delete(l.read, other)
			break
		}
	}
	e = &listing{}
	l.read[q] = e
	return e
}

// listTimeout bounds one reading of a list. It is for everybody who watches it, so nobody's leaving ends it.
const listTimeout = 5 * time.Second

func (l *lists) fetch(q tracestore.Query) (list listRows, _ error) {
	ctx, cancel := context.WithTimeout(context.Background(), listTimeout)
	defer cancel()
	source := l.registry.current()
	if source == nil {
		return list, errNoSource
	}
	page, err := source.Executions(ctx, q)
	if err != nil {
		return list, err
	}
	rows := make([]listRow, len(page.Rows))
	for i := range page.Rows {
		body := canvaswire.AppendRow(nil, &page.Rows[i])
		rows[i] = listRow{id: page.Rows[i].Execution, workflow: page.Rows[i].WorkflowID, body: body, sum: maphash.Bytes(l.seed, body)}
	}
	return listRows{rows, page.Next}, nil
}

// watchedList is what one subscription has of a list.
type watchedList struct {
	query tracestore.Query
	right *right
	told  map[string]uint64 // id → sum of the row that was sent last; nil: nothing was sent
}

// listChange is what a client lacks.
type listChange struct {
	rows    []listRow
	removed []string
	next    string // as in listRows
}

// update finds what changed since the last time. ok is false where nothing did; the first time something always has.
func (w *watchedList) update(rows []listRow) (c listChange, ok bool) {
	ok = w.told == nil
	now := make(map[string]uint64, len(rows))
	for _, r := range rows {
		now[r.id] = r.sum
		if sum, had := w.told[r.id]; !had || sum != r.sum {
			c.rows = append(c.rows, r)
		}
	}
	for id := range w.told {
		if _, still := now[id]; !still {
			c.removed = append(c.removed, id)
		}
	}
	w.told = now
	return c, ok || len(c.rows)+len(c.removed) > 0
}
