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
// doubles, others strings, and some the JSON form of an int. A negative, fractional or absurd figure, or NaN, is none.
func Count(v pcommon.Value) (int64, bool) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		return inRange(v.Int())
	case pcommon.ValueTypeDouble:
		return integral(v.Double())
	case pcommon.ValueTypeStr:
		return countOf(v.Str())
	}
	return 0, false
}

// countOf reads a figure from text: 720, 720.0, {"intValue":"720"}.
func countOf(s string) (int64, bool) {
	const intValue = `{"intValue":`
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, intValue); ok {
		s = strings.Trim(strings.TrimSuffix(inner, "}"), `" `)
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return inRange(n)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return integral(f)
	}
	return 0, false
}

func integral(f float64) (int64, bool) {
	if f != math.Trunc(f) || f < 0 || f > maxCount { // NaN differs from everything, itself too
		return 0, false
	}
	return inRange(int64(f))
}

func inRange(n int64) (int64, bool) { return n, n >= 0 && n <= maxCount }
