package redacttest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Personal are the classes of personal data.
func Personal() []Class {
	return []Class{
		{"address", func(r *rand.Rand) Sample { return bare(mixedCase(r, local(r)) + "@" + domain(r)) }},
		{"address in a URL", func(r *rand.Rand) Sample { return in("https://x.example/?q=%&p=1", local(r)+"%40"+domain(r)) }},
		{"social security number", func(r *rand.Rand) Sample { return bare(strings.Join(ssn(r), "-")) }},
		{"social security number, by context", func(r *rand.Rand) Sample {
			return in(pick(r, "SSN: %", "ssn %", "Social Security Number: %"), strings.Join(ssn(r), pick(r, "", " ", ".")))
		}},
		{"card", func(r *rand.Rand) Sample { return bare(card(r, pick(r, "", " ", "-"))) }},
		{"phone, international", func(r *rand.Rand) Sample {
			return bare(pick(r, "+41 44 ", "+49-30-", "+33 1 ", "+1 415 ", "+86 10 ") + chars(r, 3, "123456789") + pick(r, " ", "") + chars(r, 2, digits) + pick(r, " ", "") + chars(r, 2, digits))
		}},
		{"phone, North American", func(r *rand.Rand) Sample {
			area, exchange, line := nanp(r), nanp(r), chars(r, 4, digits)
			return bare(pick(r, area+"-"+exchange+"-"+line, area+"."+exchange+"."+line, "("+area+") "+exchange+"-"+line, "("+area+")"+exchange+"-"+line))
		}},
		{"phone, by context", func(r *rand.Rand) Sample {
			number := pick(r, "0"+chars(r, 9, digits), chars(r, 1, "23456789")+chars(r, 9, digits), "06 12 "+chars(r, 2, digits)+" "+chars(r, 2, digits)+" "+chars(r, 2, digits), "020 "+chars(r, 4, digits)+" "+chars(r, 4, digits))
			return in(pick(r, "phone: %", "Telephone %", "tel. %", `{"phone_number": "%"}`, "mobile=%", "Fax: %", "call %"), number)
		}},
		{"IPv4", func(r *rand.Rand) Sample {
			return in(pick(r, "%", "from % port 22", "http://%:8080/x", "client=%", `{"ip":"%"}`), publicIPv4(r))
		}},
		{"IPv6", func(r *rand.Rand) Sample { return bare(publicIPv6(r)) }},
		{"account number", func(r *rand.Rand) Sample { return bare(iban(r)) }},
	}
}

func local(r *rand.Rand) string {
	return word(r) + pick(r, "", ".", "_", "+", "-") + chars(r, between(r, 1, 8), lower+digits)
}

func domain(r *rand.Rand) string {
	return pick(r, "", "mail.") + chars(r, 1, lower) + chars(r, between(r, 2, 10), lower+digits) + "." + pick(r, "com", "ch", "co.uk", "io", "example", "museum")
}

func ssn(r *rand.Rand) []string {
	area := between(r, 1, 899)
	if area == 666 {
		area = 667
	}
	return []string{fmt.Sprintf("%03d", area), fmt.Sprintf("%02d", between(r, 1, 99)), fmt.Sprintf("%04d", between(r, 1, 9999))}
}

func nanp(r *rand.Rand) string { return chars(r, 1, "23456789") + chars(r, 2, digits) }

// card draws a number of an issuer's range with its check digit.
func card(r *rand.Rand, sep string) string {
	scheme := pick(r, "4:16", "51:16", "55:16", "2221:16", "34:15", "37:15", "6011:16", "3528:16", "62:16")
	prefix, length, _ := strings.Cut(scheme, ":")
	n := 16
	if length == "15" {
		n = 15
	}
	number := prefix + chars(r, n-1-len(prefix), digits)
	number += string(rune('0' + checkDigit(number)))
	if sep == "" {
		return number
	}
	if n == 15 {
		return number[:4] + sep + number[4:10] + sep + number[10:]
	}
	return number[:4] + sep + number[4:8] + sep + number[8:12] + sep + number[12:]
}

// checkDigit is Luhn's, of the digits before it.
func checkDigit(number string) int {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// publicIPv4 draws from a range that is wholly public.
func publicIPv4(r *rand.Rand) string {
	return fmt.Sprintf("%d.%d.%d.%d", pick(r, 8, 23, 52, 81, 131, 185, 203), between(r, 0, 255), between(r, 0, 255), between(r, 10, 254))
}

func publicIPv6(r *rand.Rand) string {
	groups := []string{pick(r, "2001", "2a02", "2600", "240e", "2C0F")}
	for range 7 {
		groups = append(groups, chars(r, between(r, 1, 4), hexDigits))
	}
	if r.IntN(2) == 0 {
		cut := between(r, 2, 5)
		return strings.Join(groups[:cut], ":") + "::" + strings.Join(groups[cut+2:], ":")
	}
	return strings.Join(groups, ":")
}

// iban draws an account of a few countries with its check digits (ISO 13616).
func iban(r *rand.Rand) string {
	var country, account string
	switch r.IntN(4) {
	case 0:
		country, account = "DE", chars(r, 18, digits)
	case 1:
		country, account = "GB", chars(r, 4, upper)+chars(r, 14, digits)
	case 2:
		country, account = "CH", chars(r, 17, digits)
	default:
		country, account = "FR", chars(r, 10, digits)+chars(r, 11, upper+digits)+chars(r, 2, digits)
	}
	sum := 0
	for _, c := range account + country + "00" {
		if c >= 'A' {
			sum = (sum*100 + int(c-'A') + 10) % 97
		} else {
			sum = (sum*10 + int(c-'0')) % 97
		}
	}
	number := country + fmt.Sprintf("%02d", 98-sum) + account
	if r.IntN(2) == 0 {
		return pick(r, number, strings.ToLower(number))
	}
	var groups []string
	for ; len(number) > 4; number = number[4:] {
		groups = append(groups, number[:4])
	}
	return strings.Join(append(groups, number), " ")
}
