package execution_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALaterViewCountsOnWhereAnEarlierOneEnded(t *testing.T) {
	v := view(span(2, 1), span(3, 1))
	apply(v, 1, span(2, 1, seq(9)))
	ended := v.Numbering()

	later := view(span(2, 1, seq(9)), span(3, 1), span(4, 3, seq(10)))
	require.True(t, later.Renumber(ended))
	assert.Equal(t, []int{4}, changes(later, ended.Rev), "who has followed the earlier view lacks what is new, and nothing else")
	assert.Equal(t, changes(v, 0), changes(later, 0)[:len(changes(v, 0))], "what is as it was keeps its place")
	assert.Greater(t, later.Rev(), ended.Rev)
	apply(later, 1, span(3, 1, seq(11)))
	assert.Equal(t, []int{4, 3}, changes(later, ended.Rev))
}

func TestWhatLooksOtherwiseThanItDidIsAChange(t *testing.T) {
	v := view(span(2, 1), span(3, 1, started))
	ended := v.Numbering()
	later := view(span(2, 1), span(3, 1, seq(7)), span(1, 0, seq(8)))
	require.True(t, later.Renumber(ended))
	assert.ElementsMatch(t, []int{3, 1}, changes(later, ended.Rev), "a span that ended, and one that was a placeholder")
	assert.Equal(t, v.Node(key(1, 3)).CreatedRev, later.Node(key(1, 3)).CreatedRev)
}

func TestAViewThatLacksWhatAnEarlierOneShowedDoesNotCountOn(t *testing.T) {
	ended := view(span(1, 0), span(2, 1)).Numbering()
	later := view(span(1, 0))
	rev := later.Rev()
	require.False(t, later.Renumber(ended))
	assert.Equal(t, rev, later.Rev())
}
