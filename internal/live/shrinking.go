package live

import "maps"

// peaks is how large the maps of Views have been, as far as shrink has seen.
type peaks struct{ entries, byTrace, unknown int }

// shrinkMaps gives memory back that a flood left behind: a Go map never gets smaller. Views.mu is held.
func (v *Views) shrinkMaps() {
	v.entries = shrunk(v.entries, &v.peaks.entries)
	v.byTrace = shrunk(v.byTrace, &v.peaks.byTrace)
	v.unknown = shrunk(v.unknown, &v.peaks.unknown)
}

// worthIt is how large a map or a list must have been for building it anew to be worth it.
const worthIt = 1 << 10

// shrunk is the map, or a small copy of it when little is left of what it held.
func shrunk[K comparable, V any](m map[K]V, peak *int) map[K]V {
	*peak = max(*peak, len(m))
	if *peak < worthIt || len(m) > *peak/4 {
		return m
	}
	left := make(map[K]V, len(m))
	maps.Copy(left, m)
	*peak = len(left)
	return left
}

// trimmed is the list, or a small copy of it when it takes little of its memory.
func trimmed[S ~[]E, E any](list S) S {
	if cap(list) < worthIt || len(list) > cap(list)/4 {
		return list
	}
	return append(make(S, 0, 2*len(list)), list...)
}
