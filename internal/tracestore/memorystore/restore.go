package memorystore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
)

// Restore reads a snapshot into an empty store. See tracestore.Snapshotter. Records stay compressed until they change.
func (s *Store) Restore(_ context.Context, r io.Reader) (tracestore.SnapshotResult, error) {
	got, err := readSnapshot(r)
	if err != nil {
		return tracestore.SnapshotResult{}, fmt.Errorf("restore the trace store: %w", err)
	}
	if err := s.lock(); err != nil {
		return tracestore.SnapshotResult{}, err
	}
	defer s.mu.Unlock()
	if s.traces.count+s.graves.count > 0 {
		return tracestore.SnapshotResult{}, fmt.Errorf("restore the trace store: it holds %d traces already: %w", s.traces.count, tracestore.ErrSnapshot)
	}
	now := s.now()
	s.grace = now
	for i := range got.graves {
		s.graves.restore(&got.graves[i])
	}
	var listed []*execution
	for _, g := range slices.Backward(got.groups) { // they are newest first
		listed = append(listed, s.restore(g)...)
	}
	slices.SortFunc(listed, func(a, b *execution) int { return cmp.Compare(a.stamp, b.stamp) })
	for _, e := range listed {
		s.stamp = max(s.stamp+1, e.stamp)
		e.stamp = s.stamp
		s.activity.push(e.stamp, e)
	}
	s.graves.fit(s.cfg.TombstoneBytes)
	s.makeRoom(nil, now)
	return tracestore.SnapshotResult{Executions: s.executions, Records: s.records + s.skeletons, Tombstones: s.graves.count, Bytes: got.bytes}, nil
}

// restored is a snapshot that was read to its end.
type restored struct {
	groups []*restoredGroup
	graves []savedGrave
	bytes  int64
}

// restoredGroup is a group with what is in its blocks.
type restoredGroup struct {
	savedGroup
	traces []restoredTrace
}

type restoredTrace struct {
	compressed *compressed
	expanded   *expanded // where it cannot stay compressed
	skeletons  []*tracestore.Record
}

// readSnapshot reads everything before anything is taken in.
func readSnapshot(r io.Reader) (*restored, error) {
	counted := &countingReader{r: r}
	in := pack.NewStreamReader(counted)
	got := &restored{}
	seen := map[any]bool{} // ids of traces, and names
	head, err := readFrame[savedHead](in, frameHead)
	switch {
	case err != nil:
		return nil, err
	case head.Format != savedFormat || head.Schema != savedSchema:
		return nil, fmt.Errorf("it was written by another version (format %d, schema %x; this one has %d, %x): %w",
			head.Format, head.Schema, savedFormat, savedSchema, tracestore.ErrSnapshot)
	}
	records := 0
	for {
		kind, payload, err := in.Read()
		if err != nil {
			return nil, refused(err)
		}
		switch kind {
		case frameGraves:
			grave, err := pack.Unmarshal[savedGrave](payload)
			if err != nil {
				return nil, refused(err)
			}
			got.graves = append(got.graves, grave)
		case frameGroup:
			g, err := readGroup(in, payload, seen)
			if err != nil {
				return nil, refused(err)
			}
			got.groups = append(got.groups, g)
			for i := range g.traces {
				records += g.traces[i].compressed.records + len(g.traces[i].skeletons)
			}
		case frameEnd:
			end, err := pack.Unmarshal[savedEnd](payload)
			if want := (savedEnd{len(got.groups), records, len(got.graves)}); err != nil || end != want {
				return nil, fmt.Errorf("it holds %+v, its end says %+v: %w", want, end, tracestore.ErrSnapshot)
			}
			got.bytes = counted.n
			return got, nil
		default:
			return nil, fmt.Errorf("a frame of kind %d is out of place: %w", kind, tracestore.ErrSnapshot)
		}
	}
}

// refused makes ErrSnapshot of what the bytes are to blame for.
func refused(err error) error {
	if errors.Is(err, pack.ErrCorrupt) {
		return fmt.Errorf("%w: %w", tracestore.ErrSnapshot, err)
	}
	return err
}

func readFrame[T any](in *pack.StreamReader, kind byte) (v T, err error) {
	got, payload, err := in.Read()
	if err != nil {
		return v, refused(err)
	}
	if got != kind {
		return v, fmt.Errorf("a frame of kind %d is where one of kind %d belongs: %w", got, kind, tracestore.ErrSnapshot)
	}
	v, err = pack.Unmarshal[T](payload)
	return v, refused(err)
}

// readGroup reads a group and the blocks that follow it.
func readGroup(in *pack.StreamReader, payload []byte, seen map[any]bool) (*restoredGroup, error) {
	saved, err := pack.Unmarshal[savedGroup](payload)
	if err != nil {
		return nil, err
	}
	if err := saved.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", tracestore.ErrSnapshot, err)
	}
	for i := range saved.Executions {
		if e := &saved.Executions[i]; e.Named && seen[e.ID] {
			return nil, fmt.Errorf("execution %q is there twice: %w", e.ID, tracestore.ErrSnapshot)
		} else if e.Named {
			seen[e.ID] = true
		}
	}
	g := &restoredGroup{savedGroup: saved}
	for i := range saved.Traces {
		t := &saved.Traces[i]
		if seen[t.ID] {
			return nil, fmt.Errorf("trace %s is there twice: %w", t.ID, tracestore.ErrSnapshot)
		}
		seen[t.ID] = true
		got, err := readTrace(in, t)
		if err != nil {
			return nil, err
		}
		g.traces = append(g.traces, got)
	}
	return g, nil
}

func readTrace(in *pack.StreamReader, saved *savedTrace) (t restoredTrace, err error) {
	blocks, err := readBlocks(in, saved.Blocks)
	if err != nil {
		return t, err
	}
	t.compressed = newCompressed(blocks)
	t.compressed.saved = saved.Saved
	if saved.Leased {
		if t.expanded, err = t.compressed.expand(); err != nil {
			return t, err
		}
	}
	blocks, err = readBlocks(in, saved.Skeletons)
	if err != nil {
		return t, err
	}
	for _, b := range blocks {
		records, _, err := b.Unpack()
		if err != nil {
			return t, err
		}
		t.skeletons = append(t.skeletons, records...)
	}
	return t, nil
}

func readBlocks(in *pack.StreamReader, n int) (blocks []pack.Block, err error) {
	for range n {
		b, err := readFrame[savedBlock](in, frameBlock)
		if err != nil {
			return nil, err
		}
		if b.Records <= 0 {
			return nil, fmt.Errorf("a block has %d records: %w", b.Records, tracestore.ErrSnapshot)
		}
		blocks = append(blocks, pack.Block{Data: pack.Cut(b.Data), Records: b.Records, Last: b.Last})
	}
	return slices.Clip(blocks), nil
}

// countingReader counts what is read.
type countingReader struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
