package hugepages

// Setting is who gets transparent huge pages on a system.
type Setting string

// The settings of Linux.
const (
	Always  Setting = "always"  // everybody
	OnAsk   Setting = "madvise" // memory for which its process asks
	Nowhere Setting = "never"   // nobody
)
