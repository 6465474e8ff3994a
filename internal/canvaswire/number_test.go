package canvaswire

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"pgregory.net/rapid"
)

func TestIntegersThatJavaScriptWouldRoundAreStrings(t *testing.T) {
	for v, want := range map[int64]string{
		0:             "0",
		-7:            "-7",
		1 << 53:       "9007199254740992",
		-(1 << 53):    "-9007199254740992",
		1<<53 + 1:     `"9007199254740993"`,
		-(1<<53 + 1):  `"-9007199254740993"`,
		math.MaxInt64: `"9223372036854775807"`,
		math.MinInt64: `"-9223372036854775808"`,
	} {
		got, exact := appendInt(nil, v)
		assert.Equal(t, want, string(got))
		assert.Equal(t, want[0] != '"', exact, "%d", v)
	}
}

func TestDoublesAlwaysShowThatTheyAreDoubles(t *testing.T) {
	for want, v := range map[string]float64{
		"0.0":                      0,
		"-0.0":                     math.Copysign(0, -1),
		"1.0":                      1,
		"-3.0":                     -3,
		"0.1":                      0.1,
		"999999999999999.0":        999999999999999,
		"1000000000000000.0":       1e15,
		"123456789012345680000.0":  123456789012345680000,
		"1e+21":                    1e21,
		"1e-07":                    1e-7,
		"0.000001":                 1e-6,
		"1.7976931348623157e+308":  math.MaxFloat64,
		"5e-324":                   math.SmallestNonzeroFloat64,
		`"NaN"`:                    math.NaN(),
		`"Infinity"`:               math.Inf(1),
		`"-Infinity"`:              math.Inf(-1),
		"9007199254740992.0":       1 << 53,
		"0.30000000000000004":      0.30000000000000004,
		"-12345.678":               -12345.678,
		"100000000000000000000.0":  1e20,
		"-1e+21":                   -1e21,
		"0.0000012345678901234567": 0.0000012345678901234567,
		"1.2345678901234568e-07":   1.2345678901234568e-7,
		"123456789.12345679":       123456789.12345679,
		"-0.5":                     -0.5,
		"2.2250738585072014e-308":  2.2250738585072014e-308,
	} {
		got, _ := appendDouble(nil, v)
		assert.Equal(t, want, string(got))
	}
}

func TestADoubleReadsBackAsTheSameNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "double")
		text, exact := appendDouble(nil, v)
		require.Equal(t, !math.IsNaN(v) && !math.IsInf(v, 0), exact)
		if !exact {
			return
		}
		require.True(t, strings.ContainsAny(string(text), ".e"), "%s looks like an integer", text)
		// Go's JSON and JavaScript read a number as the nearest double, as ParseFloat does.
		back, err := strconv.ParseFloat(string(text), 64)
		require.NoError(t, err)
		require.Equal(t, math.Float64bits(v), math.Float64bits(back))
		var decoded float64
		require.NoError(t, json.Unmarshal(text, &decoded))
		require.Equal(t, v, decoded)
	})
}

func TestTimesAreInOrcheosFormat(t *testing.T) {
	for _, c := range []struct {
		name  string
		nanos uint64
		want  string
	}{
		{"the zero time is null", 0, "null"},
		{"a fraction has six digits", 1_795_357_860_198_132_000, `"2026-11-22T14:31:00.198132Z"`},
		{"trailing zeros stay", 1_795_357_860_500_000_000, `"2026-11-22T14:31:00.500000Z"`},
		{"a zero fraction is left out", 1_795_357_860_000_000_000, `"2026-11-22T14:31:00Z"`},
		{"nanoseconds are cut, not rounded", 1_795_357_860_000_000_999, `"2026-11-22T14:31:00Z"`},
		{"one nanosecond is a time", 1, `"1970-01-01T00:00:00Z"`},
		{"a leap day", 1_709_164_800_000_000_000, `"2024-02-29T00:00:00Z"`},
		{"the last nanosecond of OTLP", math.MaxUint64, `"2554-07-21T23:34:33.709551Z"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, string(appendInstant(nil, pcommon.Timestamp(c.nanos))))
		})
	}
	assert.Equal(t, "null", string(appendClock(nil, -1)), "a time before 1970 is no time")
}

func TestEveryTimeIsTheOneOfPackageTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nanos := rapid.Uint64Min(1).Draw(t, "nanoseconds")
		at := time.Unix(int64(nanos/1e9), int64(nanos%1e9)).UTC()
		layout := "2006-01-02T15:04:05.000000Z"
		if nanos/1000%1e6 == 0 {
			layout = "2006-01-02T15:04:05Z"
		}
		text := string(appendInstant(nil, pcommon.Timestamp(nanos)))
		require.Equal(t, at.Format(layout), strings.Trim(text, `"`))
		back, err := parseInstant(strings.Trim(text, `"`))
		require.NoError(t, err)
		require.Equal(t, nanos/1000*1000, uint64(back))
	})
}

func TestEveryDayOfSixCenturiesHasItsDate(t *testing.T) {
	for day := range uint64(600 * 366) {
		at := time.Unix(int64(day*86400), 0).UTC()
		year, month, dayOfMonth := civil(day)
		require.Equal(t, [3]int{at.Year(), int(at.Month()), at.Day()}, [3]int{int(year), int(month), int(dayOfMonth)})
	}
}
