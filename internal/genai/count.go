package genai

import (
	"math"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxCount is the largest figure that JavaScript holds exactly; a larger one is no token count.
const maxCount = 1 << 53

// Count reads a token figure from an int, an integral double or a decimal string: JavaScript instrumentations write
// doubles, others strings. A negative, fractional or absurd figure, or NaN, is none.
func Count(v pcommon.Value) (int64, bool) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		return inRange(v.Int())
	case pcommon.ValueTypeDouble:
		f := v.Double()
		if f != math.Trunc(f) || f < 0 || f > maxCount { // NaN differs from everything, itself too
			return 0, false
		}
		return inRange(int64(f))
	case pcommon.ValueTypeStr:
		n, err := strconv.ParseInt(strings.TrimSpace(v.Str()), 10, 64)
		if err != nil {
			return 0, false
		}
		return inRange(n)
	}
	return 0, false
}

func inRange(n int64) (int64, bool) { return n, n >= 0 && n <= maxCount }
