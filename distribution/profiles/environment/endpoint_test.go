package environment

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAnEndpointIsReadAsPeopleWriteIt(t *testing.T) {
	for _, tt := range []struct {
		text     string
		protocol Protocol
		insecure bool
		want     Endpoint
		url      string // of OTLP/HTTP
	}{
		{"http://tempo:4318", "", false, Endpoint{HTTP, "tempo", 4318, false, ""}, "http://tempo:4318"},
		{"http://tempo:4318/v1/traces", "", false, Endpoint{HTTP, "tempo", 4318, false, ""}, "http://tempo:4318"},
		{"http://tempo:4318/v1/traces/", "", false, Endpoint{HTTP, "tempo", 4318, false, ""}, "http://tempo:4318"},
		{"https://tempo.example.com/otlp/v1/traces", "", false, Endpoint{HTTP, "tempo.example.com", 443, true, "/otlp"}, "https://tempo.example.com:443/otlp"},
		{"HTTPS://tempo.example.com/otlp/", "", false, Endpoint{HTTP, "tempo.example.com", 443, true, "/otlp"}, "https://tempo.example.com:443/otlp"},
		{"http://tempo", "", false, Endpoint{HTTP, "tempo", 80, false, ""}, "http://tempo:80"},
		{"http://[::1]:4318", "", false, Endpoint{HTTP, "::1", 4318, false, ""}, "http://[::1]:4318"},
		{"tempo:4318", "", true, Endpoint{HTTP, "tempo", 4318, false, ""}, "http://tempo:4318"},
		{"tempo:4318", "", false, Endpoint{HTTP, "tempo", 4318, true, ""}, "https://tempo:4318"},
		{"http://tempo:4317/v1/traces", "", false, Endpoint{HTTP, "tempo", 4317, false, ""}, "http://tempo:4317"},
		{"http://tempo:4317", HTTP, false, Endpoint{HTTP, "tempo", 4317, false, ""}, "http://tempo:4317"},

		{"http://tempo:4317", "", false, Endpoint{GRPC, "tempo", 4317, false, ""}, ""},
		{"https://tempo:4317", "", false, Endpoint{GRPC, "tempo", 4317, true, ""}, ""},
		{"tempo:4317", "", false, Endpoint{GRPC, "tempo", 4317, true, ""}, ""},
		{"tempo:4317", "", true, Endpoint{GRPC, "tempo", 4317, false, ""}, ""},
		{"grpc://tempo:9", "", false, Endpoint{GRPC, "tempo", 9, false, ""}, ""},
		{"grpcs://tempo:443/", "", false, Endpoint{GRPC, "tempo", 443, true, ""}, ""},
		{"http://tempo:4318", GRPC, false, Endpoint{GRPC, "tempo", 4318, false, ""}, ""},
		{"tempo:9", GRPC, true, Endpoint{GRPC, "tempo", 9, false, ""}, ""},
	} {
		t.Run(tt.text+" "+string(tt.protocol), func(t *testing.T) {
			got, err := parseEndpoint(tt.text, tt.protocol, tt.insecure)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			if tt.url != "" {
				assert.Equal(t, tt.url, got.URL())
			}
		})
	}
}

func TestAnEndpointThatIsNoneSaysWhatIsValid(t *testing.T) {
	for text, want := range map[string]string{
		"http://":                     "is no address: write http://tempo:4318",
		"http://te mpo:4318":          "is no address",
		"http://tempo:99999":          `has the port "99999": write 1 to 65535`,
		"http://tempo:0":              `has the port "0"`,
		"tempo":                       "names no port",
		"grpc://tempo":                "names no port",
		"tempo:9":                     "does not tell whether it is OTLP/HTTP or OTLP/gRPC",
		"grpc://tempo:4317/v1/traces": "has a path, which OTLP/gRPC has not",
		"kafka://tempo:9092":          `begins with "kafka://": write http://`,
		"http://tempo:4318?x=1":       "has a query",
		"http://tempo:4318#x":         "has a query or a fragment",
		"http://me:pw@tempo:4318":     "holds a user name or a password",
	} {
		_, err := parseEndpoint(text, "", false)
		require.ErrorContains(t, err, want, text)
	}
	_, err := parseEndpoint("grpc://tempo:4317", HTTP, false)
	require.ErrorContains(t, err, "make the two agree")
}

// No error repeats what may be a secret, however the address is misspelt.
func TestNoErrorHoldsAPasswordOrAQuery(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		noise := rapid.StringMatching(`[a-z:/@?# %\[\]]{0,12}`)
		const secret = "hunter22"
		for _, text := range []string{
			noise.Draw(t, "a") + "://user:" + secret + "@" + noise.Draw(t, "b"),
			"http://tempo:4318" + noise.Draw(t, "c") + "?key=" + secret,
			noise.Draw(t, "d") + secret + "@tempo",
		} {
			if _, err := parseEndpoint(text, "", false); err != nil {
				assert.NotContains(t, err.Error(), secret)
			}
		}
	})
}

func FuzzParseEndpoint(f *testing.F) {
	for _, text := range []string{"http://tempo:4318/v1/traces", "tempo:4317", "grpcs://[::1]:443", "://", "http://u:p@h?q"} {
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, insecure bool) {
		e, err := parseEndpoint(text, "", insecure)
		if err != nil {
			return
		}
		assert.NotEmpty(t, e.Host)
		assert.True(t, e.Port >= 1 && e.Port <= 65535)
		assert.Contains(t, []Protocol{HTTP, GRPC}, e.Protocol)
		if e.Protocol == HTTP {
			again, err := parseEndpoint(e.URL()+tracesPath, "", false)
			require.NoError(t, err)
			assert.Equal(t, e, again, "what is made of an address means the same address")
		}
	})
}
