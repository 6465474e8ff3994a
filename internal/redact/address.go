package redact

import (
	"net/netip"
	"strings"
)

// ipGroups are the groups of digits of an address of version 4.
const ipGroups = 4

// maxIPv6 is the longest text of an address of version 6: eight groups of four digits.
const maxIPv6 = 39

// ipAt returns the public IP address that ends with the last of groups or, for one of version 6, begins there. Which
// addresses are shown all the same is decided by showsIP.
func ipAt(text string, groups []digitGroup) (m match, ok bool) {
	last := groups[len(groups)-1]
	if len(groups) >= ipGroups {
		if four := groups[len(groups)-ipGroups:]; isDotted(text, four) && standsAlone(text, four[0].from, last.to) {
			return match{from: four[0].from, to: last.to}, true
		}
	}
	return ipv6At(text, last.from)
}

func isDotted(text string, four []digitGroup) bool {
	for i, g := range four {
		if g.len() > 3 || i > 0 && (g.from-four[i-1].to != 1 || text[g.from-1] != '.') {
			return false
		}
	}
	return true
}

// standsAlone tells an address from the version of something ("nginx/1.20.10.11", "lib==10.2.30.41", "v10.20.30.40") and from a
// part of a longer number.
func standsAlone(text string, from, to int) bool {
	if to < len(text) && (isTokenByte(text[to]) || text[to] == '.' && to+1 < len(text) && isAlnum(text[to+1]) || text[to] == '+') {
		return false
	}
	if from == 0 || escapeEnds(text, from) {
		return true
	}
	switch before := text[from-1]; {
	case isTokenByte(before) || before == '.' || before == '~' || before == '^':
		return false
	case before == '/':
		return from < 2 || !isAlnum(text[from-2])
	case before == '=':
		return from < 2 || strings.IndexByte("=<>~!^", text[from-2]) < 0
	}
	return !explained(text, from, versionWords)
}

// versionWords say that what looks like an address is none.
var versionWords = []string{"version", "release", "ver", "chapter", "section", "build"}

// isIPv6Start reports whether an address of version 6 may begin at from. All that are routed begin with 2 or 3 (RFC 4291
// §2.4) and a group of four digits.
func isIPv6Start(text string, from int) bool {
	return (text[from] == '2' || text[from] == '3') && from+len("2001::1") <= len(text) && text[from+4] == ':' && isHex4(text[from:from+4]) &&
		(from == 0 || !isTokenByte(text[from-1]) && text[from-1] != ':' || escapeEnds(text, from))
}

// ipv6At returns the address of version 6 that begins at from.
func ipv6At(text string, from int) (m match, ok bool) {
	if !isIPv6Start(text, from) {
		return m, false
	}
	window := text[from:min(len(text), from+maxIPv6+1)]
	to := runOf(window, 0, func(c byte) bool { return isHexDigit(c) || c == ':' })
	if to > 2 && window[to-1] == ':' && window[to-2] != ':' {
		to--
	}
	if strings.Count(window[:to], ":") < 2 || from+to < len(text) && isTokenByte(text[from+to]) {
		return m, false
	}
	_, err := netip.ParseAddr(window[:to])
	return match{from: from, to: from + to}, err == nil
}

// showsIP reports whether an address is to be replaced: it is one, and it is public unless private ones are wanted too. Four
// single digits and what ends with .0.0 are taken for versions and networks: no person has such an address.
func (s *scan) showsIP(text string) bool {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Is4() && (len(text) == len("1.2.3.4") || strings.HasSuffix(text, ".0.0")) {
		return false
	}
	local := addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() || addr.IsUnspecified() || sharedIPs.Contains(addr)
	return !local && addr != broadcast || s.privateIPs
}

var (
	sharedIPs = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598: behind a provider's NAT
	broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})
)
