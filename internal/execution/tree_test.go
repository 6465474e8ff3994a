package execution_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestAParentThatNobodySentIsAPlaceholder(t *testing.T) {
	v := view(span(2, 1, from(20), received(50)), span(3, 1, from(10), received(60)))
	require.Equal(t, []int{1, 3, 2}, order(v), "it stands in for the root, so it comes first")
	p := v.Node(key(1, 1))
	assert.Nil(t, p.Record)
	assert.Equal(t, "(parent not received yet)", p.PlaceholderName)
	assert.Equal(t, execution.Tail{State: execution.StateMissing, EffectiveStart: 10 * second}, p.Tail)
	assert.Equal(t, 2, v.Overview().Spans, "a placeholder is no span")

	apply(v, 1, span(4, 1, orcheoNode, from(30)))
	assert.Equal(t, "workflow.execution", v.Node(key(1, 1)).PlaceholderName, "Orcheo's nodes hang on the workflow's root")
}

func TestTheRealSpanTakesItsPlaceholderOver(t *testing.T) {
	v := view(span(2, 1))
	p := v.Node(key(1, 1))
	created, rev := p.CreatedRev, v.Rev()
	apply(v, 1, span(1, 0))
	assert.Same(t, p, v.Node(key(1, 1)))
	assert.NotNil(t, p.Record)
	assert.Empty(t, p.PlaceholderName)
	assert.Equal(t, created, p.CreatedRev)
	assert.Equal(t, []int{1}, changes(v, rev))
	assert.Zero(t, v.ResetRev(traceID(1)))
}

func TestAPlaceholderWithoutChildrenVanishesAndClientsAreReset(t *testing.T) {
	v := view(span(2, 1), span(3, 0))
	rev := v.Rev()
	apply(v, 1, span(2, 3, seq(9)))
	assert.Nil(t, v.Node(key(1, 1)))
	assert.Equal(t, 2, v.Len())
	assert.Greater(t, v.ResetRev(traceID(1)), rev)
	assert.ElementsMatch(t, []int{2, 3}, changes(v, rev), "everything that is left follows the reset")
	for _, n := range v.Ordered() {
		assert.Greater(t, n.Rev, v.ResetRev(traceID(1)))
	}
}

func TestAPlaceholderThatCameAndWentWithinOneApplyResetsNobody(t *testing.T) {
	v := view(span(3, 0))
	apply(v, 1, span(2, 1, seq(8)), span(2, 3, seq(9)))
	assert.Zero(t, v.ResetRev(traceID(1)))
}

func TestAWorkflowSpanIsARootUnderARemoteParent(t *testing.T) {
	v := view(span(2, 1, workflow("run")), span(3, 2))
	assert.Equal(t, []int{2, 3}, order(v), "no placeholder for a parent that will not come")
	assert.Equal(t, tracestore.StatusCompleted, v.Overview().Status)

	apply(v, 1, span(4, 1))
	assert.NotNil(t, v.Node(key(1, 1)), "another child needs the parent to hang on")
	apply(v, 1, span(4, 2, seq(9)))
	assert.Nil(t, v.Node(key(1, 1)))

	apply(v, 1, span(1, 0, from(100), outcome(tracestore.OutcomeFailed)))
	assert.Equal(t, tracestore.StatusCompleted, v.Overview().Status, "the HTTP request around it is not the workflow")
}

func TestOrcheosLatencySaysWhenTheWorkBegan(t *testing.T) {
	v := view(
		span(1, 0, from(1), to(20)),
		span(2, 1, from(10), to(10), latency(4*time.Second)),
		span(3, 1, from(8), to(8), latency(5*time.Second)),
		span(4, 1, from(5), latency(time.Second), started),
		span(5, 1, from(9), to(9), latency(time.Hour)),
	)
	assert.Equal(t, []int{1, 3, 4, 2, 5}, order(v))
	assert.Equal(t, 5*second, v.Node(key(1, 4)).Tail.EffectiveStart, "a span that runs has no latency yet")
	assert.Equal(t, 9*second, v.Node(key(1, 5)).Tail.EffectiveStart, "a latency longer than time itself is none")
}

func TestHostileShapesAreShownWhole(t *testing.T) {
	cases := map[string]struct {
		spans []*tracestore.Record
		roots []int // those that count as roots of the execution, first the first
	}{
		"a span that is its own parent": {[]*tracestore.Record{span(1, 1), span(2, 1)}, []int{1}},
		"a cycle is cut at its first span": {
			[]*tracestore.Record{span(1, 3, from(5)), span(2, 1, from(1)), span(3, 2, from(9)), span(4, 3)}, []int{2},
		},
		"of equal starts the lowest id is first": {
			[]*tracestore.Record{span(1, 2, from(5)), span(2, 1, from(5))}, []int{1},
		},
		"two roots": {[]*tracestore.Record{span(1, 0), span(2, 0), span(3, 2)}, []int{1, 2}},
		"two cycles": {
			[]*tracestore.Record{span(1, 2), span(2, 1), span(3, 4), span(4, 3), span(5, 4)}, []int{1, 3},
		},
		"the zero id": {[]*tracestore.Record{span(0, 0), span(1, 0)}, []int{0, 1}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			permute(c.spans, func(spans []*tracestore.Record) {
				v := view(spans...)
				assert.Equal(t, len(spans), v.Len())
				assert.Equal(t, len(spans), v.Overview().Spans)
				assert.Equal(t, c.roots[0], order(v)[0])
				var end int64
				for _, id := range c.roots {
					end = max(end, v.Node(key(1, id)).Record.Facts.End)
				}
				assert.Equal(t, end, v.Overview().Finished, "the end of the last root")
			})
		})
	}
}

func TestACycleThatIsBrokenGivesItsCutLinkBack(t *testing.T) {
	// 1 -> 3 -> 2 -> 1, cut at 1, which therefore does not bear usage to 3.
	v := view(span(1, 3, uses(1, 0)), span(2, 1, uses(1, 0)), span(3, 2, uses(1, 0)))
	assert.Equal(t, aggregate, v.Node(key(1, 1)).Tail.Usage)
	assert.Equal(t, counted, v.Node(key(1, 3)).Tail.Usage)
	apply(v, 1, span(2, 0, uses(1, 0), seq(9)))
	assert.Equal(t, counted, v.Node(key(1, 1)).Tail.Usage, "it hangs on 3 again")
	assert.Equal(t, aggregate, v.Node(key(1, 3)).Tail.Usage)
	assert.Equal(t, aggregate, v.Node(key(1, 2)).Tail.Usage)
}

func TestACycleIsCutAnewWhenStartsChange(t *testing.T) {
	v := view(span(1, 2, uses(1, 0), from(1)), span(2, 1, uses(1, 0), from(2)))
	assert.Equal(t, aggregate, v.Node(key(1, 1)).Tail.Usage, "1 is the root")
	apply(v, 1, span(1, 2, uses(1, 0), from(3), seq(9)))
	assert.Equal(t, counted, v.Node(key(1, 1)).Tail.Usage)
	assert.Equal(t, aggregate, v.Node(key(1, 2)).Tail.Usage, "2 is the root now")
}

func TestTheSameSpanIDInTwoTracesIsTwoSpans(t *testing.T) {
	v := view(span(1, 0), span(2, 1))
	apply(v, 2, span(2, 1))
	assert.Equal(t, 4, v.Len(), "three spans, and a placeholder in the second trace")
	assert.NotNil(t, v.Node(key(1, 1)).Record)
	assert.Nil(t, v.Node(key(2, 1)).Record)
}

func TestAChainOfAHundredThousandSpansFoldsInAnyOrder(t *testing.T) {
	const n = 100_000
	leafUses := func(records []*tracestore.Record) []*tracestore.Record {
		for _, r := range records {
			if r.Facts.Usage = nil; r.ID == spanID(n) {
				uses(1, 1)(r)
			}
		}
		return records
	}
	for name, s := range map[string]shape{"root first": deep, "leaf first": backwards(deep), "any": shuffled(deep)} {
		t.Run(name, func(t *testing.T) {
			v := fold(leafUses(s(n)))
			assert.Equal(t, n, v.Len())
			assert.EqualValues(t, 1, v.Overview().InputTokens)
			assert.Equal(t, tracestore.StatusCompleted, v.Overview().Status)
		})
	}
	t.Run("closed to a ring", func(t *testing.T) {
		records := deep(n)
		records[0] = span(1, n)
		v := fold(records)
		assert.Equal(t, n, v.Len())
		assert.Equal(t, 1, order(v)[0], "cut at its first span")
	})
}

// permute calls use with every order of at most five records.
func permute(records []*tracestore.Record, use func([]*tracestore.Record)) {
	var rec func(at int)
	list := slices.Clone(records)
	rec = func(at int) {
		if at == len(list) {
			use(list)
			return
		}
		for i := at; i < len(list); i++ {
			list[at], list[i] = list[i], list[at]
			rec(at + 1)
			list[at], list[i] = list[i], list[at]
		}
	}
	rec(0)
}
