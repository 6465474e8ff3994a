package genai

import (
	"cmp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxFlatMessages bounds the messages of one flattened list: an index is a number that anybody can write. The first and the
// last ones are kept.
const maxFlatMessages = 1024

// flatKey is one attribute of a flattened list: path is what follows the list's name, "0.message.role".
type flatKey struct {
	list  int // the flattened list that it belongs to
	path  string
	value pcommon.Value
}

// unflatten makes lists and objects of the keys of one flattened list.
func (t *tree) unflatten(keys []flatKey) value {
	slices.SortFunc(keys, func(a, b flatKey) int { return comparePaths(a.path, b.path) })
	parent := t.add(node{kind: typeList})
	if parent == 0 {
		return value{}
	}
	elements := children{tree: t, parent: parent}
	total := 0
	for range groups(keys, 0) {
		total++
	}
	n := 0
	for _, group := range groups(keys, 0) {
		if n++; n == 1 || n > total-maxFlatMessages+1 {
			elements.add(t.nested(group.keys, group.rest, 1))
		}
	}
	return value{t, parent}
}

// group are keys that share a segment of their paths; rest is where the next segment begins.
type group struct {
	keys []flatKey
	rest int
}

// groups yields the segments that follow at, and the keys below each. A key that ends with the segment comes first.
func groups(keys []flatKey, at int) func(yield func(string, group) bool) {
	return func(yield func(string, group) bool) {
		for len(keys) > 0 {
			segment := segmentAt(keys[0].path, at)
			n := 1
			for n < len(keys) && segmentAt(keys[n].path, at) == segment {
				n++
			}
			if !yield(segment, group{keys: keys[:n], rest: at + len(segment) + 1}) {
				return
			}
			keys = keys[n:]
		}
	}
}

// nested makes the value of keys whose paths go on at.
func (t *tree) nested(keys []flatKey, at, depth int) int32 {
	if depth > maxNesting || at > len(keys[len(keys)-1].path) { // the end of the longest path
		return t.from(keys[len(keys)-1].value, depth)
	}
	for at > len(keys[0].path) { // a text and something below it
		keys = keys[1:]
	}
	kind := typeObject
	if isIndex(segmentAt(keys[0].path, at)) {
		kind = typeList
	}
	parent := t.add(node{kind: kind})
	if parent == 0 {
		return 0
	}
	members := children{tree: t, parent: parent}
	for name, group := range groups(keys, at) {
		i := t.nested(group.keys, group.rest, depth+1)
		if i != 0 && kind == typeObject {
			t.nodes[i].key = name
		}
		members.add(i)
	}
	return parent
}

// segmentAt is the segment of path that begins at, "" behind its end.
func segmentAt(path string, at int) string {
	if at >= len(path) {
		return ""
	}
	segment, _, _ := strings.Cut(path[at:], ".")
	return segment
}

// comparePaths orders paths by their segments, indices by their numbers.
func comparePaths(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if x == y {
			continue
		}
		switch i, j := isIndex(x), isIndex(y); {
		case i != j:
			return map[bool]int{true: -1, false: 1}[i]
		case i && j:
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if c := cmp.Compare(len(x), len(y)); c != 0 {
				return c
			}
		}
		return cmp.Compare(x, y)
	}
	return cmp.Compare(len(a), len(b))
}

func isIndex(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
