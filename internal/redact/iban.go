package redact

// ibanLengths are the lengths of the International Bank Account Numbers of each country (ISO 13616, SWIFT's registry).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28, "CH": 21,
	"CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18,
	"FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23,
	"IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27,
	"MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28,
	"PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
	"SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// isIBANStart reports whether two letters that begin a word stand before two digits or more.
func isIBANStart(text string, g digitGroup) bool {
	from := g.from
	return from >= 2 && g.len() >= 2 && isLetter(text[from-1]) && isLetter(text[from-2]) && startsWord(text, from-2) &&
		(from == 2 || text[from-3] != '_')
}

// ibanEnd returns the end of the IBAN at text[at:], which is written in one case, without separators or in groups of four.
func ibanEnd(text string, at int) (to int, ok bool) {
	country := [2]byte{text[at] &^ 0x20, text[at+1] &^ 0x20}
	length := ibanLengths[string(country[:])]
	digitsOnly := isLowerHex(text[at]) && isLowerHex(text[at+1]) // else "be98…" is any hexadecimal id
	remainder := ibanCheck{}
	n := 0
	for to = at; n < length && to < len(text); to++ {
		switch c := text[to]; {
		case isDigit(c) || isLetter(c) && c&0x20 == text[at]&0x20 && (n < 2 || !digitsOnly):
			remainder.add(c, n)
			n++
		case n%4 != 0 || n == 0 || c != ' ' && c != '-' && c != '.':
			return 0, false
		}
	}
	return to, length > 0 && n == length && (to == len(text) || !isAlnum(text[to])) && remainder.valid() && !insideUUID(text, at)
}

// ibanCheck computes ISO 7064's mod 97-10 of an IBAN, whose first four characters count as its last.
type ibanCheck struct {
	first [4]byte
	rest  int
}

func (m *ibanCheck) add(c byte, n int) {
	if n < len(m.first) {
		m.first[n] = c
		return
	}
	m.rest = mod97(m.rest, c)
}

func (m *ibanCheck) valid() bool {
	sum := m.rest
	for _, c := range m.first {
		sum = mod97(sum, c)
	}
	return sum == 1
}

func mod97(sum int, c byte) int {
	if isDigit(c) {
		return (sum*10 + int(c-'0')) % 97
	}
	return (sum*100 + int(c|0x20-'a') + 10) % 97
}
