package redact

// pairAt is the pair that begins at, the last byte of text with a zero.
func pairAt(text string, at int) uint16 {
	if at+1 < len(text) {
		return pairOf(text[at], text[at+1])
	}
	return uint16(text[at])
}

// glance returns what the pairs of a text say, all together. It may look at a pair twice, and at one of two zeros that is not there.
func (l *literals) glance(text string) (found uint8) {
	last := len(text) - 1
	if last < 8 {
		return l.few(text)
	}
	for i := 0; i+8 < last; i += 8 {
		found |= l.eight(text, i)
	}
	return found | l.eight(text, last-8) | l.pairs[text[last]]
}

// few is glance for up to eight bytes.
func (l *literals) few(text string) uint8 {
	var x uint64
	if n := len(text); n >= 4 {
		x = uint64(half(text)) | uint64(half(text[n-4:]))<<(8*(n-4)&63)
	} else {
		for i := range n {
			x |= uint64(text[i]) << (8 * i)
		}
	}
	return l.pairs[uint16(x)] | l.pairs[uint16(x>>8)] | l.pairs[uint16(x>>16)] | l.pairs[uint16(x>>24)] |
		l.pairs[uint16(x>>32)] | l.pairs[uint16(x>>40)] | l.pairs[uint16(x>>48)] | l.pairs[uint16(x>>56)]
}

// half is the first four bytes of text, which has as many.
func half(text string) uint32 {
	_ = text[3]
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
}

// eight returns what the pairs say that begin at one of the eight bytes from at. There is a ninth.
func (l *literals) eight(text string, at int) uint8 {
	s := text[at : at+9]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return l.pairs[uint16(x)] | l.pairs[uint16(x>>8)] | l.pairs[uint16(x>>16)] | l.pairs[uint16(x>>24)] |
		l.pairs[uint16(x>>32)] | l.pairs[uint16(x>>40)] | l.pairs[uint16(x>>48)] | l.pairs[uint16(s[7])|uint16(s[8])<<8]
}

// occurrence is a literal in a text.
type occurrence struct{ end, length, number int }

// walk is how far a search for literals has come in a text. The zero walk is at its begin.
type walk struct {
	at      int     // the pairs before it were looked at
	numbers regions // where pairs are that numbers have
}

// waiting are occurrences that were found and not yet asked for, by their end, the longest of the same end first. The caller of next
// keeps them, so that they need no memory of their own.
type waiting []occurrence

// roomToWait is room for as many as seldom wait at once.
type roomToWait [8]occurrence

// next finds the next place in which literals end and returns how many do there: the first of those that wait. 0 is the end of the text.
func (l *literals) next(w *walk, text string, all waiting) (int, waiting) {
	for len(all) == 0 || all[0].end > w.at && w.at < len(text) {
		if w.at >= len(text) {
			return 0, all
		}
		all = l.look(w, text, all)
	}
	n := 1
	for n < len(all) && all[n].end == all[0].end {
		n++
	}
	return n, all
}

// look goes on to behind the next eight bytes or fewer in which a pair may belong to a literal. Whatever it does not find ends behind them.
func (l *literals) look(w *walk, text string, all waiting) waiting {
	i := w.at
	for ; i+8 < len(text); i += 8 {
		found := l.eight(text, i)
		if found&numberPair != 0 {
			w.numbers.add(i, i+8)
		}
		if found&bucketMask != 0 {
			break
		}
	}
	w.at = min(i+8, len(text))
	for ; i < w.at; i++ {
		pair := l.pairs[pairAt(text, i)]
		if pair&numberPair != 0 {
			w.numbers.add(i, i+1)
		}
		for n := range l.buckets[pair&bucketMask] {
			one := &l.buckets[pair&bucketMask][n]
			if end, ok := one.at(text, i); ok {
				all = all.with(occurrence{end, len(one.text), one.number})
			}
		}
	}
	return all
}

// with puts an occurrence in its place.
func (all waiting) with(o occurrence) waiting {
	all = append(all, o)
	for i := len(all) - 1; i > 0; i-- {
		before := all[i-1]
		if before.end < o.end || before.end == o.end && before.length >= o.length {
			break
		}
		all[i-1], all[i] = o, before
	}
	return all
}

// at reports whether the literal stands in text with its pair at i, and where it ends.
func (l *literal) at(text string, i int) (end int, ok bool) {
	from := i - l.pair
	end = from + len(l.text)
	return end, from >= 0 && end <= len(text) && equalLower(text[from:end], l.text)
}

// equalLower reports whether s is lower, which is in lower case and as long, but for the case of ASCII letters.
func equalLower(s, lower string) bool {
	for i := range len(lower) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
