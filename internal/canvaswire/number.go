package canvaswire

import (
	"math"
	"strconv"
)

// maxExactInt is the largest integer up to which JavaScript's only number type holds every one.
const maxExactInt = 1 << 53

// appendInt appends v as a JSON number, or as a string of digits where JavaScript would round it; exact tells which.
func appendInt(dst []byte, v int64) (out []byte, exact bool) {
	if v >= -maxExactInt && v <= maxExactInt {
		return strconv.AppendInt(dst, v, 10), true
	}
	dst = append(dst, '"')
	dst = strconv.AppendInt(dst, v, 10)
	return append(dst, '"'), false
}

// appendDouble appends v as a JSON number that always has a fraction or an exponent, so that a double reads back as a
// double. NaN and the infinities become the strings of protobuf's JSON mapping: "NaN", "Infinity", "-Infinity".
func appendDouble(dst []byte, v float64) (out []byte, exact bool) {
	switch {
	case math.IsNaN(v):
		return append(dst, `"NaN"`...), false
	case math.IsInf(v, 1):
		return append(dst, `"Infinity"`...), false
	case math.IsInf(v, -1):
		return append(dst, `"-Infinity"`...), false
	}
	if i := int64(v); v > -1e15 && v < 1e15 && float64(i) == v {
		if i == 0 && math.Signbit(v) {
			return append(dst, "-0.0"...), true
		}
		return append(strconv.AppendInt(dst, i, 10), ".0"...), true
	}
	format := byte('f')
	if abs := math.Abs(v); abs < 1e-6 || abs >= 1e21 { // where JavaScript changes over, too
		format = 'e'
	}
	mark := len(dst)
	dst = strconv.AppendFloat(dst, v, format, -1, 64)
	for _, c := range dst[mark:] {
		if c == '.' || c == 'e' {
			return dst, true
		}
	}
	return append(dst, ".0"...), true
}

// appendAmount appends a plain number of ours, such as a cost; what is not finite becomes null.
func appendAmount(dst []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(dst, "null"...)
	}
	if v == 0 {
		return append(dst, '0')
	}
	dst, _ = appendDouble(dst, v)
	return dst
}
