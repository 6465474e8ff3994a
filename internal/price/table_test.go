package price

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheEmbeddedTableIsTheOneThatItSaysItIs(t *testing.T) {
	var about About
	require.NoError(t, json.Unmarshal(embeddedAbout, &about))
	unpacked, err := gzip.NewReader(bytes.NewReader(embeddedTable))
	require.NoError(t, err)
	data, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	sum := sha256.Sum256(data)
	assert.Equal(t, about.SHA256, hex.EncodeToString(sum[:]))

	table := builtIn(t)
	assert.Regexp(t, `^genai-prices( \S+)? \d{4}-\d{2}-\d{2}$`, table.Version())
	assert.Greater(t, table.Models(), 1500)
	assert.Zero(t, table.Skipped(), "every rule of the table is understood")

	licence, err := os.ReadFile("data/LICENSE")
	require.NoError(t, err)
	assert.Contains(t, string(licence), "MIT License")
}

func TestLoadRefusesWhatIsNoTable(t *testing.T) {
	model := func(text string) string { return `[{"id": "acme", "models": [{"id": "m", ` + text + `}]}]` }
	match := `"match": {"equals": "m"}, `
	for _, tt := range []struct{ name, text, wrong string }{
		{"nothing", ``, "not a list of providers"},
		{"another form", `{"gpt-4o": {"input_cost_per_token": 1e-6}}`, "not a list of providers"},
		{"an empty list", `[]`, "empty"},
		{"a provider without an id", `[{"models": []}]`, "provider 1 of 1 has no id"},
		{"half a file", model(match + `"prices": {}`)[:40], "not a list of providers"},
		{"no prices", model(match + `"prices": []`), `provider "acme": model "m": it has no prices`},
		{"a negative price", model(match + `"prices": {"input_mtok": -1}`), "a price of -1 US dollars"},
		{"an absurd price", model(match + `"prices": {"input_mtok": 1e300}`), "a price of 1e+300 US dollars"},
		{"a price that is no number", model(match + `"prices": {"input_mtok": "3"}`), "not a list of providers"},
		{"tiers that do not ascend", model(match + `"prices": {"input_mtok": {"base": 1, "tiers": [{"start": 9, "price": 1}, {"start": 8, "price": 1}]}}`), "tiers must ascend"},
		{"a date that is none", model(match + `"prices": [{"constraint": {"start_date": "soon"}, "prices": {}}]`), `start_date "soon" is not a date`},
		{"a time that is none", model(match + `"prices": [{"constraint": {"start_time": "noon", "end_time": "13:00:00Z"}, "prices": {}}]`), `"noon" is not a time`},
		{"a condition that nobody knows", model(match + `"prices": [{"constraint": {"weekday": "monday"}, "prices": {}}]`), "a constraint without start_date"},
		{"a broken archive", "\x1f\x8b\x08", "gzip"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(strings.NewReader(tt.text), "")
			assert.ErrorContains(t, err, tt.wrong)
		})
	}
}

func TestWhatIsReadOfATableIsBounded(t *testing.T) {
	const limit = 4096
	packed := func(n int) io.Reader {
		var b bytes.Buffer
		zipped := gzip.NewWriter(&b)
		_, err := zipped.Write(make([]byte, n))
		require.NoError(t, err)
		require.NoError(t, zipped.Close())
		return &b
	}
	plain := func(n int) io.Reader { return bytes.NewReader(make([]byte, n)) }
	for name, of := range map[string]func(n int) io.Reader{"plain": plain, "packed": packed} {
		data, err := readAll(of(limit), limit)
		require.NoError(t, err, name)
		assert.Len(t, data, limit, name)
		_, err = readAll(of(limit+1), limit)
		assert.ErrorContains(t, err, "larger than 4096 bytes", name)
	}
}

func TestADeepClauseIsReadOrRefused(t *testing.T) {
	provider := func(depth int) string { return `[{"id": "a", "provider_match": ` + nested(depth) + `, "models": []}]` }
	assert.NotNil(t, load(t, provider(1_000)).provider("a"))
	_, err := Load(strings.NewReader(provider(100_000)), "")
	assert.ErrorContains(t, err, "exceeded max depth")
}

func TestClausesThatCannotBeEvaluatedMatchNothingAndAreCounted(t *testing.T) {
	table := load(t, `[{"id": "acme", "provider_match": {"sounds_like": "acme"}, "models": [
		{"id": "behind", "match": {"regex": "m(?<=m)"}, "prices": {}},
		{"id": "ahead and open", "match": {"regex": "^(?!x)m|n"}, "prices": {}},
		{"id": "ahead and broken", "match": {"regex": "^(?!x"}, "prices": {}},
		{"id": "huge", "match": {"regex": "`+strings.Repeat("m?", maxPattern)+`"}, "prices": {}},
		{"id": "nothing", "match": {}, "prices": {}},
		{"id": "none of nothing", "match": {"or": [{"and": []}]}, "prices": {}},
		{"id": "the one", "match": {"or": [{"regex": "(?P=m)"}, {"equals": "m"}]}, "prices": {"output_mtok": 5}}
	]}]`)
	assert.Equal(t, 7, table.Skipped())
	got, ok := table.Cost(Query{Provider: "acme", Model: "m", Tokens: Tokens{Output: 1_000_000}})
	require.True(t, ok)
	assert.InDelta(t, 5, got.USD, 1e-9)
}

func TestANegativeLookAheadIsUnderstood(t *testing.T) {
	for _, tt := range []struct {
		pattern   string
		yes, nots []string
	}{
		{`^(?!.*-[tT][tT][sS](?:$|-))`, []string{"m", "m-ttss", "tts"}, []string{"m-tts", "m-TTS-1", "-tts-"}},
		{`^(?![^/]+/)(?:labs-)?(?:mi|dev)stral`, []string{"mistral-large", "labs-devstral", "mistral/x/"[:7]}, []string{"x/mistral", "mistral/large", "large"}},
		{`^(?!a[)]b\))x?`, []string{"ab", ""}, []string{"a)b)"}},
	} {
		m, ok := compilePattern(tt.pattern)
		require.True(t, ok, tt.pattern)
		for _, name := range tt.yes {
			assert.True(t, m.matches(name), "%s %s", tt.pattern, name)
		}
		for _, name := range tt.nots {
			assert.False(t, m.matches(name), "%s %s", tt.pattern, name)
		}
	}
}

func TestLookupsAreBounded(t *testing.T) {
	table := load(t, fixture)
	known := Query{Provider: "acme", Model: "acme-cached", Tokens: Tokens{Input: 10}}
	name := []byte("model-000000")
	for i := range 10 * generation {
		for digit, n := len(name)-1, i; n > 0; digit, n = digit-1, n/10 {
			name[digit] = byte('0' + n%10)
		}
		_, ok := table.Cost(Query{Provider: "acme", Model: string(name)})
		require.False(t, ok)
		_, ok = table.Cost(known)
		require.True(t, ok)
	}
	assert.LessOrEqual(t, len(table.lookups.young), generation)
	assert.LessOrEqual(t, len(table.lookups.old), generation)
}

func TestALookupThatIsInUseIsNotPushedOut(t *testing.T) {
	l := newLookups()
	used := names{"acme", "used"}
	l.put(used, entry{own: true})
	for i := range 3 * generation {
		l.put(names{"acme", strconv.Itoa(i)}, entry{})
		e, ok := l.get(used)
		require.True(t, ok, i)
		require.True(t, e.own)
	}
	_, ok := l.get(names{"acme", "0"})
	assert.False(t, ok)
}

func TestTheFirstModelThatMatchesCounts(t *testing.T) {
	table := load(t, `[{"id": "acme", "models": [
		{"id": "1", "match": {"or": [{"equals": "a"}, {"starts_with": "ab"}]}, "prices": {"output_mtok": 1}},
		{"id": "2", "match": {"or": [{"equals": "ABC"}, {"or": [{"equals": "d"}, {"contains": "x"}]}]}, "prices": {"output_mtok": 2}},
		{"id": "3", "match": {"equals": "d"}, "prices": {"output_mtok": 3}},
		{"id": "4", "match": {"equals": "ex"}, "prices": {"output_mtok": 4}},
		{"id": "5", "match": {"equals": "f"}, "prices": {"output_mtok": 5}},
		{"id": "6", "match": {"starts_with": "f"}, "prices": {"output_mtok": 6}}
	]}]`)
	for model, want := range map[string]float64{"a": 1, "abc": 1, "d": 2, "ex": 2, "f": 5, "ff": 6} {
		got, ok := table.Cost(Query{Provider: "acme", Model: model, Tokens: Tokens{Output: 1_000_000}})
		assert.True(t, ok, model)
		assert.InDelta(t, want, got.USD, 1e-9, model)
	}
}

func TestARememberedLookupAllocatesNothing(t *testing.T) {
	table := load(t, fixture)
	for _, model := range []string{"acme-cached", "acme-dated-2025-04-16", "acme-unknown"} {
		q := Query{Provider: "acme", Model: model, At: on(t, "2026-01-15 12:00:00"), Tokens: Tokens{Input: 10, Output: 10}}
		assert.Zero(t, testing.AllocsPerRun(100, func() { table.Cost(q) }), model)
	}
}
