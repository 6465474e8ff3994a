package redact

import "strings"

// Bounds of what finders look at around an anchor, in bytes.
const (
	maxEmailLocal  = 64   // RFC 5321 §4.5.3.1.1
	maxEmailDomain = 255  // RFC 5321 §4.5.3.1.2
	maxAuthority   = 1024 // user:password@host of a URL
	maxUserinfo    = 256  // how far back an address looks for the URL that it may belong to
	maxJWTHeader   = 2048
	minBearer      = 8
	minUserinfo    = 16 // a user name alone in a URL is taken for a token from this length
	maxCookieName  = 256
)

// findJWT takes a whole JSON Web Token: header.payload[.signature], or the five parts of an encrypted one. Its anchors are
// the ways in which base64 of a JSON object begins.
func findJWT(text string, at, _ int) (match, bool) {
	if !startsWord(text, at) {
		return match{}, false
	}
	dot := at + runOf(text[at:min(len(text), at+maxJWTHeader)], 0, isTokenByte)
	if dot >= len(text) || text[dot] != '.' || !isJWTHeader(text[at:dot]) {
		return match{}, false
	}
	to := dot
	for parts := 0; parts < 4 && to < len(text) && text[to] == '.'; parts++ {
		end := runOf(text, to+1, isTokenByte)
		if end == to+1 && parts > 0 {
			break
		}
		to = end
	}
	return match{from: at, to: to}, to > dot+1
}

// findURLPassword takes the password out of scheme://user:password@host, and a token that stands there as the user. JSON may
// have escaped the slashes, once for each level of strings in strings.
func findURLPassword(text string, at, _ int) (match, bool) {
	end := at + 1
	for range 2 {
		if end = skipBackslashes(text, end); end >= len(text) || text[end] != '/' {
			return match{}, false
		}
		end++
	}
	if at == 0 || !isAlnum(text[at-1]) {
		return match{}, false
	}
	limit := end
	for limit < len(text) && limit-end < maxAuthority && !isSpace(text[limit]) && strings.IndexByte("\"'`<>/\\", text[limit]) < 0 {
		limit++
	}
	sign := strings.LastIndexByte(text[end:limit], '@')
	if sign < 0 {
		return match{}, false
	}
	sign += end
	if colon := strings.IndexByte(text[end:sign], ':'); colon >= 0 {
		from := end + colon + 1
		return match{from: from, to: sign}, from < sign && !isPlaceholder(text[from:sign])
	}
	user := text[end:sign]
	return match{from: end, to: sign}, len(user) >= minUserinfo && looksRandom(user)
}

func skipBackslashes(text string, at int) int {
	for n := 0; n < maxNameTail && at < len(text) && text[at] == '\\'; n++ {
		at++
	}
	return at
}

// findBearer takes the token behind the word "bearer" of an HTTP header (RFC 6750).
func findBearer(text string, at, end int) (match, bool) {
	from := end
	for from < len(text) && from-end < 4 && (text[from] == ' ' || text[from] == '\t' || text[from] == '+') {
		from++
	}
	if from == end || !startsWord(text, at) {
		return match{}, false
	}
	to := runOf(text, from, isBearerByte)
	for to > from && (text[to-1] == '.' || text[to-1] == '-') {
		to--
	}
	return match{from: from, to: to}, to-from >= minBearer && looksRandom(text[from:to])
}

func isBearerByte(c byte) bool { return isTokenByte(c) || strings.IndexByte(".~+/=", c) >= 0 }

// findURLSignature takes the signature of a pre-signed URL (Azure's sig=, the others' X-…-Signature=).
func findURLSignature(text string, at, end int) (match, bool) {
	if at > 0 && strings.IndexByte("?&; \"'", text[at-1]) < 0 {
		return match{}, false
	}
	to := runOf(text, end, func(c byte) bool { return isTokenByte(c) || c == '%' || c == '+' || c == '/' || c == '=' })
	return match{from: end, to: to}, to-end >= 20
}

// findEmail takes an address of which the anchor is the "@", or "%40" in a URL.
func findEmail(text string, at, end int) (match, bool) {
	from := at
	for from > 0 && at-from < maxEmailLocal && isEmailLocalByte(text[from-1]) {
		from--
	}
	from = afterEscape(text, from)
	for from < at && strings.IndexByte(".-'%+", text[from]) >= 0 {
		from++
	}
	if from >= at || text[from:at] == "git" || isUserinfo(text, from) {
		return match{}, false
	}
	to := end
	for to < len(text) && to-end < maxEmailDomain && (isAlnum(text[to]) || text[to] == '.' || text[to] == '-') {
		to++
	}
	for to > end && (text[to-1] == '.' || text[to-1] == '-') {
		to--
	}
	domain := text[end:to]
	dot := strings.LastIndexByte(domain, '.')
	return match{from: from, to: to}, dot > 0 && isTopLevelDomain(domain[dot+1:])
}

func isEmailLocalByte(c byte) bool { return isTokenByte(c) || strings.IndexByte(".%+'", c) >= 0 }

func isTopLevelDomain(s string) bool {
	return len(s) >= 2 && len(s) <= 24 && runOf(s, 0, isLetter) == len(s)
}

// isUserinfo reports whether text[from:] belongs to the user:password@ of a URL, which findURLPassword looks after.
func isUserinfo(text string, from int) bool {
	for i := from; i > 0 && from-i < maxUserinfo; i-- {
		switch c := text[i-1]; {
		case c == '/':
			before := strings.TrimRight(text[max(0, i-1-maxNameTail):i-1], `\`)
			if !strings.HasSuffix(before, "/") {
				return false
			}
			return strings.HasSuffix(strings.TrimRight(before[:len(before)-1], `\`), ":")
		case isSpace(c) || isQuote(c):
			return false
		}
	}
	return false
}

// findCookies takes the cookies of a header line to its end, or of a quoted value.
func findCookies(text string, at, end int) (match, bool) {
	if end < len(text) && text[end]|0x20 == 's' {
		end++
	}
	a, ok := parseAssignment(text, at, end)
	switch {
	case !ok:
		return match{}, false
	case a.quoted:
		return namedQuoted(text, a, secretValue)
	case a.name != "" && a.from < len(text):
		return namedBareJSON(text, a, secretValue)
	case a.sep != ':':
		return match{}, false
	}
	name := text[a.from:min(len(text), a.from+maxCookieName)]
	if strings.IndexByte(name[:runOf(name, 0, isHeaderByte)], '=') < 0 {
		return match{}, false
	}
	return match{from: a.from, to: runOf(text, a.from, isHeaderByte)}, true
}

// isHeaderByte tells what belongs to a header line, also to one inside a JSON string.
func isHeaderByte(c byte) bool { return c != '\n' && c != '\r' && c != '\\' && !isQuote(c) }

// runOf returns the end of the run of bytes that are in the set, from at.
func runOf(text string, at int, in func(byte) bool) int {
	for at < len(text) && in(text[at]) {
		at++
	}
	return at
}
