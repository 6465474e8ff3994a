package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheReferenceIsWhatTheSourcesSay(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	page, err := render(root)
	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(root, "docs", "configuration.md"))
	require.NoError(t, err)
	assert.Equal(t, string(written), string(page), "run: go generate ./cmd/configdoc")
}

type undocumented struct {
	// Known is said something about.
	Known int `mapstructure:"known"`
}

func TestASettingThatNothingIsSaidAboutIsAnError(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	_, err = list(&comments{root: root}, &undocumented{})
	// Types of test files are not in the sources that are read, so nothing is said about it.
	assert.ErrorContains(t, err, "undocumented.Known has no comment")
}

func TestDurationsAreWrittenAsPeopleDo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "24h", time.Minute: "1m", 90 * time.Second: "1m30s", 10 * time.Second: "10s",
		100 * time.Millisecond: "100ms", 0: "0s", 25*time.Hour + 10*time.Minute: "25h10m",
	} {
		assert.Equal(t, want, short(d))
	}
}

func TestTheNameOfAFieldIsNotRepeated(t *testing.T) {
	assert.Equal(t, "bounds the whole store", sentence("MaxBytes", "MaxBytes bounds\nthe whole store.\n"))
	assert.Equal(t, "the model calls are priced", sentence("Enabled", "Enabled: the model calls are priced."))
	assert.Equal(t, "the listener", sentence("HTTP", "HTTP is the listener."))
}
