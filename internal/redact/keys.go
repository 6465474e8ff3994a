package redact

import "strings"

// keyEndings are the endings of names whose values are secret, in snake case; "-", "." and " " count as "_", and the "_"
// may be missing (apiKey). "tokens" is not among them: max_tokens, input_tokens.
var keyEndings = []struct {
	text string
	kind secrecy
}{
	{"password", secretPhrase},
	{"passwd", secretPhrase},
	{"passphrase", secretPhrase},
	{"secret", secretValue},
	{"token", secretToken},
	{"api_key", secretValue},
	{"apikey", secretValue},
	{"access_key", secretValue},
	{"accesskey", secretValue},
	{"account_key", secretValue},
	{"accountkey", secretValue},
	{"secret_key", secretValue},
	{"secretkey", secretValue},
	{"private_key", secretValue},
	{"privatekey", secretValue},
	{"signing_key", secretValue},
	{"encryption_key", secretValue},
	{"subscription_key", secretValue},
	{"authorization", secretValue},
	{"credential", secretValue},
	{"cookie", secretValue},
}

// harmlessTokens are names that end with "token" and mean a piece of text.
var harmlessTokens = []string{
	"first_token", "last_token", "per_token", "next_token", "output_token", "input_token", "bos_token", "eos_token", "pad_token",
	"unk_token", "sep_token", "mask_token", "cls_token", "stop_token",
}

// headerKeys are attributes that instrumentations fill with whole request headers or bodies, as they were sent.
var headerKeys = []string{
	"ai.request.headers", "llm.headers", "gen_ai.headers", "langsmith.request.headers", "metadata.requester_custom_headers",
	"gen_ai.request.extra_body", "gen_ai.request.extra_query", "gen_ai.request.extra_headers",
}

// endingsBy are keyEndings by their last letter, because every key of every attribute is looked at.
var endingsBy = func() (by [256][]int) {
	for i, ending := range keyEndings {
		last := ending.text[len(ending.text)-1]
		by[last] = append(by[last], i)
		by[last&^0x20] = by[last]
	}
	return by
}()

// secrecyOf tells what a name says of its value.
func secrecyOf(name string) secrecy {
	if len(name) < 2 {
		return notSecret
	}
	for _, i := range endingsBy[name[len(name)-1]] {
		if endsWithName(name, keyEndings[i].text) {
			if keyEndings[i].kind == secretToken && isHarmlessToken(name) {
				return notSecret
			}
			return keyEndings[i].kind
		}
	}
	if !plural(name) {
		return notSecret
	}
	name = name[:len(name)-1]
	for _, i := range endingsBy[name[len(name)-1]] {
		if keyEndings[i].kind != secretToken && endsWithName(name, keyEndings[i].text) {
			return keyEndings[i].kind
		}
	}
	return notSecret
}

func plural(name string) bool { return len(name) > 1 && name[len(name)-1]|0x20 == 's' }

func isHarmlessToken(name string) bool {
	for _, harmless := range harmlessTokens {
		if endsWithName(name, harmless) {
			return true
		}
	}
	return false
}

// endsWithName reports whether name ends with ending, which is in lower-case snake case.
func endsWithName(name, ending string) bool {
	if len(name) < len(ending) {
		return false
	}
	name = name[len(name)-len(ending):]
	for i := len(ending) - 1; i >= 0; i-- {
		c := name[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c == '-' || c == '.' || c == ' ':
			c = '_'
		}
		if c != ending[i] {
			return false
		}
	}
	return true
}

// keySecrecy tells what the key of an attribute says of its value, with the configured names.
func (r *Redactor) keySecrecy(key string) secrecy {
	if kind := secrecyOf(key); kind != notSecret {
		return kind
	}
	for _, ending := range r.keyNames {
		if endsWithName(key, ending) {
			return secretValue
		}
	}
	for _, headers := range headerKeys {
		if key != "" && key[0] == headers[0] && strings.HasPrefix(key, headers) && (len(key) == len(headers) || key[len(headers)] == '.') {
			return secretValue
		}
	}
	return notSecret
}
