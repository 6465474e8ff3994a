package exposure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// maxFile bounds the file, in bytes.
	maxFile = 1 << 20
	// settle is how long a file must have been left alone: whoever writes it in place writes it in parts.
	settle = 100 * time.Millisecond
	// settleMost is how long others that write into the folder all the time can put it off.
	settleMost = time.Second
	// look is how often the file is read though nothing was heard: some file systems tell of no change, and the folder itself may
	// be exchanged.
	look = 15 * time.Second
)

// State is what the file said when it was read last without an error.
type State struct {
	Rules *Rules
	// Loaded is when these rules were read.
	Loaded time.Time
	// Replaced is closed when other rules are in force.
	Replaced <-chan struct{}

	replace func()
}

// File watches a file of rules. Close ends it.
type File struct {
	path   string
	parse  func([]byte) (*Rules, error)
	report func(error)

	state   atomic.Pointer[State]
	failing atomic.Bool
	text    []byte // that was read last, right or wrong
	reason  string // that was reported last; "" after a success

	watcher *fsnotify.Watcher
	stop    chan struct{}
	wg      sync.WaitGroup
}

// Open reads a file, and again whenever it changes: written in place, exchanged by a rename, or reached through a symbolic link
// that is moved. report is called with the error of a reading that changed nothing, and with nil after one that put new rules in
// force; not from within Open, where an error is returned.
func Open(path string, parse func([]byte) (*Rules, error), report func(error)) (*File, error) {
	f := &File{path: path, parse: parse, report: report, stop: make(chan struct{})}
	text, err := f.read()
	if err != nil {
		return nil, err
	}
	rules, err := f.parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.text = text
	f.put(rules)
	if f.watcher, err = fsnotify.NewWatcher(); err != nil {
		return nil, fmt.Errorf("watch %s: %w", path, err)
	}
	f.follow()
	f.wg.Go(f.run)
	return f, nil
}

// Close ends the watching and waits for it.
func (f *File) Close() error {
	close(f.stop)
	f.wg.Wait()
	return f.watcher.Close()
}

// Current is the state that is in force.
func (f *File) Current() *State { return f.state.Load() }

// Failing says whether the file as it is now could not be used, so that what is in force is older.
func (f *File) Failing() bool { return f.failing.Load() }

func (f *File) read() ([]byte, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxFile:
		return nil, fmt.Errorf("%s: it is larger than %d bytes", f.path, maxFile)
	}
	return text, nil
}

// put has rules come into force.
func (f *File) put(r *Rules) {
	replaced := make(chan struct{})
	before := f.state.Swap(&State{Rules: r, Loaded: time.Now(), Replaced: replaced, replace: func() { close(replaced) }})
	if before != nil {
		before.replace()
	}
}

// follow watches the folders of the file and of whatever it is a link to. A watch on the file itself would be lost with the
// first rename. Watching a folder twice does nothing.
func (f *File) follow() {
	_ = f.watcher.Add(filepath.Dir(f.path)) // where it cannot be watched, it is looked at from time to time
	if target, err := filepath.EvalSymlinks(f.path); err == nil {
		_ = f.watcher.Add(filepath.Dir(target))
	}
}

func (f *File) run() {
	due := time.NewTimer(look)
	defer due.Stop()
	var most time.Time // when it is read though something still happens; zero: nothing has happened
	soon := func() {
		if most.IsZero() {
			most = time.Now().Add(settleMost)
		}
		due.Reset(min(settle, time.Until(most)))
	}
	for {
		select {
		case <-f.stop:
			return
		case _, open := <-f.watcher.Events:
			if !open {
				return
			}
			soon()
		case _, open := <-f.watcher.Errors: // an overflow: something may have been missed
			if !open {
				return
			}
			soon()
		case <-due.C:
			most = time.Time{}
			f.reload()
			f.follow()
			due.Reset(look)
		}
	}
}

// reload puts what the file says in force, if it says something else than before.
func (f *File) reload() {
	text, err := f.read()
	if err == nil && bytes.Equal(text, f.text) && f.reason == "" {
		return
	}
	var rules *Rules
	if err == nil {
		if rules, err = f.parse(text); err != nil {
			err = fmt.Errorf("%s: %w", f.path, err)
		}
	}
	if err != nil {
		f.fail(err)
		return
	}
	f.reason = ""
	f.failing.Store(false)
	f.text = text
	f.put(rules)
	f.report(nil)
}

// fail keeps what is in force. The same error is told once.
func (f *File) fail(err error) {
	if errors.Is(err, os.ErrNotExist) {
		err = fmt.Errorf("%w: put it back, or take expose_file out of the configuration", err)
	}
	f.failing.Store(true)
	if f.reason != err.Error() {
		f.reason = err.Error()
		f.report(err)
	}
}
