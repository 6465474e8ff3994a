package execution_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

const (
	none      = execution.UsageNone
	counted   = execution.UsageCounted
	aggregate = execution.UsageAggregate
	duplicate = execution.UsageDuplicate
)

// The shapes in which telemetry reports one model call several times, with totals worked out by hand.
func TestUsageIsCountedOnce(t *testing.T) {
	cases := map[string]struct {
		spans             []*tracestore.Record
		roles             map[int]execution.UsageRole
		input, output     int64
		reported          int64 // input and output together
		cost              float64
		costKnown         bool
		unpriced          int
		aggregates, twins int
	}{
		"a lone call counts": {
			spans: []*tracestore.Record{span(1, 0, workflow("run")), span(2, 1, uses(100, 20), costs(0.5))},
			roles: map[int]execution.UsageRole{1: none, 2: counted},
			input: 100, output: 20, reported: 120, cost: 0.5, costKnown: true,
		},
		"invoke_agent carries the sum of its two chats": {
			spans: []*tracestore.Record{
				span(1, 0, workflow("run")), span(2, 1, uses(300, 50), costs(3)),
				span(3, 2, uses(100, 20), costs(1)), span(4, 2, uses(200, 30), costs(2)),
			},
			roles: map[int]execution.UsageRole{1: none, 2: aggregate, 3: counted, 4: counted},
			input: 300, output: 50, reported: 700, cost: 3, costKnown: true, aggregates: 1,
		},
		"an agent whose chats report nothing counts itself": {
			spans: []*tracestore.Record{span(1, 0, uses(300, 50)), span(2, 1), span(3, 2)},
			roles: map[int]execution.UsageRole{1: counted, 2: none, 3: none},
			input: 300, output: 50, reported: 350, unpriced: 1,
		},
		"a framework's call span around the SDK's": {
			spans: []*tracestore.Record{
				span(1, 0, workflow("run")), span(2, 1),
				span(3, 2, uses(80, 10), reply("r1")), span(4, 3, uses(80, 10), reply("r1")),
			},
			roles: map[int]execution.UsageRole{3: aggregate, 4: counted},
			input: 80, output: 10, reported: 180, unpriced: 1, aggregates: 1,
		},
		"the parent operation and the provider call two levels below": {
			spans: []*tracestore.Record{span(1, 0, uses(80, 10)), span(2, 1), span(3, 2), span(4, 3, uses(80, 10))},
			roles: map[int]execution.UsageRole{1: aggregate, 2: none, 3: none, 4: counted},
			input: 80, output: 10, reported: 180, unpriced: 1, aggregates: 1,
		},
		"a cache replay gives the same response id again": {
			spans: []*tracestore.Record{
				span(1, 0, workflow("run")),
				span(2, 1, uses(80, 10), costs(0.25), reply("r1")),
				span(3, 1, uses(80, 10), costs(0.25), reply("r1")),
				span(4, 1, uses(80, 10), costs(0.25), reply("r1")),
			},
			roles: map[int]execution.UsageRole{2: counted, 3: duplicate, 4: duplicate},
			input: 80, output: 10, reported: 270, cost: 0.25, costKnown: true, twins: 2,
		},
		"the client's and the server's span of one call": {
			spans: []*tracestore.Record{
				span(1, 0, workflow("run")), span(2, 1, uses(80, 10), reply("r1")), span(3, 2, uses(80, 10), reply("r1")),
			},
			roles: map[int]execution.UsageRole{2: aggregate, 3: counted},
			input: 80, output: 10, reported: 180, unpriced: 1, aggregates: 1,
		},
		"a retry without usage and its fallback that worked": {
			spans: []*tracestore.Record{
				span(1, 0, workflow("run")), span(2, 1, failed("overloaded")), span(3, 1, uses(80, 10), costs(1)),
			},
			roles: map[int]execution.UsageRole{2: none, 3: counted},
			input: 80, output: 10, reported: 90, cost: 1, costKnown: true,
		},
		"an aggregate keeps its response id from the calls elsewhere": {
			spans: []*tracestore.Record{
				span(1, 0, uses(50, 5), reply("r1")), span(2, 1, uses(50, 5)), span(3, 0, uses(50, 5), reply("r1")),
			},
			roles: map[int]execution.UsageRole{1: aggregate, 2: counted, 3: counted},
			input: 100, output: 10, reported: 165, unpriced: 2, aggregates: 1,
		},
		"figures that nobody can mean do no harm": {
			spans: []*tracestore.Record{
				span(1, 0, uses(-5, 10), costs(math.NaN())), span(2, 0, uses(1, 1), costs(math.Inf(-1))),
			},
			roles: map[int]execution.UsageRole{1: counted, 2: counted},
			input: 1, output: 11, reported: 12, costKnown: true, unpriced: 1,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			v := view(c.spans...)
			o := v.Overview()
			for id, role := range c.roles {
				assert.Equal(t, role, v.Node(key(1, id)).Tail.Usage, "span %d", id)
			}
			assert.Equal(t, c.input, o.Totals.Counted.Input)
			assert.Equal(t, c.output, o.Totals.Counted.Output)
			assert.Equal(t, c.reported, o.Totals.Reported.Input+o.Totals.Reported.Output)
			assert.Equal(t, c.cost, o.Totals.Counted.CostUSD)
			assert.Equal(t, c.costKnown, o.Totals.Counted.CostKnown)
			assert.Equal(t, c.unpriced, o.Totals.Unpriced)
			excluded := map[execution.UsageRole]int{}
			for _, e := range o.Totals.Excluded {
				excluded[e.Reason] = e.Spans
			}
			assert.Equal(t, c.aggregates, excluded[aggregate])
			assert.Equal(t, c.twins, excluded[duplicate])
			assert.Equal(t, o.Totals.Counted.Input, o.InputTokens)
			assert.Equal(t, o.Totals.Counted.Output, o.OutputTokens)
		})
	}
}

func TestALateCallTurnsItsAncestorsIntoAggregates(t *testing.T) {
	v := view(span(1, 0, uses(100, 0)), span(2, 1), span(3, 2, uses(100, 0)))
	assert.Equal(t, aggregate, v.Node(key(1, 1)).Tail.Usage)
	rev := v.Rev()
	apply(v, 1, span(3, 2, seq(9)))
	assert.Equal(t, counted, v.Node(key(1, 1)).Tail.Usage, "the call turned out to have no usage")
	assert.ElementsMatch(t, []int{1, 3}, changes(v, rev))
	assert.EqualValues(t, 100, v.Overview().Totals.Reported.Input)
}

func TestTheCountedTwinFollowsStartAndSurvivesTheOthersLeaving(t *testing.T) {
	v := view(span(5, 0, uses(1, 0), reply("r")))
	apply(v, 2, span(3, 0, uses(2, 0), reply("r")))
	apply(v, 3, span(4, 0, uses(4, 0), reply("r")))
	assert.EqualValues(t, 2, v.Overview().Totals.Counted.Input)
	v.Forget(traceID(2))
	assert.EqualValues(t, 4, v.Overview().Totals.Counted.Input, "the next one in order of start counts now")
	v.Forget(traceID(3))
	v.Forget(traceID(1))
	assert.Zero(t, v.Overview().Totals)
}

func TestTheSumOfCostsDoesNotDependOnItsOrder(t *testing.T) {
	v := execution.New("run", execution.Rules{})
	for i := 1; i <= 10; i++ {
		apply(v, 1, span(i, 0, uses(1, 1), costs(0.1)))
	}
	apply(v, 2, span(1, 0, uses(1, 1), costs(1e9)))
	v.Forget(traceID(2))
	assert.Equal(t, 1.0, v.Overview().CostUSD)
}
