package hugepages

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// settingFile is where the kernel tells its setting, documented in its admin guide on transparent huge pages.
const settingFile = "/sys/kernel/mm/transparent_hugepage/enabled"

var chosen = regexp.MustCompile(`\[(\w+)\]`)

// System is the setting of this system. The error says why it is not known; a kernel without huge pages has none.
func System() (Setting, error) {
	text, err := os.ReadFile(settingFile)
	if err != nil {
		return "", fmt.Errorf("read the setting of transparent huge pages: %w", err)
	}
	word := chosen.FindSubmatch(text)
	if word == nil {
		return "", fmt.Errorf("read the setting of transparent huge pages: %s holds %q", settingFile, text)
	}
	return Setting(word[1]), nil
}

// blockBytes is how much is asked for at a time: the kernel may refuse one piece that is larger than the machine's memory.
const blockBytes = 64 << 20

// AdviseHeap asks for huge pages for so many bytes, rounded up to 64 MiB, that the heap grows by next. It takes address space from
// the runtime, gives its advice about it, and leaves it to the runtime again: the advice stays, and not one of its pages is touched.
// To be called early, as long as the heap is small: it has all garbage collected, and for that moment the bytes count as allocated.
// The error is the kernel's; what was advised until then stays so.
func AdviseHeap(bytes int64) error {
	err := advise(bytes)
	debug.FreeOSMemory()
	return err
}

// advise takes the address space, and has let go of it when it returns.
//
//go:noinline
func advise(bytes int64) error {
	var blocks [][]byte // all of them at once, or the next one would have the same addresses
	for ; bytes > 0; bytes -= blockBytes {
		b := make([]byte, blockBytes)
		if err := unix.Madvise(b, unix.MADV_HUGEPAGE); err != nil {
			return fmt.Errorf("ask for huge pages: %w", err)
		}
		blocks = append(blocks, b)
	}
	runtime.KeepAlive(blocks)
	return nil
}
