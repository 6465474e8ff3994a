package execution

import (
	"math"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// ledger is the token account by role. All of it is integers, so that what was added can be taken out again exactly, in any
// order.
type ledger struct{ counted, aggregate, duplicate, replay sums }

type sums struct {
	spans, priced                                   int
	input, output, cacheRead, cacheWrite, reasoning int64
	cost                                            money
}

// money is US dollars in whole ones and in units of 1e-12, each summed on its own: finer than any price, and far from
// overflow at any number of spans that a view can hold.
type money struct{ whole, pico int64 }

const (
	picos = 1e12
	// maxTokens and maxCost bound what one span can claim, so that no sum of claims overflows.
	maxTokens = 1 << 44
	maxCost   = 1e12
)

func (l *ledger) of(role UsageRole) *sums {
	switch role {
	case UsageCounted:
		return &l.counted
	case UsageAggregate:
		return &l.aggregate
	case UsageDuplicate:
		return &l.duplicate
	case UsageReplay:
		return &l.replay
	default:
		return nil
	}
}

// add adds sign × u to the account of a role; no role has none.
func (l *ledger) add(role UsageRole, u *tracestore.Usage, sign int64) {
	s := l.of(role)
	if s == nil {
		return
	}
	s.spans += int(sign)
	s.input += sign * tokens(u.Input)
	s.output += sign * tokens(u.Output)
	s.cacheRead += sign * tokens(u.CacheRead)
	s.cacheWrite += sign * tokens(u.CacheWrite)
	s.reasoning += sign * tokens(u.Reasoning)
	if cost, ok := costOf(u); ok {
		s.priced += int(sign)
		s.cost.whole += sign * cost.whole
		s.cost.pico += sign * cost.pico
	}
}

func tokens(n int64) int64 { return min(max(n, 0), maxTokens) }

// costOf returns what a span costs; false if nobody knows. A cost that is no number is unknown.
func costOf(u *tracestore.Usage) (money, bool) {
	if !u.CostKnown || math.IsNaN(u.CostUSD) {
		return money{}, false
	}
	whole, part := math.Modf(min(max(u.CostUSD, 0), maxCost))
	return money{int64(whole), int64(math.Round(part * picos))}, true
}

func (s *sums) usage() tracestore.Usage {
	return tracestore.Usage{
		Input: s.input, Output: s.output, CacheRead: s.cacheRead, CacheWrite: s.cacheWrite, Reasoning: s.reasoning,
		CostUSD: float64(s.cost.whole) + float64(s.cost.pico)/picos, CostKnown: s.priced > 0,
	}
}

func (s *sums) plus(o *sums) *sums {
	return &sums{
		spans: s.spans + o.spans, priced: s.priced + o.priced,
		input: s.input + o.input, output: s.output + o.output,
		cacheRead: s.cacheRead + o.cacheRead, cacheWrite: s.cacheWrite + o.cacheWrite, reasoning: s.reasoning + o.reasoning,
		cost: money{s.cost.whole + o.cost.whole, s.cost.pico + o.cost.pico},
	}
}

func (l *ledger) totals() Totals {
	t := Totals{
		Counted:  l.counted.usage(),
		Reported: l.counted.plus(&l.aggregate).plus(&l.duplicate).plus(&l.replay).usage(),
		Unpriced: l.counted.spans - l.counted.priced,
	}
	for _, role := range []UsageRole{UsageAggregate, UsageDuplicate, UsageReplay} {
		s := l.of(role)
		if s.spans == 0 {
			continue
		}
		u := s.usage()
		t.Excluded = append(t.Excluded, Exclusion{
			Reason: role, Spans: s.spans, Input: u.Input, Output: u.Output, CostUSD: u.CostUSD, CostKnown: u.CostKnown,
		})
	}
	return t
}
