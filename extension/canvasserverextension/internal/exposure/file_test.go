package exposure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/exposure"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long anything may take that happens at all.
const patience = time.Minute

// watched is a file that is watched, and what was reported of it.
type watched struct {
	*exposure.File
	t       *testing.T
	reports chan error
}

func watch(t *testing.T, path string) *watched {
	t.Helper()
	w := &watched{t: t, reports: make(chan error, 100)}
	var err error
	w.File, err = exposure.Open(path, func(text []byte) (*exposure.Rules, error) { return exposure.Parse(text, nil) }, func(err error) { w.reports <- err })
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	return w
}

// next is the next report.
func (w *watched) next() error {
	w.t.Helper()
	select {
	case err := <-w.reports:
		return err
	case <-time.After(patience):
		w.t.Fatal("nothing was noticed")
		return nil
	}
}

func (w *watched) shows(workflow string) bool { return w.Current().Rules.Enabled(workflow, nil) }

func only(workflow string) string {
	return fmt.Sprintf("{default: disabled, workflows: {allow: [%s]}}", workflow)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestAFileThatIsWrittenInPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "expose.yaml")
	write(t, path, only("a"))
	w := watch(t, path)
	assert.True(t, w.shows("a"))
	before := w.Current()
	write(t, path, only("b"))
	require.NoError(t, w.next())
	assert.True(t, w.shows("b"))
	assert.False(t, w.shows("a"))
	select {
	case <-before.Replaced:
	default:
		t.Fatal("whoever waits was not told")
	}
}

func TestAFileThatIsExchangedByARename(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "expose.yaml")
	write(t, path, only("w0"))
	w := watch(t, path)
	for i := 1; i <= 3; i++ { // a watch on the file itself would end with the first
		fresh := filepath.Join(dir, "fresh")
		write(t, fresh, only(fmt.Sprint("w", i)))
		require.NoError(t, os.Rename(fresh, path))
		require.NoError(t, w.next())
		assert.True(t, w.shows(fmt.Sprint("w", i)))
	}
}

// A ConfigMap is mounted so: expose.yaml → ..data/expose.yaml, ..data → a folder with a time in its name. An update makes
// another folder and moves ..data with a rename; the file itself is never touched.
func TestAConfigMapThatIsUpdated(t *testing.T) {
	dir := t.TempDir()
	version := func(i int) {
		folder := fmt.Sprint("..2026_11_0", i)
		require.NoError(t, os.Mkdir(filepath.Join(dir, folder), 0o700))
		write(t, filepath.Join(dir, folder, "expose.yaml"), only(fmt.Sprint("w", i)))
		require.NoError(t, os.Symlink(folder, filepath.Join(dir, "..data_tmp")))
		require.NoError(t, os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
		if i > 1 {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, fmt.Sprint("..2026_11_0", i-1))))
		}
	}
	version(1)
	path := filepath.Join(dir, "expose.yaml")
	require.NoError(t, os.Symlink(filepath.Join("..data", "expose.yaml"), path))
	w := watch(t, path)
	assert.True(t, w.shows("w1"))
	for i := 2; i <= 4; i++ {
		version(i)
		require.NoError(t, w.next())
		assert.True(t, w.shows(fmt.Sprint("w", i)))
	}
}

func TestALinkToAFileElsewhereThatIsWritten(t *testing.T) {
	target, path := filepath.Join(t.TempDir(), "target.yaml"), filepath.Join(t.TempDir(), "expose.yaml")
	write(t, target, only("a"))
	require.NoError(t, os.Symlink(target, path))
	w := watch(t, path)
	write(t, target, only("b"))
	require.NoError(t, w.next())
	assert.True(t, w.shows("b"))
}

func TestABadFileChangesNothingUntilItIsRepaired(t *testing.T) {
	path := filepath.Join(t.TempDir(), "expose.yaml")
	write(t, path, only("a"))
	w := watch(t, path)
	before := w.Current()

	write(t, path, "default: perhaps")
	require.ErrorContains(t, w.next(), `expose.yaml: default is "perhaps"`)
	assert.True(t, w.Failing())
	require.NoError(t, os.Remove(path))
	require.ErrorContains(t, w.next(), "put it back")
	assert.Same(t, before, w.Current())

	write(t, path, only("a")) // as it was
	require.NoError(t, w.next())
	assert.False(t, w.Failing())
	assert.True(t, w.shows("a"))
}

func TestAFileThatIsMissingOrWrongAtFirstIsAnError(t *testing.T) {
	parse := func(text []byte) (*exposure.Rules, error) { return exposure.Parse(text, nil) }
	path := filepath.Join(t.TempDir(), "expose.yaml")
	_, err := exposure.Open(path, parse, nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	write(t, path, "default: perhaps")
	_, err = exposure.Open(path, parse, nil)
	require.ErrorContains(t, err, path)
	write(t, path, only("a")+"#"+string(make([]byte, 1<<20)))
	_, err = exposure.Open(path, parse, nil)
	require.ErrorContains(t, err, "larger")
}
