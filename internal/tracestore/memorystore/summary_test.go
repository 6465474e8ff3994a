package memorystore

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestWhatIsReadOfASummaryIsWhatWasPut(t *testing.T) {
	var filled tracestore.Summary
	seen := 1
	setAll(reflect.ValueOf(&filled).Elem(), &seen)
	for name, s := range map[string]tracestore.Summary{
		"every field is set":        filled,
		"no field is set":           {},
		"lists are there and empty": {Tags: []string{}, Models: []string{}},
		"numbers are large":         {Started: -1, Spans: 1 << 40, InputTokens: -7, Revision: 1<<64 - 1, CostUSD: -0.5},
	} {
		t.Run(name, func(t *testing.T) {
			s.Execution = "run-1"
			require.Equal(t, s, stored(appendSummary(nil, &s)).summary("run-1"))
			again := filled
			again.Execution, again.Tags, again.Models = "run-1", []string{"another", "one", "more"}, []string{"another"}
			stored(appendSummary(nil, &s)).read(&again)
			require.ElementsMatch(t, s.Tags, again.Tags, "nothing is left of what stood there before")
			require.ElementsMatch(t, s.Models, again.Models)
			again.Tags, again.Models = s.Tags, s.Models
			require.Equal(t, s, again)
		})
	}
}

func TestASummaryIsKeptWithinBounds(t *testing.T) {
	long := strings.Repeat("ä", maxSummaryText)
	many := make([]string, 2*maxSummaryList)
	for i := range many {
		many[i] = long
	}
	kept := stored(appendSummary(nil, &tracestore.Summary{RunName: long, Tags: many, Models: many})).summary("run-1")
	require.Len(t, kept.RunName, maxSummaryText)
	require.Len(t, kept.Tags, maxSummaryList)
	require.Len(t, kept.Models, maxSummaryList)
	require.Len(t, kept.Tags[maxSummaryList-1], maxSummaryText)
}
