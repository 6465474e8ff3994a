package price

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tableAt has one model, which costs so many dollars per million tokens.
func tableAt(dollars string) string {
	return `[{"id": "acme", "models": [{"id": "m", "match": {"equals": "m"}, "prices": {"input_mtok": ` + dollars + `, "output_mtok": 1}}]}]`
}

// library is a Book over a file, with what it tells. The clock of its tests is that of synctest.
type library struct {
	*testing.T
	*Book
	path   string
	edits  int
	told   chan any
	loaded []string // what was told until the last pass
	failed []error
}

func newLibrary(t *testing.T, overrides ...Override) *library {
	l := &library{T: t, path: filepath.Join(t.TempDir(), "prices.json")}
	l.write(tableAt("1"))
	cfg := DefaultConfig()
	cfg.File, cfg.Overrides = l.path, overrides
	l.told = make(chan any, 16)
	book, err := NewBook(cfg, Notices{
		Loaded: func(version string) { l.told <- version },
		Failed: func(err error) { l.told <- err },
	})
	require.NoError(t, err)
	require.NoError(t, book.Start(t.Context()))
	t.Cleanup(func() { assert.NoError(t, book.Shutdown(t.Context())) })
	l.Book = book
	return l
}

// write changes the file as an editor does: with a later modification time, which synctest's clock would not give it.
func (l *library) write(text string) {
	require.NoError(l, os.WriteFile(l.path, []byte(text), 0o600))
	l.edits++
	at := time.Unix(1_700_000_000+int64(l.edits), 0)
	require.NoError(l, os.Chtimes(l.path, at, at))
}

// pass lets time pass, and what is due then happen.
func (l *library) pass(d time.Duration) {
	time.Sleep(d) // on the clock of the bubble
	synctest.Wait()
	for len(l.told) > 0 {
		switch told := (<-l.told).(type) {
		case string:
			l.loaded = append(l.loaded, told)
		case error:
			l.failed = append(l.failed, told)
		}
	}
}

func (l *library) costs(dollars float64) {
	l.Helper()
	got, ok := l.Cost(Query{Provider: "acme", Model: "m", Tokens: Tokens{Input: 1_000_000}})
	require.True(l, ok)
	assert.InDelta(l, dollars, got.USD, 1e-9)
}

func TestAChangedFileIsLoaded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLibrary(t)
		before := l.Version()
		assert.Regexp(t, `^prices\.json [0-9a-f]{12}$`, before)
		l.costs(1)

		l.write(tableAt("2"))
		l.pass(59 * time.Second)
		l.costs(1)
		l.pass(time.Second)
		l.costs(2)
		assert.Equal(t, []string{l.Version()}, l.loaded)
		assert.NotEqual(t, before, l.Version())

		l.write(tableAt("2")) // touched
		l.pass(time.Hour)
		assert.Len(t, l.loaded, 1)
		assert.Empty(t, l.failed)
	})
}

func TestABrokenFileLeavesThePricesInForceAndIsReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLibrary(t)
		l.write(`[{"id": "acme", "models": [{"id"`)
		l.pass(10 * time.Minute)
		l.costs(1)
		require.Len(t, l.failed, 1)
		assert.ErrorContains(t, l.failed[0], l.path)
		assert.ErrorContains(t, l.failed[0], "stay in force")

		require.NoError(t, os.Remove(l.path))
		l.pass(10 * time.Minute)
		l.costs(1)
		require.Len(t, l.failed, 2)
		assert.ErrorIs(t, l.failed[1], os.ErrNotExist)

		l.write(tableAt("3"))
		l.pass(time.Minute)
		l.costs(3)
		assert.Len(t, l.failed, 2)
	})
}

func TestAFileInTroubleIsReadAgainEvenIfItSeemsUnchanged(t *testing.T) {
	// So it is when only its permissions were repaired.
	synctest.Test(t, func(t *testing.T) {
		l := newLibrary(t)
		l.write(strings.Replace(tableAt("2"), "[", "{", 1))
		l.pass(time.Minute)
		require.Len(t, l.failed, 1)
		l.edits-- // the same time and size
		l.write(tableAt("2"))
		l.pass(time.Minute)
		l.costs(2)
	})
}

func TestOverridesSurviveAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLibrary(t, Override{Model: "m", Input: new(9.0), Output: new(9.0)})
		l.write(tableAt("2"))
		l.pass(time.Minute)
		assert.Len(t, l.loaded, 1)
		l.costs(9)
	})
}

func TestABookWithoutAFileHasTheEmbeddedTable(t *testing.T) {
	book, err := NewBook(DefaultConfig(), Notices{})
	require.NoError(t, err)
	require.NoError(t, book.Start(t.Context()))
	assert.Equal(t, builtIn(t).Version(), book.Version())
	require.NoError(t, book.Shutdown(t.Context()))
	_, ok := book.Cost(Query{Provider: "openai", Model: "gpt-4o"})
	assert.True(t, ok, "after Shutdown, too: spans may still come")
}

func TestABookThatIsOffOrNotStartedKnowsNoPrice(t *testing.T) {
	cfg := DefaultConfig()
	waiting, err := NewBook(cfg, Notices{})
	require.NoError(t, err)
	cfg.Enabled, cfg.File = false, "nowhere.json"
	off, err := NewBook(cfg, Notices{})
	require.NoError(t, err)
	require.NoError(t, off.Start(t.Context()))
	for _, book := range []*Book{waiting, off} {
		_, ok := book.Cost(Query{Provider: "openai", Model: "gpt-4o"})
		assert.False(t, ok)
		assert.Empty(t, book.Version())
		require.NoError(t, book.Shutdown(t.Context()))
	}
}

func TestAFileThatCannotBeLoadedFailsStartUp(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(broken, []byte(`{"gpt-4o": {"input_cost_per_token": 1}}`), 0o600))
	for _, path := range []string{broken, filepath.Join(t.TempDir(), "absent.json"), t.TempDir()} {
		cfg := DefaultConfig()
		cfg.File = path
		book, err := NewBook(cfg, Notices{})
		require.NoError(t, err)
		err = book.Start(t.Context())
		require.ErrorContains(t, err, path)
		assert.ErrorContains(t, err, "none for the embedded table")
		require.NoError(t, errors.Join(book.Shutdown(t.Context())))
	}
}
