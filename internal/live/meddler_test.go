package live

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// meddler is a store in which a test can fail calls, act between the answer of a call and its arrival, and see what is
// watched.
type meddler struct {
	tracestore.Store

	mu      sync.Mutex
	fails   func(call, id string) error
	after   func(call, id string)
	watched map[tracestore.Key]struct{}
	deaf    bool // wake-ups are lost
}

// newMeddledStage is a stage whose store is meddled with. The store's errors do not fail the test.
func newMeddledStage(t testing.TB, change ...func(*memorystore.Config, *Config)) (*stage, *meddler) {
	t.Helper()
	storeConfig, config := memorystore.Config{}, Config{}
	for _, c := range change {
		c(&storeConfig, &config)
	}
	store, err := memorystore.New(storeConfig)
	require.NoError(t, err)
	m := &meddler{Store: store, watched: map[tracestore.Key]struct{}{}}
	views, err := New(m, config)
	require.NoError(t, err)
	return &stage{TB: t, store: m, views: views}, m
}

// fail has calls fail for which the function returns an error; nil: none fail any more.
func (m *meddler) fail(f func(call, id string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails = f
}

// act has a function called after each call of the store, before its answer is handed over.
func (m *meddler) act(f func(call, id string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.after = f
}

func (m *meddler) meddle(call, id string) error {
	m.mu.Lock()
	fails, after := m.fails, m.after
	m.mu.Unlock()
	if fails != nil {
		if err := fails(call, id); err != nil {
			return err
		}
	}
	if after != nil {
		after(call, id)
	}
	return nil
}

func (m *meddler) Resolve(ctx context.Context, id string) (tracestore.Resolution, error) {
	res, err := m.Store.Resolve(ctx, id)
	if err == nil {
		err = m.meddle("resolve", id)
	}
	return res, err
}

func (m *meddler) Read(ctx context.Context, t tracestore.TraceID, from tracestore.Position, l tracestore.ReadLimit) (tracestore.Page, error) {
	page, err := m.Store.Read(ctx, t, from, l)
	if err == nil {
		err = m.meddle("read", t.String())
	}
	return page, err
}

func (m *meddler) PutSummary(ctx context.Context, id string, s tracestore.Summary) error {
	if err := m.meddle("summary", id); err != nil {
		return err
	}
	return m.Store.PutSummary(ctx, id, s)
}

func (m *meddler) Introduce(ctx context.Context, rows []tracestore.Summary) error {
	if err := m.meddle("introduce", rows[0].Execution); err != nil {
		return err
	}
	return m.Store.Introduce(ctx, rows)
}

func (m *meddler) Conclude(ctx context.Context, of []tracestore.Conclusion) ([]string, error) {
	if err := m.meddle("conclude", of[0].Execution); err != nil {
		return nil, err
	}
	return m.Store.Conclude(ctx, of)
}

func (m *meddler) Watch(ctx context.Context, keys ...tracestore.Key) (tracestore.Watcher, error) {
	w, err := m.Store.Watch(ctx, keys...)
	return &countingWatcher{Watcher: w, meddler: m}, err
}

// deafen has wake-ups get lost from now on.
func (m *meddler) deafen() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deaf = true
}

// keys are what is watched now.
func (m *meddler) keys() []tracestore.Key {
	m.mu.Lock()
	defer m.mu.Unlock()
	keys := make([]tracestore.Key, 0, len(m.watched))
	for k := range m.watched {
		keys = append(keys, k)
	}
	return keys
}

type countingWatcher struct {
	tracestore.Watcher
	meddler *meddler
}

func (w *countingWatcher) Changed() []tracestore.Key {
	keys := w.Watcher.Changed()
	w.meddler.mu.Lock()
	defer w.meddler.mu.Unlock()
	if w.meddler.deaf {
		return nil
	}
	return keys
}

func (w *countingWatcher) Add(keys ...tracestore.Key) {
	w.meddler.mu.Lock()
	for _, k := range keys {
		w.meddler.watched[k] = struct{}{}
	}
	w.meddler.mu.Unlock()
	w.Watcher.Add(keys...)
}

func (w *countingWatcher) Remove(keys ...tracestore.Key) {
	w.meddler.mu.Lock()
	for _, k := range keys {
		delete(w.meddler.watched, k)
	}
	w.meddler.mu.Unlock()
	w.Watcher.Remove(keys...)
}
