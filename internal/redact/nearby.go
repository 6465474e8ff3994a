package redact

import "strings"

// Some keys have no prefix that is theirs alone: they are found by a word nearby, or by a mark inside.

// nearbyBytes is how far from the word that explains it a key is looked for.
const nearbyBytes = 128

// findTwilio takes an API key near the word "twilio": SK and 32 hexadecimal digits. Account ids (AC…) are no secrets.
func findTwilio(text string, at, end int) (match, bool) {
	const bytes = len("SK") + 32
	return tokenNear(text, at, end, func(token string) bool {
		return len(token) == bytes && strings.HasPrefix(token, "SK") && runOf(token, 2, isHexDigit) == bytes
	})
}

// findAWSSecret takes a secret access key near an access key's id or the word "aws": 40 characters of base64. A SHA-1 has
// as many, but is hexadecimal.
func findAWSSecret(text string, at, end int) (match, bool) {
	if !startsWord(text, at) {
		return match{}, false
	}
	return tokenNear(text, at, end, func(token string) bool {
		return len(token) == 40 && bothCases(token) && hasDigit(token) && entropy(token) >= 4
	})
}

// tokenNear returns the first run of base64 around text[at:end] that fits.
func tokenNear(text string, at, end int, fits func(string) bool) (match, bool) {
	window := text[:min(len(text), end+nearbyBytes)]
	for from := max(0, at-nearbyBytes); from < len(window); {
		to := runOf(window, from, isKeyByte)
		start := afterEscape(text, from)
		if to > start && (from == 0 || !isKeyByte(text[from-1])) && fits(text[start:to]) {
			return match{from: start, to: to}, true
		}
		from = to + 1
	}
	return match{}, false
}

func isKeyByte(c byte) bool { return isAlnum(c) || c == '+' || c == '/' }

// findAzureSecret takes a client secret of Microsoft Entra: three characters, a digit, "Q~", and 31 to 34 more.
func findAzureSecret(text string, at, end int) (match, bool) {
	const before, behind = 4, 30
	from := at - before
	if from < 0 || text[at] != 'Q' || !isDigit(text[at-1]) || runOf(text, from, isAzureByte) < at {
		return match{}, false
	}
	to := runOf(text, end, isAzureByte)
	return match{from: from, to: to}, to-end >= behind || to-end >= minCutBody && isCutOff(text, to)
}

func isAzureByte(c byte) bool { return isTokenByte(c) || c == '~' || c == '.' }

// findSendGrid takes SG., an id, a dot and a secret.
func findSendGrid(text string, at, end int) (match, bool) {
	const shortest = 16
	dot := runOf(text, end, isTokenByte)
	if !startsWord(text, at) || text[at:end] != "SG." || dot-end < shortest || dot == len(text) || text[dot] != '.' {
		return match{}, false
	}
	to := runOf(text, dot+1, isTokenByte)
	return match{from: at, to: to}, to-dot > shortest || isCutOff(text, to)
}

// findOraclePassword takes the password out of jdbc:oracle:thin:user/password@host.
func findOraclePassword(text string, _, end int) (match, bool) {
	limit := min(len(text), end+nearbyBytes)
	colon := strings.IndexByte(text[end:limit], ':')
	if colon < 0 {
		return match{}, false
	}
	from := runOf(text, end+colon+1, isAzureByte)
	if from >= limit || text[from] != '/' {
		return match{}, false
	}
	from++
	sign := strings.IndexByte(text[from:limit], '@')
	if sign <= 0 || strings.ContainsAny(text[from:from+sign], " \t\r\n\"'`<>") {
		return match{}, false
	}
	return match{from: from, to: from + sign}, !isPlaceholder(text[from : from+sign])
}

func isPathByte(c byte) bool { return isTokenByte(c) || c == '/' }
