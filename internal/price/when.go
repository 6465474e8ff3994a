package price

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/price/genaiprices"
)

const secondsPerDay = 24 * 60 * 60

// period is when a price holds: from a moment on, or at a time of the day. All of it is UTC.
type period struct {
	since    int64 // Unix seconds
	from, to int64 // seconds since midnight
	daily    bool
}

// always is a price without a condition.
var always = period{since: math.MinInt64}

func (p period) holds(at time.Time) bool {
	if !p.daily {
		return at.Unix() >= p.since
	}
	second := (at.Unix()%secondsPerDay + secondsPerDay) % secondsPerDay
	if p.to < p.from { // over midnight
		return second >= p.from || second < p.to
	}
	return p.from <= second && second < p.to
}

func compilePeriod(c *genaiprices.Constraint) (period, error) {
	switch {
	case c == nil:
		return always, nil
	case c.StartDate != "":
		day, err := time.Parse(time.DateOnly, c.StartDate)
		if err != nil {
			return period{}, fmt.Errorf("start_date %q is not a date such as 2026-01-31", c.StartDate)
		}
		return period{since: day.Unix()}, nil
	case c.StartTime != "" && c.EndTime != "":
		from, err1 := timeOfDay(c.StartTime)
		to, err2 := timeOfDay(c.EndTime)
		return period{daily: true, from: from, to: to}, errors.Join(err1, err2)
	}
	return period{}, errors.New("a constraint without start_date, and without start_time and end_time")
}

// timeOfDay reads "15:04", with seconds and an offset where they are written, as seconds since midnight in UTC.
func timeOfDay(text string) (int64, error) {
	for _, layout := range []string{"15:04:05Z07:00", "15:04Z07:00", time.TimeOnly, "15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			t = t.UTC()
			return int64(t.Hour()*60*60 + t.Minute()*60 + t.Second()), nil
		}
	}
	return 0, fmt.Errorf("%q is not a time of the day such as 16:30:00Z", text)
}
