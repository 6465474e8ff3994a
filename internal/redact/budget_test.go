package redact

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

func TestTextTooDenseToInspectIsNotShown(t *testing.T) {
	r := newRedactor(t, Config{})
	text := strings.Repeat("@", 100_000) + " user@example.com"
	got, hits := r.String(text)
	assert.Equal(t, "[REDACTED] (100017 bytes, not inspected)", got)
	assert.Equal(t, Hits{RuleTooDense: 1}, hits)
	assert.Equal(t, 1, hits.Uninspected())
}

func TestAListOfAddressesIsNotTooDense(t *testing.T) {
	got, hits := newRedactor(t, Config{}).String(strings.Repeat("ab.cd@example.com, ", 50_000))
	assert.Equal(t, 50_000, hits["email"])
	assert.Equal(t, 0, hits.Uninspected())
	assert.NotContains(t, got, "@")
}

// A span's values share a budget. Where it is spent, what holds an anchor is replaced; all else is still inspected.
func TestASpanOfHostileValuesEndsNotShown(t *testing.T) {
	m := pcommon.NewMap()
	list := m.PutEmptySlice("list")
	dense := strings.Repeat("@", valueAnchors)
	for i := range 2 * passAnchors / valueAnchors {
		list.AppendEmpty().SetStr(dense + strconv.Itoa(i))
	}
	list.AppendEmpty().SetStr("user@example.com")
	list.AppendEmpty().SetStr("plain text")
	p := newRedactor(t, Config{}).NewPass()
	var hits Hits
	p.Map(m, &hits)
	n := list.Len()
	assert.Greater(t, hits[RuleTooDense], n/3)
	assert.Equal(t, "[REDACTED] (16 bytes, not inspected)", list.At(n-2).Str())
	assert.Equal(t, "plain text", list.At(n-1).Str())
}

func TestCleanValuesAreRememberedAndOthersAreNot(t *testing.T) {
	r := newRedactor(t, Config{})
	for known, text := range map[*cleanSet]string{r.short: "nothing to see @ all, token=[REDACTED] ", r.long: strings.Repeat("nothing to see ", 40)} {
		dirty := text + "user@example.com"
		for range 3 {
			got, hits := r.String(text)
			assert.Equal(t, text, got)
			assert.Empty(t, hits)
			got, hits = r.String(dirty)
			assert.NotContains(t, got, "example.com")
			assert.Equal(t, Hits{"email": 1}, hits)
		}
		assert.True(t, known.has(known.hash(text)))
		assert.False(t, known.has(known.hash(dirty)))
	}
}

// What was found clean by the few rules for ids says nothing of the others.
func TestWhatIsCleanAsAnIdentifierIsNotRemembered(t *testing.T) {
	r := newRedactor(t, Config{})
	text := strings.Repeat("nothing to see ", 40) + "user@example.com"
	for range 2 {
		got, _ := r.Identifier(text)
		assert.Equal(t, text, got)
	}
	got, _ := r.String(text)
	assert.NotContains(t, got, "example.com")
}

func TestManyGoroutinesShareARedactor(t *testing.T) {
	r := newRedactor(t, Config{})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 2000 {
				text := strings.Repeat(string(rune('a'+(i+n)%26)), 300)
				if got, _ := r.String(text); got != text {
					t.Error("clean text changed")
				}
				if got, _ := r.String(text + " user@example.com"); strings.Contains(got, "example.com") {
					t.Error("an address is shown")
				}
			}
		})
	}
	all.Wait()
}
