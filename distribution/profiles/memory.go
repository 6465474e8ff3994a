package profiles

import (
	"os"
	"runtime/debug"
)

// GoMemoryLimit is the soft limit of the Go runtime, in bytes, under which the profiles run unless GOMEMLIMIT is set. It
// lies above the soft limit of their memory_limiter: the limiter refuses spans before the collector of garbage runs hot.
const GoMemoryLimit = 1536 << 20

// RouterGoMemoryLimit is that of the profile `router`, which holds no traces.
const RouterGoMemoryLimit = 512 << 20

// ApplyGoMemoryLimit sets the limit of a profile for this process; a GOMEMLIMIT of the operator's wins.
func ApplyGoMemoryLimit(profile string) {
	switch {
	case os.Getenv("GOMEMLIMIT") != "":
	case profile == Router:
		debug.SetMemoryLimit(RouterGoMemoryLimit)
	default:
		debug.SetMemoryLimit(GoMemoryLimit)
	}
}
