package canvaswire

import (
	"fmt"
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// appendInstant appends a time as RFC 3339 in UTC with microseconds, cut and not rounded, or without a fraction where it
// is zero: Orcheo's format. The zero time is null. Every other value is a date: uint64 nanoseconds end in the year 2554.
func appendInstant(dst []byte, t pcommon.Timestamp) []byte {
	if t == 0 {
		return append(dst, "null"...)
	}
	seconds := uint64(t) / 1e9
	micros := uint32(uint64(t) % 1e9 / 1e3)
	year, month, day := civil(seconds / 86400)
	clock := uint32(seconds % 86400)

	dst = append(dst, '"')
	dst = appendTwo(appendTwo(dst, year/100), year%100)
	dst = appendTwo(append(dst, '-'), month)
	dst = appendTwo(append(dst, '-'), day)
	dst = appendTwo(append(dst, 'T'), clock/3600)
	dst = appendTwo(append(dst, ':'), clock/60%60)
	dst = appendTwo(append(dst, ':'), clock%60)
	if micros != 0 {
		dst = append(dst, '.')
		dst = appendTwo(dst, micros/10000)
		dst = appendTwo(dst, micros/100%100)
		dst = appendTwo(dst, micros%100)
	}
	return append(dst, 'Z', '"')
}

// appendClock appends Unix nanoseconds as the layers above keep them; zero and what is before 1970 is null.
func appendClock(dst []byte, nanos int64) []byte {
	return appendInstant(dst, pcommon.Timestamp(max(nanos, 0)))
}

func appendTwo(dst []byte, v uint32) []byte {
	return append(dst, byte('0'+v/10), byte('0'+v%10))
}

// civil turns days since 1970-01-01 into a date of the Gregorian calendar. Years are counted from March, so that the leap
// day is the last one and the lengths of the months before it follow one line.
func civil(days uint64) (year, month, day uint32) {
	const daysPerEra = 146097 // 400 years
	shifted := days + 719468  // since 0000-03-01
	era, inEra := shifted/daysPerEra, uint32(shifted%daysPerEra)
	yearOfEra := (inEra - inEra/1460 + inEra/36524 - inEra/146096) / 365
	dayOfYear := inEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	fromMarch := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*fromMarch+2)/5 + 1
	year = uint32(era)*400 + yearOfEra
	if fromMarch < 10 {
		return year, fromMarch + 3, day
	}
	return year + 1, fromMarch - 9, day
}

// parseInstant reads what appendInstant wrote; the nanoseconds below one microsecond are not in it.
func parseInstant(text string) (pcommon.Timestamp, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, err
	}
	micros := t.UnixMicro()
	if micros < 0 || uint64(micros) > math.MaxUint64/1000 {
		return 0, fmt.Errorf("time %q is outside what OTLP can say", text)
	}
	return pcommon.Timestamp(uint64(micros) * 1000), nil
}
