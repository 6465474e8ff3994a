package keymemo

// Seen remembers short texts of which one thing is known, as they are. It has a fixed number of places, and forgets a text for another that
// has the same one. It is for one goroutine at a time.
type Seen struct {
	places [1 << seenBits]seen
}

// seenBits tells how many places there are: for the words that come with every span, and small enough to stay at hand.
const seenBits = 8

// MaxSeen is how long a text may be that is remembered, in bytes.
const MaxSeen = outlined

type seen struct {
	outline outline
	size    int // one more than the text has bytes; 0: there is none
}

// Has reports whether a text is remembered.
func (s *Seen) Has(text string) bool {
	p := outlineOf(text)
	at := &s.places[p.place()%(1<<seenBits)]
	return at.outline.equal(p) && at.size == len(text)+1
}

// Add remembers a text of up to MaxSeen bytes.
func (s *Seen) Add(text string) {
	p := outlineOf(text)
	s.places[p.place()%(1<<seenBits)] = seen{p, len(text) + 1}
}
