package canvasserverextension

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func quickLists(c *Config) { c.ListInterval = 10 * time.Millisecond }

func (c *talker) watch(id, filter string) said {
	c.t.Helper()
	c.say(`{"type":"subscribe","id":"` + id + `","executions":` + filter + `}`)
	c.heard(typeSubscribed, id)
	return c.heard(typeExecutions, id)
}

func rowIDs(rows []wireRow) (ids []string) {
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

func hasRow(id string) func(said) bool {
	return func(m said) bool { return slices.Contains(rowIDs(m.Executions), id) }
}

func TestTheLiveListShowsWhatIsThereThenWhatChanges(t *testing.T) {
	w := newWorld(t, setup{config: quickLists})
	w.run("run-1", 1, 1)
	c := w.talk()
	c.say(`{"type":"subscribe","id":"l","executions":{}}`)
	assert.Equal(t, modeSnapshot, c.heard(typeSubscribed, "l").Mode)
	c.until(hasRow("run-1"))
	assert.Equal(t, int64(1), w.counted("subscriptions", "kind", kindList))

	w.run("run-2", 2, 1)
	c.until(hasRow("run-2"))
	c.say(`{"type":"unsubscribe","id":"l"}`)
	w.eventually(func() bool { return w.counted("subscriptions", "kind", kindList) == 0 })
}

func TestTheLiveListOfAWorkflowAndAStatus(t *testing.T) {
	w := newWorld(t, setup{config: quickLists})
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", workflow: "wf-1", open: true})
	w.add(made{trace: 2, id: 1, name: "workflow.execution", execution: "run-2", workflow: "wf-2", open: true})
	c := w.talk()
	c.say(`{"type":"subscribe","id":"l","executions":{"workflow_id":"wf-1","status":"running"}}`)
	m := c.until(hasRow("run-1"))
	assert.Equal(t, []string{"run-1"}, rowIDs(m.Executions))
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1", workflow: "wf-1", count: 1})
	m = c.until(func(m said) bool { return len(m.Removed) > 0 })
	assert.Equal(t, []string{"run-1"}, m.Removed, "it does not run any more")
}

func TestTheLiveListOfAModelAndAText(t *testing.T) {
	w := newWorld(t, setup{config: quickLists})
	w.run("run-1", 1, 0)
	c := w.talk()
	assert.Empty(t, c.watch("l", `{"model":"gpt-x","q":"RUN"}`).Executions)
	w.add(made{trace: 2, id: 2, parent: 1, name: "chat", model: "gpt-x", execution: "other"})
	w.add(made{trace: 1, id: 2, parent: 1, name: "chat", model: "gpt-x"})
	m := c.until(hasRow("run-1"))
	assert.Equal(t, []string{"run-1"}, rowIDs(m.Executions), "it came to fit")
}

func TestTheLiveListSaysWhereItGoesOn(t *testing.T) {
	w := newWorld(t, setup{config: quickLists})
	for i := range 3 {
		w.run(fmt.Sprintf("run-%d", i), uint64(i)+1, 0)
	}
	c := w.talk()
	c.say(`{"type":"subscribe","id":"l","executions":{"limit":2}}`)
	m := c.until(func(m said) bool { return m.PageInfo != nil && m.PageInfo.HasNextPage })
	rest := w.get("/api/executions?cursor=" + *m.PageInfo.Cursor)
	assert.Contains(t, rest.body, `"id":"run-0"`)
	assert.NotContains(t, rest.body, `"id":"run-1"`)

	m = w.talk().watch("l", `{"limit":3}`)
	assert.Equal(t, &wirePageInfo{AtEnd: true}, m.PageInfo)
}

func TestAMalformedFilterOfTheLiveListIsRefused(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.talk()
	for filter, want := range map[string]string{
		`{"status":"done"}`: "separated by commas", `{"started_within":"soon"}`: "started_within", `{"limit":201}`: "from 1 to 200",
	} {
		c.say(`{"type":"subscribe","id":"l","executions":` + filter + `}`)
		m := c.heard(typeError, "l")
		assert.Equal(t, closeBadRequest, m.Code)
		assert.Contains(t, m.Message, want)
	}
}

func TestAnEvictedExecutionLeavesTheLiveList(t *testing.T) {
	w := newWorld(t, setup{config: quickLists})
	w.run("run-1", 1, 1)
	c := w.talk()
	c.say(`{"type":"subscribe","id":"l","executions":{}}`)
	c.until(hasRow("run-1"))
	assert.NoError(t, w.store.Evict(t.Context(), "run-1", tracestore.EvictRequest))
	c.until(func(m said) bool { return slices.Contains(m.Removed, "run-1") })
}

func TestALongLiveListIsSplit(t *testing.T) {
	w := newWorld(t, setup{config: func(c *Config) { quickLists(c); c.MaxFrameBytes = minFrameBytes }})
	const runs = 40
	for i := range runs {
		w.run(fmt.Sprintf("run-%d", i), uint64(i)+1, 0)
	}
	c := w.talk()
	c.say(`{"type":"subscribe","id":"l","executions":{"limit":200}}`)
	have := map[string]bool{}
	c.until(func(m said) bool {
		assert.LessOrEqual(t, m.size, minFrameBytes+1024)
		for _, r := range m.Executions {
			have[r.ID] = true
		}
		return len(have) == runs
	})
}

func TestAnEmptyLiveListSaysSo(t *testing.T) {
	w := newWorld(t, setup{config: quickLists})
	m := w.talk().watch("l", `{"workflow_id":"none"}`)
	assert.Equal(t, []any{}, m.Raw["executions"])
	assert.Equal(t, []any{}, m.Raw["removed"])
}

func TestManyWhoWatchAListReadItOnce(t *testing.T) {
	w := newWorld(t, setup{})
	l := newLists(&w.server.registry, time.Hour)
	q := tracestore.Query{Limit: 10}
	first, err := l.first(q)
	assert.NoError(t, err)
	w.run("run-1", 1, 1)
	again, err := l.first(q)
	assert.NoError(t, err)
	assert.Equal(t, first, again)
	for i := range 2 * maxListings {
		_, err = l.first(tracestore.Query{WorkflowID: fmt.Sprint(i)})
		assert.NoError(t, err)
	}
	assert.LessOrEqual(t, len(l.read), maxListings)
}

// TestAWatchedListEndsEqualToTheList: whatever rows come, change and go.
func TestAWatchedListEndsEqualToTheList(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var w watchedList
		client := map[string]uint64{}
		for i, rows := range rapid.SliceOfN(rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), rapid.Uint64Range(1, 3), 0, 4), 1, 10).Draw(rt, "lists") {
			var list []listRow
			for id, sum := range rows {
				list = append(list, listRow{id: id, sum: sum})
			}
			before := maps.Clone(client)
			change, told := w.update(list)
			for _, r := range change.rows {
				if client[r.id] == r.sum {
					rt.Fatalf("%s was sent again though nothing changed", r.id)
				}
				client[r.id] = r.sum
			}
			for _, id := range change.removed {
				delete(client, id)
			}
			if !maps.Equal(client, rows) {
				rt.Fatalf("the client has %v, the list %v", client, rows)
			}
			if told != (i == 0 || !maps.Equal(before, client)) {
				rt.Fatalf("told: %v, from %v to %v", told, before, client)
			}
		}
	})
}
