package price

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Book prices with the table that is in force, and follows its file. It is safe for concurrent use.
type Book struct {
	cfg     Config
	notices Notices
	table   atomic.Pointer[Table]
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Notices tell what happens to a file of prices while it is in use. Both may be nil; they are called from one goroutine.
type Notices struct {
	// Loaded: the table of this version is in force from now on.
	Loaded func(version string)
	// Failed: the file has changed, and it cannot be used; the table from before stays in force. It is told once for as long
	// as the same is wrong with it.
	Failed func(err error)
}

// NewBook makes a Book. It prices nothing before Start.
func NewBook(cfg Config, notices Notices) (*Book, error) {
	errs := []error{cfg.Validate()}
	for i := range cfg.Overrides {
		if err := cfg.Overrides[i].Validate(); err != nil {
			errs = append(errs, fmt.Errorf("overrides[%d]: %w", i, err))
		}
	}
	return &Book{cfg: cfg, notices: notices}, errors.Join(errs...)
}

// Start loads the table, which has to succeed, and begins to follow its file.
func (b *Book) Start(context.Context) error {
	if !b.cfg.Enabled {
		return nil
	}
	if b.cfg.File == "" {
		t, err := Embedded()
		if err != nil {
			return err
		}
		return b.use(t)
	}
	f := follower{path: b.cfg.File}
	t, err := f.read()
	if err != nil {
		return fmt.Errorf("load the prices: %w; name another file, or none for the embedded table", err)
	}
	if err := b.use(t); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background()) // the context of Start is over before the collector is
	b.stop = stop
	b.running.Go(func() { b.follow(ctx, f) })
	return nil
}

// Shutdown stops following the file. The Book goes on pricing.
func (b *Book) Shutdown(context.Context) error {
	if b.stop != nil {
		b.stop()
	}
	b.running.Wait()
	return nil
}

// Cost is Table.Cost by the table in force. A Book that is not enabled knows no price.
func (b *Book) Cost(q Query) (Cost, bool) {
	t := b.table.Load()
	if t == nil {
		return Cost{}, false
	}
	return t.Cost(q)
}

// Version is that of the table in force, and empty where there is none.
func (b *Book) Version() string {
	if t := b.table.Load(); t != nil {
		return t.Version()
	}
	return ""
}

func (b *Book) use(t *Table) error {
	t, err := t.WithOverrides(b.cfg.Overrides)
	if err != nil {
		return err
	}
	b.table.Store(t)
	return nil
}

func (b *Book) follow(ctx context.Context, f follower) {
	ticks := time.NewTicker(b.cfg.ReloadInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			b.renew(&f)
		}
	}
}

func (b *Book) renew(f *follower) {
	t, err := f.readChanged()
	if err == nil && t != nil {
		err = b.use(t)
	}
	news := f.note(err)
	switch {
	case err != nil && news && b.notices.Failed != nil:
		b.notices.Failed(fmt.Errorf("%w; the prices from before (%s) stay in force", err, b.Version()))
	case err == nil && t != nil && b.notices.Loaded != nil:
		b.notices.Loaded(b.Version())
	}
}

// follower reads a file when it has changed.
type follower struct {
	path    string
	seen    stamp
	sum     [sha256.Size]byte // of the content that was read last
	trouble string            // what was wrong the last time: then the file is read again in any case
}

// note reports whether err is not what was wrong the last time.
func (f *follower) note(err error) bool {
	before := f.trouble
	f.trouble = ""
	if err != nil {
		f.trouble = err.Error()
	}
	return f.trouble != before
}

// stamp changes when a file does: also when a volume of Kubernetes is switched, which leaves the file alone and moves a link.
// It is zero for a file that cannot be read.
type stamp struct {
	modified int64
	size     int64
}

func (f *follower) stamp() stamp {
	info, err := os.Stat(f.path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime().UnixNano(), info.Size()}
}

// readChanged returns nil where the content is what it was.
func (f *follower) readChanged() (*Table, error) {
	if f.trouble == "" && f.stamp() == f.seen {
		return nil, nil
	}
	before := f.sum
	t, err := f.read()
	if err == nil && f.sum == before {
		return nil, nil
	}
	return t, err
}

// read loads the file. Its stamp is taken first, so that what is written meanwhile is read the next time.
func (f *follower) read() (*Table, error) {
	f.seen = f.stamp()
	file, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := readBounded(file, maxTable)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.path, err)
	}
	sum := sha256.Sum256(data)
	t, err := Load(bytes.NewReader(data), filepath.Base(f.path)+" "+hex.EncodeToString(sum[:6]))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.path, err)
	}
	f.sum = sum
	return t, nil
}
