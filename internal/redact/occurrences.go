package redact

import "math/bits"

// pairAt is the pair that begins at, the last byte of text with a zero.
func pairAt(text string, at int) uint16 {
	if at+1 < len(text) {
		return pairOf(text[at], text[at+1])
	}
	return uint16(text[at])
}

// glance returns numberPair if text has such a pair, and bucketMask as soon as a literal stands in it.
func (l *literals) glance(text string) (found uint8) {
	last := len(text) - 1
	if last < 8 {
		return l.few(text)
	}
	for at := 0; ; at = min(at+8, last-8) { // the last eight may be looked at twice
		s := text[at : at+9]
		pairs := l.four(word(s)) | l.four(word(s[1:])>>24)<<32
		if buckets := pairs & eightBuckets; buckets != 0 && l.holdsAny(buckets, text, at) {
			return bucketMask
		}
		if pairs&eightNumbers != 0 {
			found = numberPair
		}
		if at == last-8 {
			break
		}
	}
	if end := l.pairs[text[last]]; end&bucketMask != 0 && l.holds(end, text, last) {
		return bucketMask
	}
	return found
}

// few is glance for up to eight bytes.
func (l *literals) few(text string) (found uint8) {
	var x uint64
	if n := len(text); n >= 4 {
		x = uint64(half(text)) | uint64(half(text[n-4:]))<<(8*(n-4)&63)
	} else {
		for i := range n {
			x |= uint64(text[i]) << (8 * i)
		}
	}
	pairs := l.four(x) | l.four(x>>32)<<32
	if buckets := pairs & eightBuckets; buckets != 0 && l.holdsAny(buckets, text, 0) {
		return bucketMask
	}
	if pairs&eightNumbers != 0 {
		found = numberPair
	}
	return found
}

// half is the first four bytes of text, which has as many.
func half(text string) uint32 {
	_ = text[3]
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
}

// word is the first eight bytes of text, which has as many.
func word(text string) uint64 {
	_ = text[7]
	return uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
		uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
}

// What the pairs of eight bytes say, a byte for each.
const (
	eightBuckets = bucketMask * 0x0101010101010101
	eightNumbers = numberPair * 0x0101010101010101
)

// four returns what the pairs say that begin at one of the first four bytes of x, a byte for each. The other pairs of a word are the first
// of the word that begins a byte behind it, less three bytes.
func (l *literals) four(x uint64) uint64 {
	return uint64(l.pairs[uint16(x)]) | uint64(l.pairs[uint16(x>>8)])<<8 | uint64(l.pairs[uint16(x>>16)])<<16 | uint64(l.pairs[uint16(x>>24)])<<24
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

// look goes on until occurrences wait, to behind the next eight bytes or fewer in which a literal may have its pair. Whatever it does not
// find ends behind them.
func (l *literals) look(w *walk, text string, all waiting) waiting {
	at := w.at
	for ; at+8 < len(text); at += 8 {
		s := text[at : at+9]
		pairs := l.four(word(s)) | l.four(word(s[1:])>>24)<<32
		if pairs&eightNumbers != 0 {
			w.numbers.add(at, at+8)
		}
		if pairs &= eightBuckets; pairs == 0 {
			continue
		}
		for pairs != 0 {
			i := bits.TrailingZeros64(pairs) / 8
			all = l.compare(uint8(pairs>>(8*i)), text, at+i, all)
			pairs &^= bucketMask << (8 * i)
		}
		if len(all) > 0 {
			w.at = at + 8
			return all
		}
	}
	for w.at = len(text); at < len(text); at++ {
		pair := l.pairs[pairAt(text, at)]
		if pair&numberPair != 0 {
			w.numbers.add(at, at+1)
		}
		all = l.compare(pair&bucketMask, text, at, all)
	}
	return all
}

// compare adds the literals of a bucket that stand in text with their pair at i.
func (l *literals) compare(bucket uint8, text string, i int, all waiting) waiting {
	list := l.buckets[bucket&bucketMask]
	for n := range list {
		one := &list[n]
		from := i - one.pair
		if end := from + len(one.text); from >= 0 && end <= len(text) && !one.differs(text[from:]) && equalLower(text[from:end], one.text) {
			all = all.with(occurrence{end, len(one.text), one.number})
		}
	}
	return all
}

// holdsAny reports whether a literal of one of eight buckets stands in text, with its pair at one of the eight bytes from at.
func (l *literals) holdsAny(buckets uint64, text string, at int) bool {
	for buckets != 0 {
		i := bits.TrailingZeros64(buckets) / 8
		if l.holds(uint8(buckets>>(8*i)), text, at+i) {
			return true
		}
		buckets &^= bucketMask << (8 * i)
	}
	return false
}

// holds reports whether one of the literals of a bucket stands in text with its pair at i.
func (l *literals) holds(bucket uint8, text string, i int) bool {
	list := l.buckets[bucket&bucketMask]
	for n := range list {
		one := &list[n]
		from := i - one.pair
		if end := from + len(one.text); from >= 0 && end <= len(text) && !one.differs(text[from:]) && equalLower(text[from:end], one.text) {
			return true
		}
	}
	return false
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

// differs reports, by eight bytes at once, that text does not begin with the literal, as nearly none does. It says nothing of a shorter text.
func (l *literal) differs(text string) bool {
	return len(text) >= 8 && (word(text)|l.fold)&l.mask != l.head
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
