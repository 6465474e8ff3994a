package live

import (
	"context"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
)

// savedPlaces is where the views of a run stood when it ended.
type savedPlaces struct{ Views []savedView }

// savedView is where one view stood. Cursors of its incarnation go on in a view that counts on from it.
type savedView struct {
	Execution   string
	Incarnation uint64
	Numbering   execution.Numbering
}

// placesSchema is the shape of what Places returns; what has another one means nothing.
var placesSchema = pack.SchemaOf(savedPlaces{}) ^ pack.Schema

// Places returns where the views stand, for Config.Places of the next run over a store that was restored from a snapshot of
// this one: cursors then go on exactly where they are. Views of which viewers have seen something last come first, and
// at most maxBytes are returned. Call it after Close.
func (v *Views) Places(maxBytes int) []byte {
	var all savedPlaces
	size := 0
	for _, e := range v.byUse() {
		e.mu.Lock()
		if e.view != nil && size < maxBytes {
			n := e.view.Numbering()
			if size += len(n.Nodes)*numberedBytes + len(e.view.ID()) + numberedBytes; size < maxBytes {
				all.Views = append(all.Views, savedView{e.view.ID(), e.incarnation, n})
			}
		}
		e.mu.Unlock()
	}
	return append(pack.Marshal(placesSchema), pack.Marshal(all)...)
}

// numberedBytes is at most what a node takes among the places.
const numberedBytes = 16 + 8 + 3*10

// byUse are the entries with views: those with viewers first, then those that were folded last.
func (v *Views) byUse() (entries []*entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for e := range v.viewed {
		entries = append(entries, e)
	}
	for el := v.loaded.Back(); el != nil; el = el.Prev() {
		if e := el.Value.(*entry); e.handles == 0 {
			entries = append(entries, e)
		}
	}
	return entries
}

// takePlaces reads what Places returned. What cannot be read is dropped: clients are then sent everything anew.
func takePlaces(data []byte) map[string]savedView {
	schema := pack.Marshal(placesSchema)
	if len(data) < len(schema) || !slices.Equal(data[:len(schema)], schema) {
		return nil
	}
	all, err := pack.Unmarshal[savedPlaces](data[len(schema):])
	if err != nil {
		return nil
	}
	places := make(map[string]savedView, len(all.Views))
	for _, s := range all.Views {
		places[s.Execution] = s
	}
	return places
}

// countOn has a view that was just folded go on where that of the run before ended. e.mu is held.
func (v *Views) countOn(e *entry) {
	v.mu.Lock()
	saved, there := v.places[e.view.ID()]
	delete(v.places, e.view.ID())
	v.mu.Unlock()
	if there && e.view.Renumber(saved.Numbering) {
		e.incarnation = saved.Incarnation
		v.mu.Lock()
		e.viewed = true // by whoever has a cursor of then
		v.mu.Unlock()
	}
}

// revive has the executions folded that were under way when the run before ended: time goes on for them, also if no span
// comes any more.
func (v *Views) revive() {
	var q tracestore.Query
	for more := true; more; more = q.Cursor != "" {
		page, err := v.store.Executions(context.Background(), q)
		if err != nil {
			v.cfg.OnError(err)
			return
		}
		v.mu.Lock()
		for i := range page.Rows {
			if row := &page.Rows[i]; !row.Complete && !v.closed {
				e := v.entryOf(row.Execution)
				e.resolve = true
				v.enqueue(e)
			}
		}
		v.mu.Unlock()
		q.Cursor = page.Next
	}
}
