package genai

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Bounds of what is read from one value. What exceeds them is shown as the text that it is, or left out.
const (
	maxUnpack  = 3     // how often JSON inside a JSON string is unpacked
	maxNesting = 32    // levels of lists and objects
	maxNodes   = 65536 // values in one tree
	// keptNodes is how large an arena is kept for the next span.
	keptNodes = 4096
)

// tree is an arena of values: what was decoded of a span's content. It is emptied, not freed, between spans, so that reading
// a span allocates nothing once the arena is warm.
type tree struct {
	nodes []node // the first is the absent value
}

type nodeType uint8

const (
	typeAbsent  nodeType = iota // null, or not there
	typeText                    // text
	typeEscaped                 // text that still holds the escapes it was written with
	typeLiteral                 // number or bool, as it was written
	typeBytes                   // bytes, of which only the size is kept
	typeList
	typeObject
)

type node struct {
	key         string // of a member of an object
	text        string // of a list or an object: what it was parsed from, "" if it was not
	first, next int32  // the first child, and the next one of the same parent; 0: none. Of bytes first is the size
	kind        nodeType
}

// value is one value in a tree.
type value struct {
	tree *tree
	at   int32
}

func (t *tree) reset() {
	if cap(t.nodes) > keptNodes || cap(t.nodes) == 0 {
		t.nodes = make([]node, 0, 64)
	}
	clear(t.nodes)
	t.nodes = append(t.nodes[:0], node{})
}

// add appends a node and returns its place; 0 if the tree is full.
func (t *tree) add(n node) int32 {
	if len(t.nodes) >= maxNodes {
		return 0
	}
	t.nodes = append(t.nodes, n)
	return int32(len(t.nodes) - 1)
}

func (t *tree) text(s string) value { return value{t, t.add(node{kind: typeText, text: s})} }

func (t *tree) at(i int32) value { return value{t, i} }

// children appends children to a list or an object.
type children struct {
	tree         *tree
	parent, last int32
}

func (c *children) add(i int32) {
	switch {
	case i == 0:
		return
	case c.last == 0:
		c.tree.nodes[c.parent].first = i
	default:
		c.tree.nodes[c.last].next = i
	}
	c.last = i
}

// from copies a structured value into the tree. What is nested too deeply or exceeds the tree is left out.
func (t *tree) from(v pcommon.Value, depth int) int32 {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return t.add(node{kind: typeText, text: v.Str()})
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool:
		return t.add(node{kind: typeLiteral, text: v.AsString()})
	case pcommon.ValueTypeBytes:
		return t.add(node{kind: typeBytes, first: int32(min(v.Bytes().Len(), 1<<30))})
	case pcommon.ValueTypeMap:
		return t.container(typeObject, depth, func(c *children) {
			for key, member := range v.Map().All() {
				i := t.from(member, depth+1)
				if i != 0 {
					t.nodes[i].key = key
				}
				c.add(i)
			}
		})
	case pcommon.ValueTypeSlice:
		return t.container(typeList, depth, func(c *children) {
			for _, element := range v.Slice().All() {
				c.add(t.from(element, depth+1))
			}
		})
	}
	return t.add(node{})
}

func (t *tree) container(kind nodeType, depth int, fill func(*children)) int32 {
	if depth > maxNesting {
		return 0
	}
	parent := t.add(node{kind: kind})
	if parent != 0 {
		fill(&children{tree: t, parent: parent})
	}
	return parent
}

// decoded is what an attribute holds, with JSON in strings unpacked.
func (t *tree) decoded(v pcommon.Value) value { return t.at(t.from(v, 0)).unpacked() }

// unpacked decodes JSON that stands in a text, up to three times: instrumentations encode what is encoded already.
func (v value) unpacked() value {
	for range maxUnpack {
		if !v.isText() {
			return v
		}
		inner, ok := v.tree.parse(v.str())
		if !ok {
			return v
		}
		v = inner
	}
	return v
}

// absent is the node of a value that is nowhere.
var absent node

func (v value) node() *node {
	if v.tree == nil {
		return &absent
	}
	return &v.tree.nodes[v.at]
}

func (v value) kind() nodeType { return v.node().kind }
func (v value) isText() bool   { return v.kind() == typeText || v.kind() == typeEscaped }
func (v value) exists() bool   { return v.kind() != typeAbsent }

// str is the text, the number or the bool, "" for anything else.
func (v value) str() string {
	n := v.node()
	switch n.kind {
	case typeText, typeLiteral:
		return n.text
	case typeEscaped:
		return unescape(n.text)
	}
	return ""
}

// all yields the elements of a list or the members of an object.
func (v value) all(yield func(value) bool) {
	n := v.node()
	if n.kind != typeList && n.kind != typeObject {
		return
	}
	for i := n.first; i != 0; i = v.tree.nodes[i].next {
		if !yield(value{v.tree, i}) {
			return
		}
	}
}

// get is the first of the members with these names that is there and not null.
func (v value) get(names ...string) value {
	if v.kind() != typeObject {
		return value{}
	}
	nodes := v.tree.nodes
	for _, name := range names {
		for i := nodes[v.at].first; i != 0; i = nodes[i].next {
			if n := &nodes[i]; n.key == name && n.kind != typeAbsent {
				return value{v.tree, i}
			}
		}
	}
	return value{}
}

// path follows the members a.b.c, through JSON in texts.
func (v value) path(names string) value {
	for name, rest, more := strings.Cut(names, "."); ; name, rest, more = strings.Cut(rest, ".") {
		v = v.unpacked().get(name)
		if !more {
			return v
		}
	}
}

// isBlank tells what instrumentations write for nothing.
func (v value) isBlank() bool {
	switch n := v.node(); n.kind {
	case typeAbsent:
		return true
	case typeText, typeEscaped:
		return isBlank(n.text)
	case typeList, typeObject:
		return n.first == 0
	}
	return false
}

func isBlank(s string) bool {
	if s != "" && s[0] > ' ' && s[0] < utf8.RuneSelf { // no blanks before it
		switch s[0] { // with which the words below begin
		case '{', '[', '<', 'n', 'N', 'u':
		default:
			return false
		}
	}
	if len(s) > len("<not serializable>")+8 {
		return strings.TrimSpace(s) == ""
	}
	switch strings.TrimSpace(s) {
	case "", "{}", "[]", "null", "None", "undefined", "N/A", "<not specified>":
		return true
	}
	return false
}

// count reads a number of tokens.
func (v value) count() (int64, bool) {
	switch v.kind() {
	case typeText, typeEscaped, typeLiteral:
		return countOf(v.str())
	}
	return 0, false
}

// number reads a number of dollars or of anything that has fractions.
func (v value) number() (float64, bool) {
	switch v.kind() {
	case typeText, typeEscaped, typeLiteral:
		f, err := strconv.ParseFloat(strings.TrimSpace(v.str()), 64)
		return f, err == nil
	}
	return 0, false
}
