package tracestore

import (
	"context"
	"errors"
	"io"
)

// ErrSnapshot is returned by Restore for what no store of this version wrote to its end. The store is left empty.
var ErrSnapshot = errors.New("snapshot cannot be restored")

// SnapshotLimit bounds a snapshot; zero fields mean no bound. The deadline of the context bounds its time.
type SnapshotLimit struct {
	Bytes int64 // of what is written
}

// SnapshotResult tells what is in a snapshot.
type SnapshotResult struct {
	Executions, Records, Tombstones int
	Bytes                           int64
	// LeftOut counts executions that the limit or the time had no room for: those that changed longest ago.
	LeftOut int
}

// Snapshotter is a store that lives in the memory of its process, and can be taken over by the next one. Tombstones, bindings,
// aliases, summaries, epochs and positions are all in a snapshot: who read from the old store reads on from the new one.
type Snapshotter interface {
	// Snapshot writes what the store holds, most recent executions first. Nothing should change meanwhile; what does is in
	// the snapshot as it was before or after. Where time or room end it, what was written is a whole snapshot of less. The
	// error is that of the writer.
	Snapshot(ctx context.Context, w io.Writer, limit SnapshotLimit) (SnapshotResult, error)
	// Restore reads a snapshot into an empty store. The error is ErrSnapshot, or that of the reader; then the store is still
	// empty. Heartbeats that could not arrive meanwhile are not missed: each open span gets one more lease.
	Restore(ctx context.Context, r io.Reader) (SnapshotResult, error)
}
