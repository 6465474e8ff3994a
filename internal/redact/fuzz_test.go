package redact

import (
	"strings"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

func FuzzString(f *testing.F) {
	for _, fragment := range fragments {
		f.Add(fragment + " " + fragment)
	}
	f.Add(strings.Join(fragments, ""))
	r := newRedactor(f, Config{})
	f.Fuzz(func(t *testing.T, text string) { twice(t, r, text) })
}

// FuzzValue puts text into values of every kind: redacting twice changes nothing, no value is lost, and what was replaced is
// valid UTF-8.
func FuzzValue(f *testing.F) {
	for i, fragment := range fragments {
		f.Add(fragment, fragments[(i+7)%len(fragments)], []byte(fragment), byte(i))
	}
	r := newRedactor(f, Config{KeyNames: []string{"diagnosis"}, Identifiers: []string{"id"}})
	f.Fuzz(func(t *testing.T, key, text string, raw []byte, depth byte) {
		m := pcommon.NewMap()
		m.PutStr(key, text)
		m.PutStr("id", text)
		m.PutStr("a_token", text)
		m.PutEmptyBytes("raw").FromRaw(raw)
		v := m.PutEmpty("nested")
		for range depth {
			v = v.SetEmptyMap().PutEmptySlice(key).AppendEmpty()
		}
		v.SetStr(text)
		before := m.Len()
		redactAll := func() Hits {
			var hits Hits
			p := r.NewPass()
			p.Map(m, &hits)
			return hits
		}
		hits := redactAll()
		once := pcommon.NewMap()
		m.CopyTo(once)
		if more := redactAll(); len(more) > 0 || !m.Equal(once) {
			t.Fatalf("not idempotent: %v then %v: %q %q %q", hits, more, key, text, raw)
		}
		if m.Len() != before {
			t.Fatalf("%d attributes became %d: %q", before, m.Len(), key)
		}
		if got, ok := m.Get(key); ok && got.Type() == pcommon.ValueTypeStr && got.Str() != text && !utf8.ValidString(got.Str()) {
			t.Fatalf("not valid UTF-8: %q", got.Str())
		}
	})
}
