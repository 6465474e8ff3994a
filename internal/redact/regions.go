package redact

// region is a piece of a text.
type region struct{ from, to int }

// regions are the pieces of a text in which numbers may be, from its begin to its end. There is a bounded number of them: what comes
// after becomes a part of the last one.
type regions struct {
	list [8]region
	n    int
}

// regionGap is how much text between two regions is rather looked at than left out.
const regionGap = 16

// add adds a region that begins behind the begin of the last one.
func (r *regions) add(from, to int) {
	if r.n > 0 {
		if last := &r.list[r.n-1]; from <= last.to+regionGap || r.n == len(r.list) {
			last.to = max(last.to, to)
			return
		}
	}
	r.list[r.n] = region{from, to}
	r.n++
}

// widened makes a region of pairs one that holds every number with such a pair whole, and before which no number can go on: nothing that
// may divide the groups of a number stands there.
func widened(text string, r region) region {
	const before = len("2001") // of an address of version 6, whose pair is the colon's
	for r.from = max(0, r.from-before); r.from > 0 && inNumber(text[r.from-1]); r.from-- {
	}
	for r.to = min(len(text), r.to+1); r.to < len(text) && inNumber(text[r.to]); r.to++ {
	}
	return r
}

func inNumber(c byte) bool { return isDigit(c) || isSeparator[c] }
