package redact

import "strings"

// maxKeyBlock is the longest private key that is looked for as a whole, in bytes.
const maxKeyBlock = 64 << 10

// findPrivateKey takes a PEM block of any private key (RFC 7468), also the formats of OpenPGP, ssh.com and PuTTY. Of one
// that was cut off it takes what can be its body: to the end behind a first line, from the begin before a last one.
func findPrivateKey(text string, at, end int) (match, bool) {
	switch text[end-1] | 0x20 {
	case 'd': // -----END
		return findPrivateKeyTail(text, at)
	case ':' | 0x20: // Private-Lines: 14
		to := bodyEnd(text, end)
		return match{from: end, to: to}, to-end > minBase64
	}
	body := keyLine(text, at)
	if body < 0 {
		return match{}, false
	}
	window := text[body:min(len(text), body+maxKeyBlock)]
	if stop := strings.Index(window, "---END"); stop >= 0 || strings.Contains(window, "---- END") {
		if stop < 0 {
			stop = strings.Index(window, "---- END")
		}
		if to := keyLine(text, body+stop); to >= 0 {
			return match{from: at, to: to}, true
		}
	}
	return match{from: at, to: bodyEnd(text, body)}, true
}

// bodyEnd returns the end of what can be the body of a key. A backslash at its end is the first half of an escape.
func bodyEnd(text string, from int) int {
	to := runOf(text, from, isPEMByte)
	for to > from && to < len(text) && text[to-1] == '\\' {
		to--
	}
	return to
}

// keyLine returns the end of the line at text[at:] that begins or ends a private key, -1 if it is none.
func keyLine(text string, at int) int {
	line := text[at:min(len(text), at+96)]
	words := strings.Index(line, "PRIVATE KEY")
	if words < 0 || strings.IndexByte(line[:words], '\n') >= 0 {
		return -1
	}
	to := words + len("PRIVATE KEY")
	rest := strings.TrimPrefix(strings.TrimPrefix(line[to:], " BLOCK"), " ") // OpenPGP, ssh.com
	if !strings.HasPrefix(rest, "----") {
		return -1
	}
	return at + len(line) - len(rest) + runOf(rest, 0, func(c byte) bool { return c == '-' })
}

// findPrivateKeyTail takes the second half of a key, which is base64 to its last line.
func findPrivateKeyTail(text string, at int) (match, bool) {
	to := keyLine(text, at)
	from := at
	for from > 0 && at-from < maxKeyBlock && isPEMByte(text[from-1]) && text[from-1] != '-' && text[from-1] != ' ' {
		from--
	}
	return match{from: from, to: to}, to >= 0 && from < at
}

func isPEMByte(c byte) bool {
	return isAlnum(c) || isSpace(c) || strings.IndexByte("+/=\\:,-", c) >= 0
}
