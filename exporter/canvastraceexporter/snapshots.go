package canvastraceexporter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
)

// snapshots carries the store over a graceful restart, in a storage extension. The mark says that a snapshot is whole; it is
// written last and removed before the snapshot is read, so that after a crash nothing that is out of date comes back.
type snapshots struct {
	client  storage.Client
	max     int64 // bytes
	timeout time.Duration
}

const (
	snapshotMark   = "mark"
	snapshotPlaces = "places"
	snapshotChunk  = 1 << 20 // bytes of one value in the storage
	maxPlacesBytes = 32 << 20
)

// markFormat is the version of what the records of a snapshot hold; the store that writes them has versions of its own.
var markFormat = int64(canvaswire.SourceSchema)

// mark says what there is of a snapshot. Its shape never changes.
type mark struct {
	Format  int64
	Chunks  int64
	Bytes   int64
	Written int64 // Unix seconds
}

func chunkKey(n int64) string { return fmt.Sprintf("chunk.%06d", n) }

var errNoSnapshot = errors.New("there is no snapshot: nothing ran before, or it was killed")

// openSnapshots finds the storage extension. Like a server, one that is missing or is something else fails the start.
func openSnapshots(ctx context.Context, host component.Host, cfg *Config, id component.ID) (*snapshots, error) {
	if cfg.Storage == nil {
		return nil, nil
	}
	ext, ok := host.GetExtensions()[*cfg.Storage]
	if !ok {
		return nil, fmt.Errorf("storage: there is no extension %q; add it to service::extensions, "+
			"or leave storage out to begin empty after a restart", cfg.Storage)
	}
	s, ok := ext.(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("storage: extension %q stores nothing; name a storage extension such as file_storage", cfg.Storage)
	}
	client, err := s.GetClient(ctx, component.KindExporter, id, "")
	if err != nil {
		return nil, fmt.Errorf("storage: open %q for %s: %w", cfg.Storage, id, err)
	}
	return &snapshots{client, cfg.Retention.MaxBytes, cfg.SnapshotTimeout}, nil
}

// load restores the last snapshot and returns the places of its views. errNoSnapshot: there is none. After any other error
// the store is empty.
func (s *snapshots) load(ctx context.Context, store tracestore.Store) (res tracestore.SnapshotResult, places []byte, err error) {
	m, err := s.takeMark(ctx)
	if err != nil {
		return res, nil, err
	}
	if m.Bytes > s.max {
		return res, nil, fmt.Errorf("the snapshot has %d bytes, retention::max_bytes is %d: raise it to what it was, or go on without", m.Bytes, s.max)
	}
	res, err = store.Restore(ctx, &chunkReader{ctx: ctx, client: s.client, chunks: m.Chunks})
	if err != nil {
		return res, nil, err
	}
	if places, err = s.client.Get(ctx, snapshotPlaces); err != nil {
		places = nil // clients are sent everything anew
	}
	return res, places, s.clear(ctx, m.Chunks)
}

// takeMark reads the mark and removes it.
func (s *snapshots) takeMark(ctx context.Context) (m mark, err error) {
	data, err := s.client.Get(ctx, snapshotMark)
	switch {
	case err != nil:
		return m, fmt.Errorf("read the mark of the snapshot: %w", err)
	case data == nil:
		return m, errNoSnapshot
	}
	if err := s.client.Delete(ctx, snapshotMark); err != nil {
		return m, fmt.Errorf("remove the mark of the snapshot, so that it is not taken twice: %w", err)
	}
	m, err = pack.Unmarshal[mark](data)
	if err != nil || m.Format != markFormat || m.Chunks < 0 || m.Bytes < 0 || m.Bytes > m.Chunks*snapshotChunk {
		return m, fmt.Errorf("the mark of the snapshot is of no version that this one knows: %w", errors.Join(err, tracestore.ErrSnapshot))
	}
	return m, nil
}

// clear gives the room of a snapshot that was taken over back to the storage.
func (s *snapshots) clear(ctx context.Context, chunks int64) error {
	for n := range chunks {
		if err := s.client.Delete(ctx, chunkKey(n)); err != nil {
			return fmt.Errorf("remove the snapshot that was restored: %w", err)
		}
	}
	return s.client.Delete(ctx, snapshotPlaces)
}

// save writes a snapshot, within its time and its bytes.
func (s *snapshots) save(ctx context.Context, store tracestore.Store, views *live.Views) (tracestore.SnapshotResult, error) {
	if err := s.client.Delete(ctx, snapshotMark); err != nil {
		return tracestore.SnapshotResult{}, fmt.Errorf("remove the mark of the snapshot before: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	w := &chunkWriter{ctx: ctx, client: s.client}
	res, err := store.Snapshot(limited, w, tracestore.SnapshotLimit{Bytes: s.max - snapshotChunk/2})
	if err == nil {
		err = w.flush()
	}
	if err == nil {
		err = s.client.Set(ctx, snapshotPlaces, views.Places(maxPlacesBytes))
	}
	if err != nil {
		return res, fmt.Errorf("write %d bytes into the storage: %w", w.bytes, err)
	}
	m := mark{Format: markFormat, Chunks: w.chunks, Bytes: w.bytes, Written: time.Now().Unix()}
	return res, s.client.Set(ctx, snapshotMark, pack.Marshal(m))
}

func (s *snapshots) close(ctx context.Context) error {
	if s == nil {
		return nil
	}
	return s.client.Close(ctx)
}

// chunkWriter cuts what it is given into values of the storage.
type chunkWriter struct {
	ctx    context.Context //nolint:containedctx // io.Writer has no place for it
	client storage.Client
	buf    bytes.Buffer
	chunks int64
	bytes  int64
}

// Write implements io.Writer.
func (w *chunkWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n := min(len(p), snapshotChunk-w.buf.Len())
		w.buf.Write(p[:n])
		p = p[n:]
		if w.buf.Len() == snapshotChunk {
			if err := w.flush(); err != nil {
				return written, err
			}
		}
		written += n
	}
	return written, nil
}

func (w *chunkWriter) flush() error {
	if w.buf.Len() == 0 {
		return nil
	}
	if err := w.client.Set(w.ctx, chunkKey(w.chunks), bytes.Clone(w.buf.Bytes())); err != nil {
		return err
	}
	w.chunks++
	w.bytes += int64(w.buf.Len())
	w.buf.Reset()
	return nil
}

// chunkReader puts the values of the storage together again.
type chunkReader struct {
	ctx    context.Context //nolint:containedctx // io.Reader has no place for it
	client storage.Client
	rest   []byte
	next   int64
	chunks int64
}

// Read implements io.Reader.
func (r *chunkReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.next == r.chunks {
			return 0, io.EOF
		}
		var err error
		if r.rest, err = r.client.Get(r.ctx, chunkKey(r.next)); err != nil {
			return 0, err
		}
		if r.rest == nil {
			return 0, io.EOF // it is gone, and the snapshot ends too early
		}
		r.next++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
