package redact

import "strings"

// secrecy says what a name tells of its value.
type secrecy uint8

const (
	notSecret    secrecy = iota
	secretToken          // also the unit in which models are billed: numbers stay
	secretValue          // any value
	secretPhrase         // passwords are short
)

// Shortest unquoted values that are taken for a secret, in bytes. 8 is Orcheo's own bound.
const (
	minNamedValue  = 8
	minNamedPhrase = 4
)

// namedAnchors are the names behind which findNamed looks for a value: the endings of secret keys in every spelling.
// Cookies and Authorization have rules of their own.
var namedAnchors = func() []string {
	endings := []string{"pwd"}
	for _, ending := range keyEndings {
		if ending.text != "cookie" && ending.text != "authorization" {
			endings = append(endings, ending.text)
		}
	}
	return spellings(endings)
}()

// spellings adds to names in snake case the same names with hyphens and blanks.
func spellings(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, name)
		if strings.Contains(name, "_") {
			all = append(all, strings.ReplaceAll(name, "_", "-"), strings.ReplaceAll(name, "_", " "))
		}
	}
	return all
}

// findNamed takes the value of a name that says it is secret.
func findNamed(text string, at, end int) (match, bool) {
	if strings.EqualFold(text[at:end], "pwd") { // as a key alone it is a working directory more often than a password
		return findNamedAs(text, at, end, secretPhrase)
	}
	return findNamedAs(text, at, end, secrecyOf(text[nameStart(text, at):end]))
}

// findNamedAs takes the value of the name that ends with text[at:end].
func findNamedAs(text string, at, end int, kind secrecy) (match, bool) {
	if kind == notSecret {
		return match{}, false
	}
	if end < len(text) && text[end]|0x20 == 's' && kind != secretToken { // credentials, passwords
		end++
	}
	a, ok := parseAssignment(text, at, end)
	switch {
	case !ok:
		return match{}, false
	case a.quoted:
		return namedQuoted(text, a, kind)
	case a.name != "" && a.from < len(text) && a.sep == ':':
		return namedBareJSON(text, a, kind)
	}
	return namedBare(text, a, kind)
}

func nameStart(text string, at int) int {
	from := at
	for from > 0 && at-from < maxName && (isTokenByte(text[from-1]) || text[from-1] == '.') {
		from--
	}
	return from
}

// namedQuoted takes a quoted value: of a quoted name whatever its length, else from the shortest length of a bare one.
func namedQuoted(text string, a assignment, kind secrecy) (match, bool) {
	to := a.quotedEnd(text)
	value := text[a.from:to]
	long := a.name != "" && len(value) > 0 || len(value) >= shortest(kind)
	return match{from: a.from, to: to}, long && !isPlaceholder(value)
}

func shortest(kind secrecy) int {
	if kind == secretPhrase {
		return minNamedPhrase
	}
	return minNamedValue
}

// namedBareJSON takes a number, object or array that is the value of a quoted name, and leaves a string in its place.
func namedBareJSON(text string, a assignment, kind secrecy) (match, bool) {
	m := match{from: a.from, quote: a.name}
	switch c := text[a.from]; {
	case c == '{' || c == '[':
		if kind == secretToken && !a.holdsString(text) {
			return m, false
		}
		m.to = a.bracketEnd(text, a.from)
		return m, m.to-m.from > 2
	case isDigit(c) || c == '-':
		m.to = runOf(text, a.from, func(c byte) bool { return isAlnum(c) || strings.IndexByte("+-.", c) >= 0 })
		return m, kind != secretToken
	}
	return namedBare(text, a, kind)
}

// maxPeek bounds how far into a value holdsString looks, because what it does not take is looked at again.
const maxPeek = 1 << 10

// holdsString reports whether the JSON object or array that is the value has a string as a value: {"input": 3, "output": 5} under
// "token" is a usage figure, {"value": "…"} and ["…"] are not.
func (a assignment) holdsString(text string) bool {
	peek := text[a.from:min(len(text), a.from+maxPeek)]
	peek = peek[:a.bracketEnd(peek, 0)]
	if peek[0] == '[' {
		return strings.IndexByte(peek, a.name[len(a.name)-1]) >= 0
	}
	for i := range len(peek) {
		if peek[i] == ':' && quoteAt(peek, skipBlanks(peek, i+1)) > 0 {
			return true
		}
	}
	return false
}

func namedBare(text string, a assignment, kind secrecy) (match, bool) {
	if kind == secretPhrase && a.from < len(text) && (text[a.from] == '/' || text[a.from] == '~') { // PWD is the working directory
		return match{}, false
	}
	to := runOf(text, a.from, isBareByte)
	if kind == secretPhrase && a.sep == '=' {
		to = connectionStringEnd(text, a.from, to)
	}
	for to > a.from && (text[to-1] == '.' || text[to-1] == ':') {
		to--
	}
	value := text[a.from:to]
	if len(value) < shortest(kind) || isPlaceholder(value) || kind == secretToken && isNumber(value) {
		return match{}, false
	}
	return match{from: a.from, to: to}, true
}

// maxConnectionValue is how far behind a password the semicolon is looked for that ends it.
const maxConnectionValue = 256

// connectionStringEnd returns where a password of a connection string ends that seems to end at to: at the semicolon, whatever
// is before it ("Server=db;Password=a,b(c;Encrypt=true").
func connectionStringEnd(text string, from, to int) int {
	window := text[from:min(len(text), from+maxConnectionValue)]
	stop := strings.IndexByte(window, ';')
	if stop < 0 || from+stop <= to || strings.ContainsAny(window[:stop], "\r\n\"'`\\ ") {
		return to
	}
	next := runOf(window, stop+1, isConnectionName)
	if next > stop+1 && next < len(window) && window[next] != '=' && !followsSemicolon(text, from-1) {
		return to
	}
	return from + stop
}

// followsSemicolon reports whether a name with a semicolon before it ends at to.
func followsSemicolon(text string, to int) bool {
	from := to
	for from > 0 && to-from < maxName && isConnectionName(text[from-1]) {
		from--
	}
	return from > 0 && text[from-1] == ';'
}

func isConnectionName(c byte) bool { return isAlnum(c) || c == ' ' || c == '_' }

func isBareByte(c byte) bool {
	return !isSpace(c) && !isQuote(c) && strings.IndexByte("&,;<>(){}[]\\|", c) < 0 && c >= 0x20
}

func isNumber(s string) bool {
	return runOf(s, 0, func(c byte) bool { return isDigit(c) || strings.IndexByte(".+-eE", c) >= 0 }) == len(s)
}

// findAuthorization takes the credentials of an Authorization header and leaves the scheme.
func findAuthorization(text string, at, end int) (match, bool) {
	a, ok := parseAssignment(text, at, end)
	if !ok {
		return match{}, false
	}
	if !a.quoted && a.name != "" && a.from < len(text) && strings.IndexByte("[{", text[a.from]) >= 0 {
		return namedBareJSON(text, a, secretValue)
	}
	from := a.from
	scheme := runOf(text, from, isTokenByte)
	known := isScheme(text[from:scheme]) && scheme < len(text) && text[scheme] == ' '
	if known {
		from = scheme + 1
	}
	var to int
	switch {
	case a.quoted:
		to = a.quotedEnd(text)
	case known && hasParameters(text[a.from:scheme]):
		to = runOf(text, from, isHeaderByte)
	default:
		to = runOf(text, from, isBareByte)
	}
	const shortestCredential = 6
	long := to-from >= shortestCredential || a.name != "" && a.quoted && to > from
	return match{from: from, to: to}, long && !isPlaceholder(text[from:to])
}

// isScheme knows the names of HTTP authentication schemes in use (IANA registry, and AWS's).
func isScheme(word string) bool {
	switch strings.ToLower(word) {
	case "basic", "bearer", "digest", "token", "apikey", "api-key", "negotiate", "dpop", "hoba", "mutual", "aws4-hmac-sha256", "key":
		return true
	}
	return false
}

// hasParameters tells the schemes whose credentials are a list of parameters to the end of the line.
func hasParameters(scheme string) bool {
	return strings.EqualFold(scheme, "digest") || strings.EqualFold(scheme, "aws4-hmac-sha256")
}

// isPlaceholder tells what stands where a secret would: a variable, a word for "nothing", or what somebody else put in
// place of a secret before us.
func isPlaceholder(s string) bool {
	s = strings.TrimSpace(s)
	switch strings.ToLower(s) {
	case "", "null", "none", "nil", "undefined", "true", "false", "string", "str", "required", "optional", "redacted", "masked",
		"hidden", "filtered", "[redacted]", "<redacted>", "__redacted__", "[filtered]", "n/a", "…":
		return true
	}
	if runOf(s, 0, func(c byte) bool { return c == '*' || c == '.' || c == '_' }) == len(s) {
		return true
	}
	for _, brackets := range []struct{ open, end string }{{"${", "}"}, {"{{", "}}"}, {"$(", ")"}} {
		if strings.HasPrefix(s, brackets.open) && strings.HasSuffix(s, brackets.end) && len(s) <= maxName {
			return true
		}
	}
	return false
}
