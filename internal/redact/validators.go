package redact

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strings"
)

// mixed reports an entropy that placeholders ("hf_xxxxxxxx") do not reach: 3 bits a byte.
func mixed(s string) bool { return entropy(s) >= 3 }

// varied is mixed for bodies that are too short to reach it every time.
func varied(s string) bool { return entropy(s) >= 2.2 }

// entropy is the Shannon entropy of s in bits a byte.
func entropy(s string) float64 {
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	bits, n := 0.0, float64(len(s))
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / n
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// looksRandom tells a token from a word ("Bearer authentication is …").
func looksRandom(s string) bool {
	if strings.ContainsAny(s, "0123456789") || len(s) >= 24 {
		return true
	}
	upper, lower := 0, 0
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] >= 'A' && s[i] <= 'Z':
			upper++
		case s[i] >= 'a' && s[i] <= 'z':
			lower++
		}
	}
	return upper > 0 && lower > 0
}

// isJWTHeader reports whether s is the first part of a JSON Web Token: base64url of a JSON object with an "alg" (RFC 7519).
func isJWTHeader(s string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return false
	}
	var header struct {
		Alg string `json:"alg"`
		Enc string `json:"enc"`
	}
	return json.Unmarshal(raw, &header) == nil && (header.Alg != "" || header.Enc != "")
}

// isSocialSecurity tells the numbers that the Social Security Administration can have assigned: no area 000, 666 or 9xx,
// no group 00, no serial 0000.
func isSocialSecurity(digits string) bool {
	area, group, serial := digits[:3], digits[3:5], digits[5:]
	return area != "000" && area != "666" && area[0] != '9' && group != "00" && serial != "0000"
}

// isCard reports whether digits can be a payment card number: an issuer's range, a length it uses, and the check digit of
// ISO/IEC 7812. Timestamps in milli-, micro- and nanoseconds begin with 1, which no card issuer of these does.
func isCard(digits string) bool { return knownIssuer(digits) && luhn(digits) }

func luhn(digits string) bool {
	sum, double := 0, false
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// issuers are the ranges of first digits by card scheme, with the lengths in use.
var issuers = []struct {
	digits   int // how many first digits from and to are compared with
	from, to int
	lengths  []int
}{
	{1, 4, 4, []int{13, 16, 19}},           // Visa
	{2, 51, 55, []int{16}},                 // Mastercard
	{4, 2221, 2720, []int{16}},             // Mastercard
	{2, 34, 34, []int{15}},                 // American Express
	{2, 37, 37, []int{15}},                 // American Express
	{4, 6011, 6011, []int{16, 19}},         // Discover
	{3, 644, 659, []int{16, 19}},           // Discover
	{4, 3528, 3589, []int{16, 19}},         // JCB
	{3, 300, 305, []int{14, 16, 19}},       // Diners Club
	{2, 36, 36, []int{14, 16, 19}},         // Diners Club
	{2, 38, 39, []int{14, 16, 19}},         // Diners Club
	{2, 62, 62, []int{16, 17, 18, 19}},     // UnionPay
	{4, 5018, 5018, []int{13, 16, 19}},     // Maestro
	{4, 5020, 5020, []int{13, 16, 19}},     // Maestro
	{4, 6759, 6763, []int{13, 16, 18, 19}}, // Maestro
}

func knownIssuer(digits string) bool {
	for _, issuer := range issuers {
		first := 0
		for i := range issuer.digits {
			first = first*10 + int(digits[i]-'0')
		}
		if first < issuer.from || first > issuer.to {
			continue
		}
		if slices.Contains(issuer.lengths, len(digits)) {
			return true
		}
	}
	return false
}
