package memorystore

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestChangesGiveWhatChangedInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var c changes[int]
		at := map[int]uint64{} // by item
		items := make([]int, 40)
		for i := range items {
			items[i] = i
		}
		for seq := uint64(1); seq <= uint64(rapid.IntRange(1, 300).Draw(rt, "changes")); seq++ {
			item := rapid.IntRange(0, len(items)-1).Draw(rt, "item")
			if old, ok := at[item]; ok {
				c.remove(old)
				c.remove(old) // twice is harmless
				delete(at, item)
			}
			if rapid.IntRange(0, 2).Draw(rt, "keep") > 0 {
				c.push(seq, &items[item])
				at[item] = seq
			}
			require.Equal(rt, len(at), c.live)
			require.LessOrEqual(rt, len(c.slots), max(2*len(at)+2, fewSlots), "holes are squeezed out")
		}
		from := rapid.Uint64Range(0, 300).Draw(rt, "from")
		got := map[int]uint64{}
		last := from
		for _, s := range c.after(from) {
			if s.item == nil {
				continue
			}
			require.Greater(rt, s.seq, last, "in order")
			last = s.seq
			got[*s.item] = s.seq
		}
		maps.DeleteFunc(at, func(_ int, seq uint64) bool { return seq <= from })
		require.Equal(rt, at, got)
	})
}

func TestChangesGiveMemoryBack(t *testing.T) {
	var c changes[int]
	item := 1
	for seq := uint64(1); seq <= 10_000; seq++ {
		c.push(seq, &item)
	}
	full := c.bytes()
	for seq := uint64(1); seq <= 10_000; seq++ {
		c.remove(seq)
	}
	require.Less(t, c.bytes(), full/100)
}

func TestATableGivesMemoryBack(t *testing.T) {
	tab := newTable[int, *int]()
	for n := range 10_000 {
		tab.put(n, new(int))
	}
	full := tab.bytes()
	for n := range 9_900 {
		tab.delete(n)
	}
	require.Less(t, tab.bytes(), full/20)
	require.Equal(t, 100, tab.count)
	for n := 9_900; n < 10_000; n++ {
		require.NotNil(t, tab.get(n))
		tab.delete(n)
	}
	require.Zero(t, tab.bytes())
}
