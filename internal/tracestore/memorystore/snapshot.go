package memorystore

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
)

// Snapshot writes what the store holds. See tracestore.Snapshotter.
func (s *Store) Snapshot(ctx context.Context, w io.Writer, limit tracestore.SnapshotLimit) (tracestore.SnapshotResult, error) {
	shot := snapshot{store: s, out: pack.NewStreamWriter(w), seen: map[*trace]bool{}}
	groups, graves, err := s.contents()
	if err != nil {
		return shot.res, err
	}
	err = shot.write(frameHead, savedHead{savedFormat, savedSchema})
	for _, g := range graves {
		if err == nil {
			err = shot.write(frameGraves, g)
			shot.res.Tombstones++
		}
	}
	for i := len(groups) - 1; i >= 0 && err == nil; i-- {
		more := ctx.Err() == nil
		if more {
			more, err = shot.group(groups[i], limit.Bytes)
		}
		if !more && err == nil {
			shot.leaveOut(groups[:i+1])
			break
		}
	}
	if err == nil {
		err = shot.write(frameEnd, savedEnd{shot.groups, shot.res.Records, shot.res.Tombstones})
	}
	shot.res.Bytes = shot.out.Bytes()
	if err != nil {
		return shot.res, fmt.Errorf("write a snapshot of the trace store, after %d bytes: %w", shot.res.Bytes, err)
	}
	return shot.res, nil
}

// contents are the groups, the one that changed longest ago first, and the tombstones, oldest first.
func (s *Store) contents() (groups []*group, graves []savedGrave, err error) {
	if err := s.rlock(); err != nil {
		return nil, nil, err
	}
	defer s.mu.RUnlock()
	for _, t := range oldestFirst[*tombstone](s.graves.order) {
		graves = append(graves, s.graves.save(t))
	}
	return s.ages.all(), graves, nil
}

// snapshot is one being written.
type snapshot struct {
	store  *Store
	out    *pack.StreamWriter
	packer pack.Packer
	seen   map[*trace]bool
	groups int
	res    tracestore.SnapshotResult
}

func (s *snapshot) write(kind byte, what any) error { return s.out.Write(kind, pack.Marshal(what)) }

func (s *snapshot) leaveOut(groups []*group) {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	for _, g := range groups {
		s.res.LeftOut += g.execs.len()
	}
}

// still is a group as it was at one moment: its description, and for each trace what is to be packed.
type still struct {
	saved  savedGroup
	traces []stillTrace
}

type stillTrace struct {
	compressed *compressed // nil: full is not compressed
	full       []*tracestore.Record
	size       int64 // bytes that full takes
	skeletons  []*tracestore.Record
}

// still takes a picture of a group. ok is false if it is gone, or was written as part of another.
func (s *snapshot) still(g *group) (p still, ok bool) {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	if g.sender == nil || slices.ContainsFunc(g.traces.all(), func(t *trace) bool { return s.seen[t] }) {
		return p, false
	}
	saved := make([]savedTrace, g.traces.len())
	for i, t := range g.traces.all() {
		s.seen[t] = true
		saved[i] = t.save()
		st := stillTrace{compressed: t.compressed, full: t.fullRecords(0, math.MaxInt), size: t.full.bytes() + t.contexts.bytes()}
		for _, slot := range t.compact.after(0) {
			if slot.item != nil {
				st.skeletons = append(st.skeletons, slot.item.record())
			}
		}
		p.traces = append(p.traces, st)
	}
	p.saved = g.save(saved)
	return p, true
}

// group writes a group with all its records, if there is room for it.
func (s *snapshot) group(g *group, limit int64) (room bool, err error) {
	p, ok := s.still(g)
	if !ok {
		return true, nil
	}
	blocks, records := s.pack(&p)
	header := pack.Marshal(p.saved)
	size := int64(len(header))
	for _, b := range blocks {
		for _, piece := range b.Data {
			size += int64(len(piece))
		}
	}
	if limit > 0 && s.out.Bytes()+size > limit {
		return false, nil
	}
	if err := s.out.Write(frameGroup, header); err != nil {
		return true, err
	}
	for _, b := range blocks {
		if err := s.write(frameBlock, savedBlock{b.Records, b.Last, b.Bytes()}); err != nil {
			return true, err
		}
	}
	s.groups++
	s.res.Executions += len(p.saved.Executions)
	s.res.Records += records
	return true, nil
}

// pack makes blocks of what is not in blocks yet, in the order of the traces.
func (s *snapshot) pack(p *still) (blocks []pack.Block, records int) {
	for i := range p.traces {
		t, saved := &p.traces[i], &p.saved.Traces[i]
		c := t.compressed
		if c == nil {
			c = newCompressed(s.packer.Pack(t.full))
			c.saved = max(0, t.size-c.bytes())
		}
		skeletons := s.packer.Pack(t.skeletons)
		saved.Blocks, saved.Skeletons, saved.Saved = len(c.blocks), len(skeletons), c.saved
		blocks = append(append(blocks, c.blocks...), skeletons...)
		records += c.records + len(t.skeletons)
	}
	return blocks, records
}
