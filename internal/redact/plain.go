package redact

// shortText is the longest text that is looked at as a whole before it is searched: names, numbers and ids, of which spans are full,
// have nothing that a secret has.
const shortText = 128

// isPlain reports that no rule up to a class finds anything in text: there is no anchor, nothing that could be a number, and no word
// that is as long as base64 that is looked into. It is quicker than a search, and may leave a text to one that finds nothing.
func (r *Redactor) isPlain(text string, upTo class) bool {
	found := r.literals.glance(text)
	if found&bucketMask != 0 {
		return false
	}
	return upTo != classText || (found&numberPair == 0 || !mayHoldNumber(text)) && !mayHoldBase64(text)
}

// mayHoldNumber reports whether numbers would look at more than the lengths of the groups of digits.
func mayHoldNumber(text string) bool {
	digits, groups := 0, 0 // that only separators divide
	for i := 0; i < len(text); {
		if !isDigit(text[i]) {
			if !isSeparator[text[i]] {
				digits, groups = 0, 0
			}
			i++
			continue
		}
		g := digitGroup{from: i}
		for i++; i < len(text) && isDigit(text[i]); i++ {
		}
		g.to = i
		digits, groups = digits+g.len(), groups+1
		if digits >= minNumberDigits || groups >= ipGroups || isIPv6Start(text, g.from) || isIBANStart(text, g) {
			return true
		}
	}
	return false
}

// isSeparator tells the bytes of which one or two may divide the groups of a number, see divided.
var isSeparator = [256]bool{' ': true, '-': true, '.': true, '(': true, ')': true}

// mayHoldBase64 reports whether there is a word in text that base64 would decode.
func mayHoldBase64(text string) bool {
	for at := 0; ; {
		from, to, ok := nextRun(text, at)
		if !ok {
			return false
		}
		if to-from >= minLine || bothCases(text[from:to]) { // the first may go on in the next line
			return true
		}
		at = to
	}
}
