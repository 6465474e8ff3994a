package memorystore

import (
	"context"
	"slices"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
)

// ripe holds the groups that are to be compressed once they have been left alone for long enough, first in first out.
type ripe struct {
	register *register
	line     groups
}

// offer queues a group that is finished and that nobody watches.
func (r *ripe) offer(g *group, now int64) {
	if !r.register.has(ripening, g) && g.compressible() {
		g.ripeSince = now
		r.register.push(&r.line, ripening, g)
	}
}

func (r *ripe) remove(g *group) {
	if r.register.has(ripening, g) {
		r.register.remove(&r.line, ripening, g)
	}
}

// next takes the first group that has been in the queue for long enough; nil: there is none.
func (r *ripe) next(before int64) *group {
	g := r.line.front
	if g == nil || g.ripeSince > before {
		return nil
	}
	r.remove(g)
	return g
}

func (g *group) compressible() bool { return g.watchers == 0 && g.complete() }

// compressible says whether the records of a trace may go into blocks. One that waits for heartbeats may not: Sweep would
// have to unpack it. Nobody waits for other spans of a finished execution, whether their process is silent or not.
func (t *trace) compressible() bool {
	return t.compressed == nil && t.full.live > 0 && !t.awaited() && t.group.compressible()
}

// Compress compresses the finished executions that nobody watches and that were left alone for Config.CompressAfter, and
// returns how many records that were. It holds the store's lock for moments only. pause is called after each trace, with how
// long it took; it ends the pass by returning false.
func (s *Store) Compress(_ context.Context, pause func(time.Duration) bool) (records int, err error) {
	var p pack.Packer
	for {
		traces, err := s.takeRipe()
		if err != nil || traces == nil {
			return records, err
		}
		for _, t := range traces {
			began := time.Now()
			n, err := s.compressTrace(t, &p)
			records += n
			if err != nil || !pause(time.Since(began)) {
				return records, err
			}
		}
	}
}

// takeRipe returns the traces of the next group that is due; nil: none is.
func (s *Store) takeRipe() ([]*trace, error) {
	if err := s.lock(); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	due := s.now() - int64(s.cfg.CompressAfter)
	for {
		g := s.ripe.next(due)
		if g == nil {
			return nil, nil
		}
		if g.active > due {
			s.ripe.offer(g, g.active)
			continue
		}
		return append(make([]*trace, 0, g.traces.len()), g.traces.all()...), nil
	}
}

// compressTrace compresses one trace, unless it changes meanwhile: then it is not finished after all.
func (s *Store) compressTrace(t *trace, p *pack.Packer) (int, error) {
	var blocks []pack.Block
	seq, last := uint64(0), uint64(0)
	for {
		records, now, err := s.nextToPack(t, seq)
		if err != nil || seq > 0 && now != last {
			return 0, err
		}
		if last = now; len(records) == 0 {
			break
		}
		blocks = append(blocks, p.Pack(records)...)
		seq = records[len(records)-1].Seq
	}
	if len(blocks) == 0 {
		return 0, nil
	}
	c := newCompressed(slices.Clip(blocks))
	if err := s.lock(); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	if s.traces.get(t.id) != t || t.last != last || !t.compressible() {
		return 0, nil
	}
	if !s.compress(t, c) {
		return 0, nil
	}
	return c.records, nil
}

// packed is how many records are packed at a time: those of one block, and no more, are made at a time.
const packed = 256

// nextToPack are the next full records of a trace behind a position, and where the trace is; none if it is not to be
// compressed any more.
func (s *Store) nextToPack(t *trace, after uint64) (records []*tracestore.Record, last uint64, err error) {
	if err := s.rlock(); err != nil {
		return nil, 0, err
	}
	defer s.mu.RUnlock()
	if s.traces.get(t.id) != t || !t.compressible() {
		return nil, 0, nil
	}
	return t.fullRecords(after, packed), t.last, nil
}

// fullRecords are the first n records behind a position that the trace holds in full and not compressed, in the order of their
// positions.
func (t *trace) fullRecords(after uint64, n int) []*tracestore.Record {
	n = min(n, int(t.full.live))
	records := make([]*tracestore.Record, 0, n)
	for in := (rowReader{trace: t, rows: t.full.after(after)}); len(records) < n && in.seq() != 0; in.skip() {
		records = append(records, in.next())
	}
	return records
}
