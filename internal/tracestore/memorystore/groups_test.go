package memorystore

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestRegister has lists of groups do what lists of plain slices do, while groups come and go, and numbers with them.
func TestRegister(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var r register
		var lists [listKinds]groups
		var want [listKinds][]*group
		var all []*group
		for range rapid.IntRange(1, 400).Draw(rt, "operations") {
			of := listKind(rapid.IntRange(0, int(listKinds)-1).Draw(rt, "list"))
			if len(all) == 0 || rapid.IntRange(0, 3).Draw(rt, "new") == 0 {
				g := &group{}
				r.add(g)
				all = append(all, g)
			}
			g := rapid.SampledFrom(all).Draw(rt, "group")
			at := slices.Index(want[of], g)
			require.Equal(rt, at >= 0, r.has(of, g))
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0: // many go at once, so that the register is rebuilt
				for _, g := range all[min(len(all), 3):] {
					for of := range listKinds {
						if r.has(of, g) {
							r.remove(&lists[of], of, g)
							want[of] = slices.DeleteFunc(want[of], func(o *group) bool { return o == g })
						}
					}
					r.drop(g)
				}
				all = all[:min(len(all), 3)]
			case 1:
				if at >= 0 {
					r.remove(&lists[of], of, g)
					want[of] = slices.Delete(want[of], at, at+1)
				}
			case 2:
				if at >= 0 {
					r.renew(&lists[of], of, g)
					want[of] = append(slices.Delete(want[of], at, at+1), g)
				}
			default:
				for range 40 { // more than stay, in the end
					more := &group{}
					r.add(more)
					all = append(all, more)
					r.push(&lists[of], of, more)
					want[of] = append(want[of], more)
				}
			}
			for of := range lists {
				l := &lists[of]
				var got []*group
				for g := l.front; g != nil; g = r.after(listKind(of), g) {
					got = append(got, g)
				}
				require.True(rt, slices.Equal(want[of], got), "list %d", of)
				require.Equal(rt, len(got), l.count)
				require.True(rt, len(got) == 0 && l.back == nil || l.back == got[len(got)-1])
			}
			for _, g := range all {
				require.Same(rt, g, r.groups[g.number])
			}
			require.LessOrEqual(rt, len(r.groups), max(fewGroups, 4*len(all))+1, "room for those that are gone")
		}
	})
}
