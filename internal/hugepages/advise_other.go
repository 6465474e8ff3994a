//go:build !linux

package hugepages

import (
	"errors"
	"fmt"
	"runtime"
)

// System returns an error: there is such a setting on Linux only.
func System() (Setting, error) {
	return "", fmt.Errorf("transparent huge pages on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

// AdviseHeap returns an error: there is nobody to ask.
func AdviseHeap(int64) error {
	return fmt.Errorf("transparent huge pages on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}
