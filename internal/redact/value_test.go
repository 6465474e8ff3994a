package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

func redactedMap(t *testing.T, raw map[string]any) (map[string]any, Hits) {
	t.Helper()
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(raw))
	p := newRedactor(t, Config{KeyNames: []string{"diagnosis"}, Identifiers: []string{"orcheo.execution.id"}}).NewPass()
	var hits, none Hits
	p.Map(m, &hits)
	once := m.AsRaw()
	p.Map(m, &none)
	assert.Empty(t, none, "redacting twice")
	assert.Equal(t, once, m.AsRaw(), "redacting twice")
	return once, hits
}

func TestValuesAreRedactedAtEveryDepth(t *testing.T) {
	got, hits := redactedMap(t, map[string]any{
		"note":  "mail user@example.com",
		"list":  []any{"user@example.com", map[string]any{"deep": []any{"ssn 123-45-6789"}}},
		"bytes": []byte("user@example.com"),
		"int":   int64(4111111111111111),
	})
	assert.Equal(t, map[string]any{
		"note":  "mail [REDACTED]",
		"list":  []any{"[REDACTED]", map[string]any{"deep": []any{"ssn [REDACTED]"}}},
		"bytes": []byte("[REDACTED]"),
		"int":   int64(4111111111111111),
	}, got)
	assert.Equal(t, Hits{"email": 3, "ssn": 1}, hits)
}

func TestAKeyThatSaysSecretLosesItsWholeValue(t *testing.T) {
	got, hits := redactedMap(t, map[string]any{
		"db.password":                       "x",
		"http.request.header.authorization": []any{"Bearer x"},
		"clientSecret":                      map[string]any{"a": "b"},
		"X-Api-Key":                         int64(12345),
		"outer":                             map[string]any{"session_cookie": "y", "credentials": "z"},
		"llm.headers":                       "a: b",
		"patient.Diagnosis":                 "flu",
		"auth_token":                        map[string]any{"value": "v", "input": int64(3)},
	})
	assert.Equal(t, map[string]any{
		"db.password":                       "[REDACTED]",
		"http.request.header.authorization": "[REDACTED]",
		"clientSecret":                      "[REDACTED]",
		"X-Api-Key":                         "[REDACTED]",
		"outer":                             map[string]any{"session_cookie": "[REDACTED]", "credentials": "[REDACTED]"},
		"llm.headers":                       "[REDACTED]",
		"patient.Diagnosis":                 "[REDACTED]",
		"auth_token":                        map[string]any{"value": "[REDACTED]", "input": int64(3)},
	}, got)
	assert.Equal(t, Hits{RuleKeyName: 9}, hits)
}

func TestKeysThatOnlyLookSecretKeepTheirValues(t *testing.T) {
	raw := map[string]any{
		"orcheo.token.input":        int64(1200),
		"gen_ai.usage.input_tokens": int64(7),
		"gen_ai.request.max_tokens": "4096",
		"token_count":               "12",
		"has_password":              true,
		"password":                  "",
		"token":                     int64(5),
		"time_to_first_token":       "0.25",
		"eos_token":                 "</s>",
		"orcheo.execution.id":       "run-user@example.com",
	}
	got, hits := redactedMap(t, raw)
	assert.Equal(t, raw, got)
	assert.Empty(t, hits)
}

func TestSecretsInKeysAreRedactedAndNothingIsLost(t *testing.T) {
	got, hits := redactedMap(t, map[string]any{
		"user@example.com":  "a",
		"other@example.com": int64(1),
	})
	assert.Len(t, got, 2)
	assert.Contains(t, got, "[REDACTED]")
	assert.Contains(t, got, "[REDACTED]#2")
	assert.Equal(t, Hits{"email": 2}, hits)
}

func TestNestedTooDeepIsNotShown(t *testing.T) {
	m := pcommon.NewMap()
	inner := m.PutEmptyMap("a")
	for range 200 {
		inner = inner.PutEmptyMap("a")
	}
	inner.PutStr("note", "user@example.com")
	p := newRedactor(t, Config{}).NewPass()
	var hits Hits
	p.Map(m, &hits)
	assert.Equal(t, Hits{RuleTooDeep: 1}, hits)
	v, ok := m.Get("a")
	require.True(t, ok)
	assert.NotContains(t, v.AsString(), "example.com")
	assert.Contains(t, v.AsString(), "not inspected")
	hits = nil
	p.Map(m, &hits)
	assert.Empty(t, hits)
}

func TestThousandsOfAttributes(t *testing.T) {
	raw := map[string]any{}
	for i := range 5000 {
		raw["k."+strings.Repeat("x", i%50)+string(rune('a'+i%26))+strings.Repeat("y", i/50)] = "mail user@example.com"
	}
	_, hits := redactedMap(t, raw)
	assert.Equal(t, len(raw), hits["email"])
}
