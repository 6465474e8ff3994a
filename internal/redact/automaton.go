package redact

// automaton finds every occurrence of a set of literals in one pass over a text, whatever the case of its ASCII letters
// (Aho and Corasick, 1975). All transitions are worked out when it is built, and case is folded by the classes of bytes,
// so that a step is two loads and the text is neither copied nor looked at twice.
type automaton struct {
	classes [256]uint16 // the column of a byte in next, and digitBit; column 0 is of the bytes that no literal has
	next    []uint32    // rows of width columns; a state is the place where its row begins
	width   uint32      // a power of two
	ends    uint32      // the states from here on are those in which literals end
	found   [][]ending  // by state, from ends on: the literals that end there, the longest first
}

// digitBit marks the classes of digits, which are counted on the way: numbers are looked for only where there are some.
const digitBit = 1 << 8

// ending is one literal that ends in a state.
type ending struct {
	literal int // its index among those that the automaton was built of
	length  int
}

// trieNode is a state while an automaton is being built.
type trieNode struct {
	next  map[uint16]int // by class
	fail  int            // the state of the longest proper suffix
	found []ending
}

// newAutomaton builds the automaton of literals in lower case, none of them empty.
func newAutomaton(literals []string) *automaton {
	a := &automaton{width: 1}
	columns := a.classify(literals)
	for int(a.width) < columns {
		a.width *= 2
	}
	nodes := a.trie(literals)
	a.fill(nodes, link(nodes))
	return a
}

// classify gives every byte that stands in a literal a column of its own, and returns how many columns there are.
func (a *automaton) classify(literals []string) int {
	columns := 1
	for _, literal := range literals {
		for _, c := range []byte(literal) {
			if a.classes[c] == 0 {
				a.classes[c] = uint16(columns)
				columns++
			}
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		a.classes[c-'a'+'A'] = a.classes[c]
	}
	for c := byte('0'); c <= '9'; c++ {
		a.classes[c] |= digitBit
	}
	return columns
}

func (a *automaton) trie(literals []string) []trieNode {
	nodes := []trieNode{{next: map[uint16]int{}}}
	for i, literal := range literals {
		at := 0
		for _, c := range []byte(literal) {
			class := a.classes[c] &^ digitBit
			to, ok := nodes[at].next[class]
			if !ok {
				to = len(nodes)
				nodes = append(nodes, trieNode{next: map[uint16]int{}})
				nodes[at].next[class] = to
			}
			at = to
		}
		nodes[at].found = append(nodes[at].found, ending{i, len(literal)})
	}
	return nodes
}

// link works out where each state goes on when its own literal does not, and returns the states by their depth.
func link(nodes []trieNode) []int {
	order := []int{0}
	for i := 0; i < len(order); i++ {
		at := order[i]
		for class, to := range nodes[at].next {
			order = append(order, to)
			if at == 0 {
				continue
			}
			fail := nodes[at].fail
			for fail != 0 && !has(nodes[fail].next, class) {
				fail = nodes[fail].fail
			}
			nodes[to].fail = nodes[fail].next[class]
			nodes[to].found = append(nodes[to].found, nodes[nodes[to].fail].found...)
		}
	}
	return order
}

func has(next map[uint16]int, class uint16) bool {
	_, ok := next[class]
	return ok
}

// fill writes the table. The states in which literals end come last, which makes telling them one comparison.
func (a *automaton) fill(nodes []trieNode, order []int) {
	rows := make([]uint32, len(nodes))
	row := uint32(0)
	for _, ending := range []bool{false, true} {
		if ending {
			a.ends = row
		}
		for _, n := range order {
			if len(nodes[n].found) > 0 == ending {
				rows[n] = row
				row += a.width
				if ending {
					a.found = append(a.found, nodes[n].found)
				}
			}
		}
	}
	a.next = make([]uint32, row)
	for _, n := range order { // a state's fail comes before it
		to, from := a.next[rows[n]:rows[n]+a.width], rows[nodes[n].fail]
		if n != 0 {
			copy(to, a.next[from:from+a.width])
		}
		for class, child := range nodes[n].next {
			to[class] = rows[child]
		}
	}
}

// walk is how far an automaton has come in a text.
type walk struct {
	at     int // behind the byte that was looked at last
	state  uint32
	digits int // how many of the bytes before at are digits
}

// advance goes on to behind the next byte that ends a literal. It reports false at the end of the text.
func (a *automaton) advance(w *walk, text string) bool {
	next, state, ends, digits := a.next, w.state, a.ends, uint(0)
	for i := w.at; i < len(text); i++ {
		class := a.classes[text[i]]
		digits += uint(class) / digitBit
		state = next[state+uint32(class%digitBit)]
		if state >= ends {
			w.at, w.state, w.digits = i+1, state, w.digits+int(digits)
			return true
		}
	}
	w.at, w.digits = len(text), w.digits+int(digits)
	return false
}

// endings lists the literals that end where w is.
func (a *automaton) endings(w *walk) []ending { return a.found[(w.state-a.ends)/a.width] }
