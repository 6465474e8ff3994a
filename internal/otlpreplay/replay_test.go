package otlpreplay

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"
)

var now = time.Date(2030, 1, 2, 3, 4, 5, 678_901_234, time.UTC)

func load(t require.TestingT, name string) *Case {
	c, err := Load(name)
	require.NoError(t, err)
	return c
}

func all(requests []ptrace.Traces) []ptrace.Span {
	var found []ptrace.Span
	for _, request := range requests {
		spans(request, func(_ ptrace.ResourceSpans, _ ptrace.ScopeSpans, s ptrace.Span) { found = append(found, s) })
	}
	return found
}

func TestTheRecordingsAreWhatTheirMetaSays(t *testing.T) {
	require.Equal(t, []string{"builtin", "child-ids", "error", "rich"}, Cases())
	for _, name := range Cases() {
		t.Run(name, func(t *testing.T) {
			c := load(t, name)
			assert.Len(t, c.Requests, c.Meta.Requests)
			assert.Len(t, all(c.Requests), c.Meta.Spans)
			e := expect(c.Requests)
			assert.Equal(t, c.Meta.ExecutionID, e.ExecutionID)
			assert.Equal(t, c.Meta.WorkflowID, e.WorkflowID)
			assert.Equal(t, c.Meta.TraceID, e.TraceID)
			for _, i := range c.Meta.RootInRequest {
				assert.Contains(t, expect(c.Requests[i:i+1]).Spans, e.RootID)
			}
		})
	}
}

func TestExpectations(t *testing.T) {
	for name, want := range map[string]struct {
		status        string
		input, output int64
		named         bool
		golden        bool
	}{
		"rich":      {"completed", 1240, 900, false, true},
		"builtin":   {"completed", 0, 0, false, true},
		"error":     {"error", 0, 0, false, true},
		"child-ids": {"completed", 420, 80, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := load(t, name)
			e := c.Fresh(1, now).Expect
			assert.Equal(t, want.status, e.Status)
			assert.Equal(t, want.input, e.InputTokens)
			assert.Equal(t, want.output, e.OutputTokens)
			assert.Equal(t, want.named, e.ChildrenNamed)
			assert.Equal(t, want.golden, c.GoldenREST != nil)
			for id, s := range e.Spans {
				if id != e.RootID {
					assert.Equal(t, e.RootID, s.Parent, s.Name)
				}
			}
		})
	}
}

func TestAnUnknownRecordingNamesTheOnesThereAre(t *testing.T) {
	_, err := Load("poor")
	require.ErrorContains(t, err, `no recording "poor"; there are: builtin, child-ids, error, rich`)
}

func TestFreshIdsAreNewAndTheShapeStays(t *testing.T) {
	for _, name := range Cases() {
		t.Run(name, func(t *testing.T) {
			c := load(t, name)
			recorded, run := all(c.Requests), c.Fresh(7, now)
			fresh := all(run.Requests)
			require.Len(t, fresh, len(recorded))
			ids := map[pcommon.SpanID]pcommon.SpanID{{}: {}}
			for i := range recorded {
				assert.NotEqual(t, recorded[i].TraceID(), fresh[i].TraceID())
				assert.NotEqual(t, recorded[i].SpanID(), fresh[i].SpanID())
				ids[recorded[i].SpanID()] = fresh[i].SpanID()
			}
			for i := range recorded {
				assert.Equal(t, ids[recorded[i].ParentSpanID()], fresh[i].ParentSpanID(), "the parent is mapped like the span")
			}
			for _, s := range fresh {
				for _, v := range s.Attributes().All() {
					assert.NotEqual(t, c.Meta.ExecutionID, v.AsString(), "no recorded execution id is left")
				}
			}
			assert.Regexp(t, `^run-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, run.Expect.ExecutionID)
			assert.NotEqual(t, c.Meta.ExecutionID, run.Expect.ExecutionID)
		})
	}
}

func TestTheRecordingItselfStaysAsItIs(t *testing.T) {
	c := load(t, "rich")
	c.Fresh(1, now)
	assert.Equal(t, load(t, "rich").Requests, c.Requests)
}

func TestTimesEndNowAndKeepTheirIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := load(t, rapid.SampledFrom(Cases()).Draw(t, "case"))
		at := time.Unix(0, rapid.Int64Range(0, 4e18).Draw(t, "now")).UTC()
		run := c.Fresh(1, at)
		recorded, fresh := all(c.Requests), all(run.Requests)
		shift := fresh[0].StartTimestamp().AsTime().Sub(recorded[0].StartTimestamp().AsTime())
		if shift%time.Second != 0 {
			t.Fatalf("the shift %s is not a whole number of seconds", shift)
		}
		var last time.Time
		for i := range fresh {
			for j, event := range fresh[i].Events().All() {
				if event.Timestamp().AsTime().Sub(recorded[i].Events().At(j).Timestamp().AsTime()) != shift {
					t.Fatalf("event %s moved otherwise", event.Name())
				}
			}
			if fresh[i].EndTimestamp().AsTime().Sub(recorded[i].EndTimestamp().AsTime()) != shift {
				t.Fatalf("the end of %s moved otherwise", fresh[i].Name())
			}
			if end := fresh[i].EndTimestamp().AsTime(); end.After(last) {
				last = end
			}
		}
		if age := at.Sub(last); age < 0 || age >= time.Second {
			t.Fatalf("the last span ends %s before now", age)
		}
	})
}

func TestTheSeedDecidesEverything(t *testing.T) {
	c := load(t, "rich")
	for _, order := range Orders() {
		first, again := c.Fresh(3, now), c.Fresh(3, now)
		assert.Equal(t, first.Arrange(order), again.Arrange(order), order)
	}
	assert.NotEqual(t, c.Fresh(3, now).Expect.TraceID, c.Fresh(4, now).Expect.TraceID)
}

func TestEveryOrderHoldsTheSameSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := load(t, rapid.SampledFrom(Cases()).Draw(t, "case"))
		order := rapid.SampledFrom(Orders()).Draw(t, "order")
		run := c.Fresh(rapid.Uint64().Draw(t, "seed"), now)
		arranged := run.Arrange(order)
		if got := expect(arranged); !maps.EqualFunc(got.Spans, run.Expect.Spans, func(a, b Span) bool { return slices.Equal(a.Events, b.Events) && a.ID == b.ID && a.Parent == b.Parent }) {
			t.Fatalf("%s: spans differ: %v, want %v", order, got.Spans, run.Expect.Spans)
		}
		for _, request := range arranged {
			for _, resource := range request.ResourceSpans().All() {
				if name, _ := resource.Resource().Attributes().Get("service.name"); name.AsString() != "orcheo-backend" {
					t.Fatalf("%s: a span lost its resource", order)
				}
			}
		}
	})
}

func TestOrders(t *testing.T) {
	run := load(t, "rich").Fresh(1, now)

	first := run.Arrange(RootFirst)[0]
	require.Equal(t, 1, first.SpanCount(), "the root travels alone")
	assert.Equal(t, run.Expect.RootID, all([]ptrace.Traces{first})[0].SpanID().String())

	assert.Len(t, run.Arrange(Shuffled), len(run.Expect.Spans), "one request per span")
	assert.NotEqual(t, load(t, "rich").Fresh(2, now).shuffledNames(), run.shuffledNames(), "another seed, another order")

	twice := run.Arrange(Twice)
	require.Len(t, twice, 2*len(run.Requests))
	for i := 0; i < len(twice); i += 2 {
		assert.Equal(t, twice[i], twice[i+1])
	}
}

func (r *Run) shuffledNames() []string {
	var names []string
	for _, s := range all(r.Arrange(Shuffled)) {
		names = append(names, s.Name())
	}
	return names
}

func TestASenderMayChangeWhatItWasGiven(t *testing.T) {
	run := load(t, "rich").Fresh(1, now)
	for _, order := range Orders() {
		for _, s := range all(run.Arrange(order)) {
			s.SetName("changed")
		}
		for _, s := range all(run.Requests) {
			assert.NotEqual(t, "changed", s.Name(), order)
		}
	}
}
