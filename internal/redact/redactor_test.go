package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newRedactor(t testing.TB, c Config) *Redactor {
	t.Helper()
	r, err := New(c)
	require.NoError(t, err)
	return r
}

// A JWT whose header is {"alg":"HS256","typ":"JWT"}.
const jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

func TestSecretsAreReplaced(t *testing.T) {
	for _, tt := range []struct{ name, text, want, rule string }{
		{"an OpenAI key", "key sk-proj-abcdefghij0123456789ABCD.", "key [REDACTED].", "openai_key"},
		{"an OpenAI key behind an escaped newline", `{"m":"a\nsk-abcdefghij0123456789ABCD"}`, `{"m":"a\n[REDACTED]"}`, "openai_key"},
		{"an Anthropic key", "sk-ant-api03-abcdefghijklmnop-AA", "[REDACTED]", "anthropic_key"},
		{"an AWS access key", "id=AKIAIOSFODNN7EXAMPLE,", "id=[REDACTED],", "aws_access_key"},
		{"a GitHub token", "(ghp_16C7e42F292c6912E7710c838347Ae178B4a)", "([REDACTED])", "github_token"},
		{"a GitHub token behind a name", "prod_ghp_16C7e42F292c6912E7710c838347Ae178B4a", "prod_[REDACTED]", "github_token"},
		{"a fine-grained GitHub token", "github_pat_11ABCDEFG0abcdefghijkl_mnop", "[REDACTED]", "github_token"},
		{"a GitLab token", "glpat-abcdefghij0123456789", "[REDACTED]", "gitlab_token"},
		{"a Slack token", "xoxb-123456789012-abcdefABCDEF", "[REDACTED]", "slack_token"},
		{"a Google key", "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "[REDACTED]", "google_key"},
		{"a Hugging Face token", "hf_abcdefGHIJKLmnopqrSTUVWXyz012345", "[REDACTED]", "huggingface_token"},
		{"a Groq key", "gsk_abcdefGHIJKLmnopqrSTUV", "[REDACTED]", "groq_key"},
		{"a Stripe key", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "[REDACTED]", "stripe_key"},
		{"a JSON Web Token", "t: " + jwt + " end", "t: [REDACTED] end", "jwt"},
		{"a bearer token keeps its scheme", "curl -H 'X: Bearer abc123def456'", "curl -H 'X: Bearer [REDACTED]'", "bearer"},
		{"an Authorization header keeps its scheme", "Authorization: Basic dXNlcjpwYXNz\nAccept: */*", "Authorization: Basic [REDACTED]\nAccept: */*", "authorization"},
		{"an Authorization member", `{"Authorization":"Bearer abc"}`, `{"Authorization":"Bearer [REDACTED]"}`, "authorization"},
		{"a PEM private key", "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\nb", "a\n[REDACTED]\nb", "private_key_block"},
		{"a PEM private key that was cut off", `{"k":"-----BEGIN PRIVATE KEY-----\nMIIEow"}`, `{"k":"[REDACTED]"}`, "private_key_block"},
		{"a password in a URL", "postgres://app:p%40ss,w0rd@db.example.com:5432/x", "postgres://app:[REDACTED]@db.example.com:5432/x", "url_password"},
		{"a password in a URL with escaped slashes", `"postgres:\/\/app:hunter2@db\/x"`, `"postgres:\/\/app:[REDACTED]@db\/x"`, "url_password"},
		{"a token as the user of a URL", "https://0123456789abcdef0123@git.example.com/x", "https://[REDACTED]@git.example.com/x", "url_password"},
		{"an assignment, as Orcheo's own rule", "boom: token=abcdefgh12345678", "boom: token=[REDACTED]", "named_secret"},
		{"an assignment with blanks", "api_token = abcdefgh-1234 next", "api_token = [REDACTED] next", "named_secret"},
		{"a JSON member, however short", `{"password":"x","a":1}`, `{"password":"[REDACTED]","a":1}`, "named_secret"},
		{"a JSON member with an escaped quote", `{"password":"a\"b","a":1}`, `{"password":"[REDACTED]","a":1}`, "named_secret"},
		{"a member of JSON inside JSON", `{"m":"{\"password\":\"hun\\\"ter2\",\"a\":1}"}`, `{"m":"{\"password\":\"[REDACTED]\",\"a\":1}"}`, "named_secret"},
		{"a number as a password stays valid JSON", `{"password": 12345678}`, `{"password": "[REDACTED]"}`, "named_secret"},
		{"an object of credentials", `{"credentials": {"user": "u", "n": [1]}, "b": 2}`, `{"credentials": "[REDACTED]", "b": 2}`, "named_secret"},
		{"a list of tokens", `{"token": ["abc"]}`, `{"token": "[REDACTED]"}`, "named_secret"},
		{"a Python dictionary", `{'client_secret': 'abc'}`, `{'client_secret': '[REDACTED]'}`, "named_secret"},
		{"an environment variable", "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "export AWS_SECRET_ACCESS_KEY=[REDACTED]", "named_secret"},
		{"a command line option", "login --password hunter2 --user me", "login --password [REDACTED] --user me", "named_secret"},
		{"an XML element", "<password>hunter2</password>", "<password>[REDACTED]</password>", "named_secret"},
		{"a header with a key", "x-api-key: abcdef123456", "x-api-key: [REDACTED]", "named_secret"},
		{"a cookie header", "Cookie: sid=1; t=2\r\nHost: a", "Cookie: [REDACTED]\r\nHost: a", "cookie"},
		{"an address", "graph exploded at user@example.com", "graph exploded at [REDACTED]", "email"},
		{"an address behind an escaped newline", `{"m":"a\nuser@example.com"}`, `{"m":"a\n[REDACTED]"}`, "email"},
		{"an address hidden by an escape", `{"m":"user\u0040example.com"}`, `{"m":"[REDACTED]"}`, "email"},
		{"an address in a URL", "https://x.example/?q=user%40example.com", "https://x.example/?q=[REDACTED]", "email"},
		{"a social security number", "ssn 123-45-6789", "ssn [REDACTED]", "ssn"},
		{"a social security number without separators", "SSN: 123456789", "SSN: [REDACTED]", "ssn"},
		{"a card", "pay 4111 1111 1111 1111 12/27", "pay [REDACTED] 12/27", "card"},
		{"a card without separators", `{"n":"4111111111111111"}`, `{"n":"[REDACTED]"}`, "card"},
		{"a card that is a JSON number", `{"n":4111111111111111, "m":[5555555555554444]}`, `{"n":"[REDACTED]", "m":["[REDACTED]"]}`, "card"},
		{"an American Express card", "3782-822463-10005", "[REDACTED]", "card"},
		{"a phone number", "call +41 44 668 18 00!", "call [REDACTED]!", "phone"},
		{"a pre-signed URL", "https://b.example/x?sv=1&sig=abcdefghijklmnopqrst%3D", "https://b.example/x?sv=1&sig=[REDACTED]", "url_signature"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRedactor(t, Config{})
			got, hits := r.String(tt.text)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, Hits{tt.rule: strings.Count(got, DefaultMarker)}, hits)
			again, hits := r.String(got)
			assert.Equal(t, got, again)
			assert.Empty(t, hits)
		})
	}
}

func TestOrdinaryTextStays(t *testing.T) {
	for name, text := range map[string]string{
		"a trace id":                        "0ba177cbd213d5e175691cc9b9de7b69",
		"a span id of digits":               "span 4111111111111111a 1534fc7c27907af1",
		"a UUID":                            "3f0d7f5e-3b8e-4d8e-9a5e-0c1f5a1b2c3d",
		"a UUID of digits":                  "run-11111111-1111-4111-8111-111111111111 41111111-4111-1111-1111-111111111111",
		"timestamps in s, ms, us and ns":    "1795357862 1795357862084 1795357862084562 1795357862084562713",
		"a date and time":                   "2026-11-22T14:31:01.198132+00:00",
		"token counts":                      `max_tokens: 4096, token_count=12345678 {"token":{"input":1200,"output":900},"total_tokens": 123456789}`,
		"Orcheo's figures":                  "orcheo.token.input: 1200 orcheo.token.output=90000000",
		"time to first token":               "time_to_first_token=0.12345678",
		"ids":                               "artifact-1 node-2 chatcmpl-9x8y7z",
		"Orcheo's own marker":               "Write to [REDACTED], api_token= [REDACTED]",
		"other markers":                     `password=******** "token":"<REDACTED>" "secret":"__REDACTED__" "a_token":"${TOKEN}"`,
		"a word after bearer":               "bearer authentication is used, bearer responsibilities too",
		"class names":                       "sk-fading-circle-wrapper-element",
		"a decorator and a version":         "@app.route('/x') left-pad@1.2.3 git@github.com:orcheo/orcheo.git",
		"a decimal":                         "score 0.4111111111111111, 4111111111111111.5",
		"a number that is no card":          "4111111111111112",
		"an impossible social security no.": "000-12-3456 666-12-3456 912-34-5678",
		"numbers in a row":                  "[1 2 3 4 5 6 7 8 9 10 11 12 13 14]",
		"a URL":                             "http://localhost:8090/api/executions/1/trace?since=c.abc@x",
		"eyJ that is no token":              "eyJub3QiOiJhIHRva2VuIn0.abcdefgh.ijklmnop",
		"a public certificate":              "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
		"empty":                             "",
	} {
		t.Run(name, func(t *testing.T) {
			got, hits := newRedactor(t, Config{}).String(text)
			assert.Equal(t, text, got)
			assert.Empty(t, hits)
		})
	}
}

func TestPrivateAddressesStayUnlessTheyAreWanted(t *testing.T) {
	const text = "from 10.20.30.40 by 127.0.0.1 and 192.168.7.20 to 52.30.40.50, nginx/1.20.30.40, version 10.20.30.40, net 52.30.0.0, §1.2.3.4"
	kept, _ := newRedactor(t, Config{}).String(text)
	assert.Equal(t, strings.ReplaceAll(text, "52.30.40.50", "[REDACTED]"), kept)
	all, hits := newRedactor(t, Config{PrivateIPs: true}).String(text)
	assert.Equal(t, "from [REDACTED] by [REDACTED] and [REDACTED] to [REDACTED], nginx/1.20.30.40, version 10.20.30.40, net 52.30.0.0, §1.2.3.4", all)
	assert.Equal(t, Hits{"ip": 4}, hits)
}

func TestIdentifiersLoseProviderKeysOnly(t *testing.T) {
	r := newRedactor(t, Config{})
	for text, want := range map[string]string{
		"run-user@example.com":                   "run-user@example.com",
		"4111111111111111":                       "4111111111111111",
		"ghp_16C7e42F292c6912E7710c838347Ae178B": "[REDACTED]",
		"token=abcdefgh12345678":                 "token=abcdefgh12345678",
	} {
		got, _ := r.Identifier(text)
		assert.Equal(t, want, got)
	}
}

func TestTooLongIsNotShown(t *testing.T) {
	r := newRedactor(t, Config{MaxValueBytes: 100})
	got, hits := r.String(strings.Repeat("a", 101))
	assert.Equal(t, "[REDACTED] (101 bytes, not inspected)", got)
	assert.Equal(t, 1, hits.Uninspected())
	again, hits := r.String(got)
	assert.Equal(t, got, again)
	assert.Empty(t, hits)
}

func TestReplacedTextIsValidUTF8(t *testing.T) {
	r := newRedactor(t, Config{})
	got, _ := r.String("\xff user@example.com")
	assert.Equal(t, "\uFFFD [REDACTED]", got)
	clean, hits := r.String("\xff\xfe no secret")
	assert.Equal(t, "\xff\xfe no secret", clean)
	assert.Empty(t, hits)
}

func TestASecretInsideAnotherIsOneHit(t *testing.T) {
	got, hits := newRedactor(t, Config{}).String(`api_key="sk-abcdefghij0123456789ABCD"`)
	assert.Equal(t, `api_key="[REDACTED]"`, got)
	assert.Equal(t, Hits{"openai_key": 1}, hits)
}

func TestAMatchThatUncoversAnotherIsFollowed(t *testing.T) {
	r := newRedactor(t, Config{Custom: []CustomRule{{Name: "employee", Literal: "EMP-", Pattern: `EMP-\d{6}`}}})
	got, hits := r.String("xEMP-123456ghp_16C7e42F292c6912E7710c838347Ae178B")
	assert.Equal(t, "x[REDACTED][REDACTED]", got)
	assert.Equal(t, Hits{"employee": 1, "github_token": 1}, hits)
}

func TestARuleThatNeverEndsFailsClosed(t *testing.T) {
	r := newRedactor(t, Config{Custom: []CustomRule{{Name: "greedy", Literal: "REDACTED", Pattern: `x?\[REDACTED\]y?|begin`}}})
	got, hits := r.String("begin [REDACTED]y [REDACTED]yyyyyyyyy")
	assert.Equal(t, "[REDACTED]", got)
	assert.Equal(t, 1, hits.Uninspected())
}

func TestConfiguredRules(t *testing.T) {
	r := newRedactor(t, Config{
		Marker:   "<hidden>",
		Disable:  []string{"email"},
		Custom:   []CustomRule{{Name: "employee", Literal: "EMP-", Pattern: `EMP-\d{6}`}},
		KeyNames: []string{"Patient-Id"},
		Allow:    []string{"4111111111111111"},
	})
	for text, want := range map[string]string{
		"emp EMP-123456, EMP-12":               "emp <hidden>, EMP-12",
		"user@example.com":                     "user@example.com",
		`{"patient_id":"p1","patient-id": 77}`: `{"patient_id":"<hidden>","patient-id": "<hidden>"}`,
		"4111111111111111 5555555555554444":    "4111111111111111 <hidden>",
	} {
		got, _ := r.String(text)
		assert.Equal(t, want, got)
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	_, err := New(Config{
		Marker:        "a\"b",
		Disable:       []string{"nonsense"},
		KeyNames:      []string{" "},
		MaxValueBytes: -1,
		Custom: []CustomRule{
			{Name: "Bad Name", Literal: "x", Pattern: "("},
			{Name: "email", Literal: "abc", Pattern: ""},
		},
	})
	for _, part := range []string{"marker", `"nonsense"`, "key_names[0]", "max_value_bytes", "custom[0]", `"Bad Name"`, "custom[1]", "taken", "pattern is empty"} {
		assert.ErrorContains(t, err, part)
	}
	_, err = New(Config{Marker: "token=abcdefgh"})
	assert.ErrorContains(t, err, "looks like a secret")
}

func TestReceipt(t *testing.T) {
	hits := Hits{"ssn": 1, "email": 2}
	assert.Equal(t, []string{"email=2", "ssn=1"}, hits.AppendReceipt(nil))
	for _, line := range []string{"email=3", "card=1"} {
		assert.True(t, hits.AddReceiptLine(line))
	}
	for _, line := range []string{"", "email", "email=-1", "email=x", "=1", "E mail=1", "email=99999999999"} {
		assert.False(t, hits.AddReceiptLine(line), line)
	}
	assert.Equal(t, []string{"card=1", "email=5", "ssn=1"}, hits.AppendReceipt(nil))
	assert.Equal(t, 7, hits.Total())
}
