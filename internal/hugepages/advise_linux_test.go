package hugepages

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheHeapGrowsWhereAdviceWasGiven lets the heap grow after the advice and looks up what the kernel knows of the memory that it
// got: the flag "hg" is the advice.
func TestTheHeapGrowsWhereAdviceWasGiven(t *testing.T) {
	if _, err := System(); err != nil {
		require.Error(t, AdviseHeap(blockBytes), "a kernel without huge pages refuses the advice")
		return
	}
	before := resident(t)
	require.NoError(t, AdviseHeap(4*blockBytes-1))
	require.Less(t, resident(t)-before, int64(blockBytes), "bytes that the advice itself takes")

	var grown [][]byte
	for range 3 * blockBytes / (1 << 20) {
		grown = append(grown, make([]byte, 1<<20))
	}
	advised := 0
	for _, b := range grown {
		b[0] = 1
		if isAdvised(t, uintptr(unsafe.Pointer(unsafe.SliceData(b)))) {
			advised++
		}
	}
	require.Greater(t, advised, len(grown)*3/4, "pieces of the heap that lie where advice was given")
}

func TestTheSettingIsOneThatLinuxHas(t *testing.T) {
	setting, err := System()
	if err != nil {
		assert.ErrorIs(t, err, os.ErrNotExist)
		return
	}
	assert.Contains(t, []Setting{Always, OnAsk, Nowhere}, setting)
}

// resident are the bytes of memory that the process takes.
func resident(t *testing.T) (bytes int64) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	var all, held int64
	_, err = fmt.Sscan(string(text), &all, &held)
	require.NoError(t, err)
	return held * int64(os.Getpagesize())
}

// isAdvised says whether the mapping of an address has the flag of the advice.
func isAdvised(t *testing.T, address uintptr) bool {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	within := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var from, to uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 {
			within = from <= address && address < to
			continue
		}
		if flags, is := strings.CutPrefix(lines.Text(), "VmFlags:"); is && within {
			return strings.Contains(flags+" ", " hg ")
		}
	}
	return false
}
