package price

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func loadFile(tb testing.TB, path string) *Table {
	tb.Helper()
	file, err := os.Open(path)
	require.NoError(tb, err)
	defer file.Close()
	table, err := Load(file, path)
	require.NoError(tb, err)
	return table
}

func load(tb testing.TB, text string) *Table {
	tb.Helper()
	table, err := Load(strings.NewReader(text), "fixture")
	require.NoError(tb, err)
	return table
}

func builtIn(tb testing.TB) *Table {
	tb.Helper()
	table, err := Embedded()
	require.NoError(tb, err)
	return table
}

// on is a moment in UTC.
func on(tb testing.TB, text string) time.Time {
	tb.Helper()
	at, err := time.Parse(time.DateTime, text)
	require.NoError(tb, err)
	return at
}
