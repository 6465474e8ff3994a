package redact

import (
	"slices"
	"strings"
)

// literals finds every occurrence of a set of literals in one pass over a text, whatever the case of its ASCII letters. Each literal is
// known by the rarest pair of neighbouring bytes in it, so that most of a text costs one look into a table for every byte, and none of
// those looks waits for the one before. Where such a pair stands, the literals that are known by it are compared.
type literals struct {
	pairs   [1 << 16]uint8            // by two bytes, the first one low: the bucket of its literals, and numberPair
	buckets [bucketMask + 1][]literal // bucket 0 is of the pairs by which no literal is known
}

// What stands in literals.pairs.
const (
	bucketMask = 1<<7 - 1
	numberPair = 1 << 7 // see beginsNumber
)

// literal is one of the set.
type literal struct {
	text       string // in lower case
	number     int    // its index among those that the set was made of
	pair       int    // where in text the pair begins by which it is known
	head       uint64 // its first eight bytes, or all of it
	fold, mask uint64 // make a text's first eight bytes comparable with head: letters in lower case, and no more of them
}

func newLiteral(text string, number int) literal {
	l := literal{text: text, number: number, pair: rarestPair(text)}
	for i := range min(8, len(text)) {
		l.head |= uint64(text[i]) << (8 * i)
		l.mask |= 0xff << (8 * i)
		if isLetter(text[i]) {
			l.fold |= 0x20 << (8 * i)
		}
	}
	return l
}

// newLiterals makes a set of literals in lower case, none of them empty.
func newLiterals(list []string) *literals {
	l := &literals{}
	known := map[uint16][]literal{}
	for number, text := range list {
		one := newLiteral(text, number)
		for _, pair := range spelled(text[one.pair:]) {
			known[pair] = append(known[pair], one)
		}
	}
	buckets := map[string]int{} // by the literals in them
	for pair := range 1 << 16 {
		if beginsNumber(byte(pair), byte(pair>>8)) {
			l.pairs[pair] |= numberPair
		}
		if same := known[uint16(pair)]; same != nil {
			l.pairs[pair] |= uint8(l.bucket(buckets, same))
		}
	}
	return l
}

// bucket is the one of these literals. Where there are more sets than buckets they share them, which costs comparisons only.
func (l *literals) bucket(buckets map[string]int, list []literal) int {
	var name strings.Builder
	for _, one := range list {
		name.WriteString(one.text)
		name.WriteByte(0)
	}
	n, ok := buckets[name.String()]
	if !ok {
		n = len(buckets)%bucketMask + 1
		buckets[name.String()] = n
		for _, one := range list {
			if !slices.Contains(l.buckets[n], one) {
				l.buckets[n] = append(l.buckets[n], one)
			}
		}
	}
	return n
}

// spelled are the pairs with which text begins, in upper and lower case. A single byte is a pair with whatever follows.
func spelled(text string) (pairs []uint16) {
	for _, first := range bothSpellings(text[0]) {
		if len(text) == 1 {
			for second := range 256 {
				pairs = append(pairs, pairOf(first, byte(second)))
			}
			continue
		}
		for _, second := range bothSpellings(text[1]) {
			pairs = append(pairs, pairOf(first, second))
		}
	}
	return pairs
}

func bothSpellings(c byte) []byte {
	if c >= 'a' && c <= 'z' {
		return []byte{c, c - 'a' + 'A'}
	}
	return []byte{c}
}

func pairOf(first, second byte) uint16 { return uint16(first) | uint16(second)<<8 }

// rarestPair is where the pair begins that is rarest in texts.
func rarestPair(literal string) (at int) {
	rarest := -1
	for i := 0; i+2 <= len(literal); i++ {
		if rank := rarity(literal[i : i+2]); rank > rarest {
			at, rarest = i, rank
		}
	}
	return at
}

// rarity is the higher the rarer a pair is. Of those that are not common, those with no letters are the rarest, and then those with
// letters that few words have. Two digits are common in ids and times.
func rarity(pair string) int {
	if isDigit(pair[0]) && isDigit(pair[1]) {
		return 0
	}
	for n := 0; n < len(commonPairs); n += 2 {
		if commonPairs[n:n+2] == pair {
			return n
		}
	}
	rank := len(commonPairs)
	for _, c := range []byte(pair) {
		switch {
		case c == ' ':
		case !isLetter(c):
			rank += 3
		case strings.IndexByte("jqxz", c) >= 0:
			rank += 2
		}
	}
	return rank
}

// commonPairs are the most common pairs of the characters of literals, the most common first, as they were counted in this repository's
// documents and in its recordings of OTLP; the last one is of the names of models.
const commonPairs = "enonerthesreinhee atans ge ate tmetontxxaistset ns:  idetiuteaisetioitkelltan i. oor--ar sn_ror co wasagalsspechcae.oknalendhang" +
	"d acoupasaweol_aceedelamop_ttrrirauspuidt_pr cemnelatyadloecsot.ve.mexsp pooiccta niom npo.impodsiotmiptwhnpe_y tsl_lsueun r bcl" +
	"nos.rtvavimaudul ft-hotp. moypfi.r.cofrs en.pldail_c dbencauf li.to owie meerylm lqudinvrv.o- hr.snuevsh.uurh ttgrgseqfo -xt h_r" +
	"hi.nrcruysm..pcucipickdd ue--segdyfuov_m_igpapnnd_bawi-mg l fasyocosy.h_epsc_wcrl.abimefsmeodswaxes_ gewobm irtu:nsu_plusw_saywo" +
	"bs vltyor..aumrdfls:rkh.lchti-doiga.bu_dw ldsdn-ogmbu tcl-rgdkby-cfeiv_nbojsccphipo-"

// beginsNumber reports whether a number may hold the pair: every one that is looked for has two digits side by side, a digit before a dot,
// or a hexadecimal digit before a colon.
func beginsNumber(first, second byte) bool {
	return isDigit(first) && (isDigit(second) || second == '.') || isHexDigit(first) && second == ':'
}
